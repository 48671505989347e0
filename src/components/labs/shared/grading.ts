// Grading of a prediction: conditions on a lab's readings, what of them was heard since the reader committed, and what is
// kept of an answer. Pure.
import type { LabNews } from './contract.ts';

/** One quantity that must be known and on the right side of its limits. `step` and every reading of the lab can be named. */
export interface Condition {
  readonly reading: string;
  /** How the reader knows it: "KL". Of a setting all that is to be said: "activation: none". */
  readonly label: string;
  /** Said in place of label and limits: "500 updates or more". */
  readonly phrase?: string;
  readonly below?: number;
  readonly above?: number;
  readonly unit?: string;
  /** The reader's own choice, no outcome: it may stand from before the answer. Every other must have changed since. */
  readonly setting?: true;
  /** It is enough that it held at some time since the answer. */
  readonly once?: true;
}

export interface Goal {
  /** What to do in the lab, in a sentence or two. It must not give the answer away. */
  readonly task: string;
  /** All must hold at once, but for those that need to hold once only. */
  readonly conditions: readonly Condition[];
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** The value of a condition's quantity now; undefined while the lab does not know it. */
export function readingOf(news: LabNews | null, { reading }: Condition): number | undefined {
  if (!news) return undefined;
  return reading === 'step' ? news.step : news.readings[reading];
}

export function holds(news: LabNews | null, condition: Condition): boolean {
  const value = readingOf(news, condition);
  if (value === undefined || !Number.isFinite(value)) return false;
  return value < (condition.below ?? Infinity) && value > (condition.above ?? -Infinity);
}

/**
 * What was heard of a goal's quantities since the reader committed. What a lab showed before is no test of the answer:
 * an outcome counts once its quantity has had another value than at that time.
 */
export interface Heard {
  /** What the lab said when the reader committed, or first after; null while it has said nothing. */
  readonly before: LabNews | null;
  readonly now: LabNews | null;
  /** For each condition whether its quantity has changed since, and its value when the condition last counted. */
  readonly changed: readonly boolean[];
  readonly met: readonly (number | undefined)[];
}

/** The reader commits while the lab says `before`. */
export function listening(before: LabNews | null, { conditions }: Goal): Heard {
  return {
    before,
    now: before,
    changed: conditions.map(() => false),
    met: conditions.map(() => undefined),
  };
}

export function hear(heard: Heard, now: LabNews, goal: Goal): Heard {
  if (!heard.before) return listening(now, goal);
  const { before } = heard;
  const changed = goal.conditions.map(
    (condition, i) =>
      heard.changed[i] === true ||
      !Object.is(readingOf(now, condition), readingOf(before, condition)),
  );
  const met = goal.conditions.map((condition, i) =>
    holds(now, condition) && (condition.setting === true || changed[i] === true)
      ? readingOf(now, condition)
      : heard.met[i],
  );
  return { before, now, changed, met };
}

/** How a condition stands: not held, held as it was before the answer, or held by what came after. */
export type Standing = 'open' | 'before' | 'met';

export function standingOf(heard: Heard, { conditions }: Goal, index: number): Standing {
  const condition = conditions[index];
  if (!condition) return 'open';
  if (condition.once === true && heard.met[index] !== undefined) return 'met';
  if (!holds(heard.now, condition)) return 'open';
  return condition.setting === true || heard.changed[index] === true ? 'met' : 'before';
}

/** Whether all conditions are met, and something has happened since the reader committed. */
export function reached(heard: Heard, goal: Goal): boolean {
  return (
    heard.changed.some(Boolean) &&
    goal.conditions.every((_, i) => standingOf(heard, goal, i) === 'met')
  );
}

/** "KL below 8 nats". */
export function inWords({ label, phrase, below, above, unit, setting }: Condition): string {
  if (phrase !== undefined) return phrase;
  if (setting === true) return label;
  const limits = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  const single = limits.length === 1 && (above ?? below) === 1;
  const named = single ? unit?.replace(/^nats$/, 'nat') : unit;
  return [label, limits.join(' and '), named].filter(Boolean).join(' ');
}

/** What the lab showed when the goal was reached: "KL 7.6 nats, 8 numbers in the code". */
export function seenIn(
  { met }: Heard,
  { conditions }: Goal,
  print: (value: number | undefined) => string,
): string {
  return conditions
    .map((condition, i) =>
      condition.setting === true
        ? inWords(condition)
        : [`${condition.label}:`, print(met[i]), condition.unit].filter(Boolean).join(' '),
    )
    .join(', ');
}

/** Where a reader is with a question. */
export type Progress =
  | { readonly stage: 'asked' }
  | { readonly stage: 'committed'; readonly choice: string }
  | { readonly stage: 'answered'; readonly choice: string; readonly seen: string };

/** Reads back what was kept; anything else counts as not begun. */
export function parseProgress(text: string | null, options: readonly Option[]): Progress {
  const [stage, choice, seen] = text?.split('\n') ?? [];
  if (choice === undefined || !options.some(({ value }) => value === choice)) {
    return { stage: 'asked' };
  }
  if (stage === 'committed') return { stage, choice };
  if (stage === 'answered') return { stage, choice, seen: seen ?? '' };
  return { stage: 'asked' };
}

export function printProgress(progress: Progress): string | null {
  switch (progress.stage) {
    case 'asked':
      return null;
    case 'committed':
      return `committed\n${progress.choice}`;
    case 'answered':
      return `answered\n${progress.choice}\n${progress.seen}`;
  }
}

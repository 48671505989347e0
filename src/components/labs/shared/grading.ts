// Grading of a prediction: conditions on a lab's readings, and what is kept of an answer. Pure.
import type { LabNews } from './contract.ts';

/** One quantity that must be on the right side of a limit. `step` and every reading of the lab can be named. */
export interface Condition {
  readonly reading: string;
  /** How the reader knows it: "KL". */
  readonly label: string;
  readonly below?: number;
  readonly above?: number;
  readonly unit?: string;
}

export interface Goal {
  /** What to do in the lab, in a sentence or two. */
  readonly task: string;
  /** All must hold at once. */
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

export function reached(news: LabNews | null, { conditions }: Goal): boolean {
  return conditions.every((condition) => holds(news, condition));
}

/** "KL below 8 nats". */
export function inWords({ label, below, above, unit }: Condition): string {
  const limits = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return [label, limits.join(' and '), unit].filter(Boolean).join(' ');
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

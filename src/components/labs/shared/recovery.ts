// What a run can go back to when its worker is gone or its numbers left their range, and what the reader is told.
// Knows no session: it judges checkpoints and words.
import type { Checkpoint, End, Fault } from '../../../lib/protocol/messages.ts';
import { count } from '../../ui/format.ts';
import { ShownFault } from './fault.ts';

/** What was done without being asked for, in words for the reader. */
export interface RunNotice {
  readonly title: string;
  readonly text: string;
}

/** Checkpoints held for a way back: the blow-up of a loss takes seconds at most. */
const HELD = 4;
/** A loss that rose by this share over the best of those held is no good one any more. */
const RISEN = 0.5;

/** The last checkpoints of a run. */
export class Checkpoints {
  #held: readonly Checkpoint[] = [];

  add(checkpoint: Checkpoint): void {
    const earlier = this.#held.filter(({ step }) => step < checkpoint.step);
    this.#held = [...earlier, checkpoint].slice(-HELD);
  }

  /** Where a run goes on whose worker was lost. */
  get last(): Checkpoint | null {
    return this.#held.at(-1) ?? null;
  }

  /** Where a run goes back to that diverged: the newest whose loss had not risen yet. */
  get good(): Checkpoint | null {
    const losses = this.#held.flatMap(({ objective }) => objective ?? []);
    const best = Math.min(...losses);
    const limit = best + RISEN * Math.abs(best);
    return (
      this.#held.findLast(({ objective }) => objective === undefined || objective <= limit) ?? null
    );
  }

  /** Other weights came, or these: what was before is over. */
  restart(from: Checkpoint | null): void {
    this.#held = from ? [from] : [];
  }
}

/** Workers that may be lost in this time before nothing is tried any more. */
const MOST = 3;
const WITHIN_MS = 60_000;

/** Counts lost workers, so that a device that kills every one is not given them for ever. */
export class Strikes {
  #times: readonly number[] = [];

  /** Throws where nothing is left to try: the last of too many, or a worker whose script is not there. */
  strike(fault: Fault, end: End, now: number): void {
    if (end === 'unloaded') throw new ShownFault(fault);
    this.#times = [...this.#times, now].filter((time) => now - time < WITHIN_MS);
    if (this.#times.length < MOST) return;
    this.clear();
    throw new ShownFault({
      ...fault,
      message: `${fault.message} It was replaced twice within a minute, and that did not help. Choose another backend, or reload the page.`,
    });
  }

  clear(): void {
    this.#times = [];
  }
}

const TITLES: Readonly<Partial<Record<End, string>>> = {
  lost: 'The GPU was lost.',
  silent: 'The training worker stopped answering.',
  failed: 'The training worker failed.',
};

/** What to say after a recovery; null where the reader asked for it. */
export function noticeOf(
  end: End,
  now: { readonly training: boolean; readonly step: number; readonly backend: string },
): RunNotice | null {
  const title = TITLES[end];
  if (title === undefined) return null;
  const { training, step, backend } = now;
  if (training) {
    return { title, text: `The run went on from step ${count(step)} on ${backend}.` };
  }
  const what = step > 0 ? `The weights of step ${count(step)} are` : 'The model is';
  return { title, text: `${what} back, on ${backend}.` };
}

// The training loop: updates until told to stop, with averaged terms every few steps.
// An async generator, so that its host decides when to go on: the worker yields to its messages between
// steps, a script draws its progress bar. Detects divergence. Knows no host.
import { concat } from '../ops/tf.ts';
import type { Tensor1D } from '../ops/tf.ts';
import type { Terms } from '../protocol/model.ts';
import type { Trainer, UpdateParts } from './trainer.ts';

/** A term that left its range; the run stops at that step. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    readonly quantity: string,
    readonly step: number,
    value: number,
  ) {
    super(
      `The ${quantity} became ${brief(value)} at step ${step}. Go back to the last good checkpoint and lower the learning rate.`,
    );
  }
}

export interface LoopReport {
  readonly step: number;
  /** Means over the last `WINDOW` steps at most. */
  readonly terms: Terms;
  readonly objective: number;
}

/** Nats per image. An untrained network costs hundreds; what is beyond this is on its way out of the numbers. */
const LARGEST = 1e8;

/** Steps that `data-loss` and the curves average over. */
export const WINDOW = 20;

/**
 * Trains without end; stop by leaving the loop (`return`), which disposes what it holds.
 * `readEvery` steps pass between two read-backs of the terms, since each waits for the device.
 * After every step the generator yields: a report when the terms were read, else nothing.
 * `look` sees what each update is made of. Throws DivergenceError.
 */
export async function* train(
  trainer: Trainer,
  readEvery: () => number,
  look?: (parts: UpdateParts) => void,
): AsyncGenerator<LoopReport | undefined, void, void> {
  const { family, terms: names } = trainer;
  const recent: number[][] = [];
  let pending: Tensor1D[] = [];
  try {
    for (;;) {
      pending.push(trainer.update(look));
      if (pending.length < readEvery()) {
        yield undefined;
        continue;
      }
      const rows = await read(pending, names.length);
      pending = [];
      rows.forEach((row, i) => {
        checkTerms(row, names, trainer.step - rows.length + i + 1);
      });
      recent.push(...rows);
      recent.splice(0, recent.length - WINDOW);
      const terms = averages(recent, names);
      yield { step: trainer.step, terms, objective: family.objective(terms, trainer.settings) };
    }
  } finally {
    for (const terms of pending) terms.dispose();
  }
}

async function read(pending: readonly Tensor1D[], width: number): Promise<number[][]> {
  const joined = concat([...pending]);
  for (const terms of pending) terms.dispose();
  const values = await joined.data();
  joined.dispose();
  return pending.map((_, i) => Array.from(values.subarray(i * width, (i + 1) * width)));
}

function checkTerms(row: readonly number[], names: readonly string[], step: number): void {
  names.forEach((name, i) => {
    const value = row[i] ?? NaN;
    if (!(Math.abs(value) <= LARGEST)) throw new DivergenceError(name, step, value);
  });
}

/** NaN, Infinity, or a number to three digits: nobody reads more of one that left its range. */
function brief(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(3) : String(value);
}

function averages(rows: readonly (readonly number[])[], names: readonly string[]): Terms {
  return Object.fromEntries(
    names.map((name, i) => [name, rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length]),
  );
}

// What the kernels are held to: the same sums in float64, written the slow and obvious way,
// and generators of shapes and values that reach the odd corners of tiles and vectors.

import fc from 'fast-check';
import { expect } from 'vitest';
import type { Tensor } from '../../../src/lib/ops/tf.ts';

/** Sizes around the widths of vectors (4), tiles (6, 8) and blocks, and 1. */
export const size = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 21, max: 130 }) },
);

/** Few runs each, since every run covers many values; enough to meet each remainder. */
export const runs: fc.Parameters<unknown> = { numRuns: 60 };

/** Reproducible values in [−1, 1), none of them special. */
export function values(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/**
 * Holds each result to 1e-5 of the size of what was summed for it, the error that float32 allows.
 * @param magnitudes sums of absolute values; the expected values themselves where nothing cancels
 */
export function expectClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  magnitudes: ArrayLike<number> = expected,
  tolerance = 1e-5,
): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const bound = tolerance * Math.abs(magnitudes[i]!) + 1e-30;
    if (!(Math.abs(got[i]! - expected[i]!) <= bound)) {
      expect.fail(`[${i}] is ${got[i]}, expected ${expected[i]} ± ${bound}`);
    }
  }
}

/** The values of a gradient that must be there. */
export function read(gradient: Tensor | undefined) {
  if (!gradient) throw new Error('There is no such gradient.');
  return gradient.dataSync();
}

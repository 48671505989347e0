// Sums and means over any axes against float64.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean, sum, tensor, tidy } from '../../../src/lib/ops/tf.ts';
import { expectClose, runs, size, values } from './reference.ts';

/** Sums and sums of magnitudes over some of three axes, flat. */
function reference(x: Float32Array, shape: readonly number[], axes: readonly number[]) {
  const kept = shape.map((_, axis) => !axes.includes(axis));
  const results = shape.filter((_, axis) => kept[axis]).reduce((a, b) => a * b, 1);
  const sums = new Float64Array(results);
  const magnitudes = new Float64Array(results);
  for (let i = 0; i < x.length; i++) {
    let rest = i;
    let to = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      if (kept[axis]) {
        to += at * stride;
        stride *= shape[axis]!;
      }
    }
    sums[to]! += x[i]!;
    magnitudes[to]! += Math.abs(x[i]!);
  }
  return { sums, magnitudes, count: x.length / results };
}

export function reduceTests(): void {
  describe('sum and mean', () => {
    test('agree with float64 over any axes', () => {
      const small = fc.integer({ min: 1, max: 40 });
      fc.assert(
        fc.property(
          fc.tuple(small, size, small),
          fc.subarray([0, 1, 2], { minLength: 1 }),
          fc.boolean(),
          fc.nat(1000),
          (shape, axes, keepDims, seed) => {
            const x = values(shape[0] * shape[1] * shape[2], seed);
            const { sums, magnitudes, count } = reference(x, shape, axes);
            tidy(() => {
              const got = sum(tensor(x, [...shape]), axes, keepDims);
              expect(got.shape).toEqual(
                keepDims
                  ? shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
                  : shape.filter((_, axis) => !axes.includes(axis)),
              );
              expectClose(got.dataSync(), sums, magnitudes);
              expectClose(
                mean(tensor(x, [...shape]), axes).dataSync(),
                sums.map((s) => s / count),
                magnitudes.map((m) => m / count),
              );
            });
          },
        ),
        runs,
      );
    });

    test('without axes, everything is summed', () => {
      expect(sum(tensor([1, 2, 3, 4], [2, 2])).arraySync()).toBe(10);
      expect(mean(tensor([1, 2, 3, 4], [2, 2])).arraySync()).toBe(2.5);
    });

    test('integers stay integers', () => {
      const total = sum(tensor([1, 2, 3], [3], 'int32'));
      expect([total.dtype, total.arraySync()]).toEqual(['int32', 6]);
    });
  });
}

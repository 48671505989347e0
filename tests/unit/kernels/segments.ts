// Sums by label against float64, and the gradient of gather that they are there for.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  gather,
  grad,
  mul,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  unsortedSegmentSum,
  type Tensor,
} from '../../../src/lib/ops/tf.ts';
import { expectClose, runs, size, values } from './reference.ts';

export function segmentTests(): void {
  describe('sum by label', () => {
    test('agrees with float64, negative labels left out', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 50 }),
          size,
          fc.nat(1000),
          (labels, width, seed) => {
            const x = values(labels.length * width, seed);
            const sums = new Float64Array(7 * width);
            const magnitudes = new Float64Array(7 * width);
            for (const [row, label] of labels.entries()) {
              if (label < 0) continue;
              for (let c = 0; c < width; c++) {
                sums[label * width + c]! += x[row * width + c]!;
                magnitudes[label * width + c]! += Math.abs(x[row * width + c]!);
              }
            }
            const got = tidy(() =>
              unsortedSegmentSum(
                tensor2d(x, [labels.length, width]),
                tensor1d(labels, 'int32'),
                7,
              ).dataSync(),
            );
            expectClose(got, sums, magnitudes);
          },
        ),
        runs,
      );
    });

    test('rows looked up twice get both gradients', () => {
      const rows = tensor1d([2, 0, 2], 'int32');
      const weights = tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      const dTable = grad((table: Tensor) => sum(mul(gather(table, rows), weights)))(
        tensor2d(values(8, 1), [4, 2]),
      );
      expect(dTable.arraySync()).toEqual([
        [3, 4],
        [0, 0],
        [6, 8],
        [0, 0],
      ]);
    });

    test('a label without a place is refused', () => {
      expect(() => unsortedSegmentSum(tensor1d([1, 2]), tensor1d([0, 3], 'int32'), 3)).toThrow(
        /row 1/,
      );
    });
  });
}

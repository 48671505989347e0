// Gather and tile against indices worked out one by one.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gather, tensor, tensor1d, tidy, tile } from '../../../src/lib/ops/tf.ts';
import { runs, values } from './reference.ts';

const small = fc.integer({ min: 1, max: 7 });
const shapes = fc.tuple(small, small, fc.integer({ min: 1, max: 80 }));

export function rowTests(): void {
  describe('rows', () => {
    test('are looked up along any axis', () => {
      fc.assert(
        fc.property(
          shapes,
          fc.integer({ min: 0, max: 2 }),
          fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
          (shape, axis, list) => {
            const [a, b, c] = shape;
            const x = values(a * b * c, 1);
            const ids = list.map((i) => i % shape[axis]!);
            const expected: number[] = [];
            const own = (count: number, along: number) =>
              along === axis ? ids : Array.from({ length: count }, (_, i) => i);
            for (const i of own(a, 0)) {
              for (const j of own(b, 1))
                for (const k of own(c, 2)) expected.push(x[(i * b + j) * c + k]!);
            }
            const got = tidy(() =>
              gather(tensor(x, shape), tensor1d(ids, 'int32'), axis).dataSync(),
            );
            expect([...got]).toEqual(expected);
          },
        ),
        runs,
      );
    });

    test('repeat along any axes', () => {
      fc.assert(
        fc.property(shapes, fc.tuple(small, small, small), (shape, reps) => {
          const [a, b, c] = shape;
          const x = values(a * b * c, 1);
          const expected: number[] = [];
          for (let i = 0; i < a * reps[0]; i++) {
            for (let j = 0; j < b * reps[1]; j++) {
              for (let k = 0; k < c * reps[2]; k++) {
                expected.push(x[((i % a) * b + (j % b)) * c + (k % c)]!);
              }
            }
          }
          expect([...tidy(() => tile(tensor(x, shape), reps).dataSync())]).toEqual(expected);
        }),
        { numRuns: 25 },
      );
    });

    test('integers, bytes and single numbers too', () => {
      const pick = tensor1d([1, 1], 'int32');
      expect(gather(tensor1d([1, 2], 'int32'), pick).arraySync()).toEqual([2, 2]);
      expect(gather(tensor1d([false, true], 'bool'), pick).arraySync()).toEqual([1, 1]);
      expect(tile(tensor1d([true, false, true], 'bool'), [2]).arraySync()).toEqual([
        1, 0, 1, 1, 0, 1,
      ]);
      expect(gather(tensor1d([5, 6]), tensor(1, [], 'int32')).arraySync()).toBe(6);
    });

    test('a row that is not there is refused', () => {
      expect(() => gather(tensor1d([1, 2]), tensor1d([2], 'int32'))).toThrow(/row 2 of 2/);
      expect(() => gather(tensor1d([1, 2]), tensor1d([-1], 'int32'))).toThrow(/row -1 of 2/);
    });
  });
}

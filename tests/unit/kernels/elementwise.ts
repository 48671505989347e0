// Functions of one tensor against float64, over the whole range of float32.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cast,
  elu,
  exp,
  leakyRelu,
  sigmoid,
  softplus,
  tanh,
  tensor1d,
  tidy,
  type Tensor1D,
} from '../../../src/lib/ops/tf.ts';
import { expectClose, runs } from './reference.ts';

const functions: readonly [
  name: string,
  ours: (x: Tensor1D) => Tensor1D,
  reference: (x: number) => number,
][] = [
  ['exp', exp, Math.exp],
  ['sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  ['softplus', softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  ['tanh', tanh, Math.tanh],
  ['leakyRelu', (x) => leakyRelu(x, 0.2), (x) => (x > 0 ? x : 0.2 * x)],
  ['elu', elu, (x) => (x < 0 ? Math.expm1(x) : x)],
];

/** Ordinary values, tiny ones, and those near where single precision ends. */
const number = fc.oneof(
  fc.float({ min: -5, max: 5, noNaN: true }),
  fc.float({ min: -85, max: 85, noNaN: true }),
  fc.float({ min: Math.fround(-1e-3), max: Math.fround(1e-3), noNaN: true }),
);
const smallest = 2 ** -126;

export function elementwiseTests(): void {
  describe.each(functions)('%s', (_, ours, reference) => {
    test('agrees with float64 for any length', () => {
      fc.assert(
        fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), (list) => {
          const x = Float32Array.from(list, (value) => (Math.abs(value) < smallest ? 0 : value));
          expectClose(
            tidy(() => ours(tensor1d(x)).dataSync()),
            Array.from(x, reference),
          );
        }),
        runs,
      );
    });

    test('has the right limits, and lets NaN through', () => {
      const x = [-1e38, -200, -0, 0, 200, 1e38, Number.NaN];
      const got = ours(tensor1d(x)).dataSync();
      for (const [i, value] of x.entries()) {
        const expected = Math.fround(reference(value));
        if (Number.isNaN(expected)) expect(got[i]).toBeNaN();
        else if (Math.abs(expected) < smallest) expect(got[i]).toBeLessThan(smallest);
        else if (Number.isFinite(expected)) expect(got[i]).toBeCloseTo(expected, 6);
        else expect(got[i]).toBe(expected);
      }
    });

    test('empty tensors are refused', () => {
      expect(() => ours(tensor1d([]))).toThrow(/empty/);
    });
  });

  test('a cast to another type still converts', () => {
    expect([...cast(tensor1d([1.7, -1.7]), 'int32').dataSync()]).toEqual([1, -1]);
    expect([...cast(tensor1d([1.5]), 'float32').dataSync()]).toEqual([1.5]);
  });
}

// Matrix products against float64, for every transposition, shape and activation.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fused, matMul, tensor, tensor1d, tensor2d, tidy } from '../../../src/lib/ops/tf.ts';
import { expectClose, runs, size, values } from './reference.ts';

interface Product {
  readonly sums: Float64Array;
  readonly magnitudes: Float64Array;
}

function reference(
  [m, n, k]: readonly [number, number, number],
  a: Float32Array,
  transposeA: boolean,
  b: Float32Array,
  transposeB: boolean,
): Product {
  const sums = new Float64Array(m * n);
  const magnitudes = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) {
        const term =
          a[transposeA ? p * m + i : i * k + p]! * b[transposeB ? j * k + p : p * n + j]!;
        sums[i * n + j]! += term;
        magnitudes[i * n + j]! += Math.abs(term);
      }
    }
  }
  return { sums, magnitudes };
}

const activations: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  leakyrelu: (x) => (x < 0 ? 0.1 * x : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
};

export function matmulTests(): void {
  describe('matrix product', () => {
    const shape = fc.tuple(size, size, size);
    const flags = fc.tuple(fc.boolean(), fc.boolean());

    function check(
      dims: readonly [number, number, number],
      tA: boolean,
      tB: boolean,
      seed: number,
    ) {
      const [m, n, k] = dims;
      const a = values(m * k, seed);
      const b = values(k * n, seed + 1);
      const got = tidy(() =>
        matMul(
          tensor2d(a, tA ? [k, m] : [m, k]),
          tensor2d(b, tB ? [n, k] : [k, n]),
          tA,
          tB,
        ).dataSync(),
      );
      const { sums, magnitudes } = reference(dims, a, tA, b, tB);
      expectClose(got, sums, magnitudes);
    }

    test('agrees with float64 for any shape and transposition', () => {
      fc.assert(
        fc.property(shape, flags, fc.nat(1000), (dims, [tA, tB], seed) =>
          check(dims, tA, tB, seed),
        ),
        runs,
      );
    });

    test.each([
      [1, 784, 256],
      [1, 1, 1],
      [3, 1030, 5],
      [97, 9, 257],
      [193, 11, 785],
      [1, 3, 2],
    ])('crosses the edges of blocks: %i × %i × %i', (m, n, k) => {
      for (const tA of [false, true]) for (const tB of [false, true]) check([m, n, k], tA, tB, 7);
    });

    test('batches broadcast like NumPy', () => {
      const a = tensor(values(2 * 1 * 3 * 4, 1), [2, 1, 3, 4]);
      const b = tensor(values(5 * 4 * 6, 2), [5, 4, 6]);
      const got = matMul(a, b);
      expect(got.shape).toEqual([2, 5, 3, 6]);
      const [aValues, bValues] = [values(24, 1), values(120, 2)];
      const all = got.dataSync();
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 5; j++) {
          const one = reference(
            [3, 6, 4],
            aValues.subarray(i * 12, i * 12 + 12),
            false,
            bValues.subarray(j * 24, j * 24 + 24),
            false,
          );
          const at = (i * 5 + j) * 18;
          expectClose(all.slice(at, at + 18), one.sums, one.magnitudes);
        }
      }
    });

    test('one matrix on the right serves a whole batch on the left', () => {
      const a = values(4 * 3 * 5, 3);
      const b = values(5 * 7, 4);
      const got = matMul(tensor(a, [4, 3, 5]), tensor(b, [5, 7]));
      expect(got.shape).toEqual([4, 3, 7]);
      const { sums, magnitudes } = reference([12, 7, 5], a, false, b, false);
      expectClose(got.dataSync(), sums, magnitudes);
    });

    test.each(Object.keys(activations))('adds a bias and applies %s in the same pass', (name) => {
      fc.assert(
        fc.property(shape, flags, fc.nat(1000), (dims, [tA, tB], seed) => {
          const [m, n, k] = dims;
          const a = values(m * k, seed).map((x) => 3 * x);
          const b = values(k * n, seed + 1);
          const bias = values(n, seed + 2);
          const got = tidy(() =>
            fused
              .matMul({
                a: tensor2d(a, tA ? [k, m] : [m, k]),
                b: tensor2d(b, tB ? [n, k] : [k, n]),
                transposeA: tA,
                transposeB: tB,
                bias: tensor1d(bias),
                activation: name as 'relu',
                leakyreluAlpha: 0.1,
              })
              .dataSync(),
          );
          const { sums, magnitudes } = reference(dims, a, tA, b, tB);
          const expected = sums.map((sum, i) => activations[name]!(sum + bias[i % n]!));
          expectClose(
            got,
            expected,
            magnitudes.map((x) => x + 1),
          );
        }),
        { numRuns: 20 },
      );
    });

    test('a NaN reaches the result, through every activation', () => {
      for (const activation of ['linear', 'relu', 'leakyrelu', 'sigmoid', 'elu'] as const) {
        const got = fused.matMul({
          a: tensor2d([[Number.NaN, 1]]),
          b: tensor2d([[1], [1]]),
          bias: tensor1d([0]),
          activation,
        });
        expect(got.dataSync()[0], activation).toBeNaN();
      }
    });

    test('empty matrices are refused', () => {
      expect(() => matMul(tensor2d([], [0, 3]), tensor2d([], [3, 0]))).toThrow(/empty/);
    });
  });
}

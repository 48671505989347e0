// PCA and its parts against closed forms and properties: eigenvectors of matrices made from known ones, the plane of
// ellipses, Eckart and Young's error, a Gaussian's moments.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noise } from '../../../src/lib/metrics/arrays/draws.ts';
import { symmetricEigen } from '../../../src/lib/metrics/arrays/eigen.ts';
import { drawFrom, fitGaussian } from '../../../src/lib/metrics/arrays/fitted-gaussian.ts';
import { coordinatePlane, onPlane, principalPlane } from '../../../src/lib/metrics/arrays/pca.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Symmetric, [n, n], from any numbers. */
function symmetric(values: readonly number[], n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = values[i * n + j] ?? 0;
  }
  return matrix;
}

const rowOf = (matrix: Float64Array, n: number, i: number) => matrix.subarray(i * n, (i + 1) * n);
const times = (matrix: Float64Array, n: number, v: Float64Array) =>
  Float64Array.from({ length: n }, (_, i) => dot(rowOf(matrix, n, i), v));

describe('eigenvalues of a symmetric matrix', () => {
  test('of [[2, 1], [1, 2]] are 3 and 1, along the diagonals', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(vectors[0]).toBeCloseTo(vectors[1]!, 12);
  });

  test('of the second difference of n points are 2 − 2 cos(kπ / (n + 1))', () => {
    const n = 40;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const { values } = symmetricEigen(matrix, n);
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 10);
    });
  });

  test('every pair fulfils A v = λ v, the vectors are orthonormal, the values descend', () => {
    const sized = fc.integer({ min: 1, max: 12 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        values: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
          minLength: n * n,
          maxLength: n * n,
        }),
      }),
    );
    fc.assert(
      fc.property(sized, ({ n, values: given }) => {
        const matrix = symmetric(given, n);
        const { values, vectors } = symmetricEigen(matrix, n);
        for (let i = 0; i < n; i++) {
          const v = rowOf(vectors, n, i);
          times(matrix, n, v).forEach((value, d) => {
            expect(value).toBeCloseTo(values[i]! * v[d]!, 8);
          });
          for (let j = 0; j <= i; j++) {
            expect(dot(v, rowOf(vectors, n, j))).toBeCloseTo(i === j ? 1 : 0, 9);
          }
          if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('numbers next to nothing have unit vectors too', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(0, -1e-323, -1e-323, 0), 2);
    expect([...values]).toEqual([1e-323, -1e-323]);
    expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12);
  });

  test('a matrix that is not square is refused', () => {
    expect(() => symmetricEigen(new Float64Array(5), 2)).toThrow('expected 2 × 2');
  });
});

test('the squared error of the best k directions is the sum of the eigenvalues left out (Eckart and Young)', () => {
  const [rows, n] = [60, 6];
  const x = noise(rows * n, 3).map((value, i) => value * (1 + (i % n)));
  const covariance = new Float64Array(n * n);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) covariance[i * n + j]! += (x[r * n + i]! * x[r * n + j]!) / rows;
    }
  }
  const { values, vectors } = symmetricEigen(covariance, n);
  for (let k = 0; k <= n; k++) {
    let error = 0;
    for (let r = 0; r < rows; r++) {
      const rest = Float64Array.from(x.subarray(r * n, (r + 1) * n));
      for (let i = 0; i < k; i++) {
        const v = rowOf(vectors, n, i);
        const score = dot(rest, v);
        rest.forEach((_, d) => (rest[d]! -= score * v[d]!));
      }
      error += dot(rest, rest) / rows;
    }
    expect(error).toBeCloseTo(
      values.slice(k).reduce((a, b) => a + b, 0),
      8,
    );
  }
});

describe('the principal plane', () => {
  test('of a stretched and turned cloud has its axes and variances', () => {
    const angle = 0.6;
    const points = Float32Array.from({ length: 3 * 400 }, (_, i) => {
      const t = (2 * Math.PI * Math.floor(i / 3)) / 400;
      const [u, v] = [4 * Math.cos(t), 2 * Math.sin(t)];
      return [
        5 + u * Math.cos(angle) - v * Math.sin(angle),
        u * Math.sin(angle) + v * Math.cos(angle),
        -1,
      ][i % 3]!;
    });
    const plane = principalPlane(points, 3);
    expect(plane.mean[0]).toBeCloseTo(5, 4);
    expect(plane.mean[2]).toBeCloseTo(-1, 4);
    expect(Math.abs(dot(plane.axes[0], [Math.cos(angle), Math.sin(angle), 0]))).toBeCloseTo(1, 6);
    expect(plane.variances[0]).toBeCloseTo(8, 4); // mean of (4 cos t)²
    expect(plane.variances[1]).toBeCloseTo(2, 4);
    expect(plane.total).toBeCloseTo(10, 4);
  });

  test('agrees with the two largest eigenvectors of the covariance', () => {
    const [rows, n] = [300, 9];
    const x = noise(rows * n, 8).map((value, i) => value * 1.6 ** -(i % n));
    const plane = principalPlane(x, n);
    const covariance = new Float64Array(n * n);
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          covariance[i * n + j]! +=
            ((x[r * n + i]! - plane.mean[i]!) * (x[r * n + j]! - plane.mean[j]!)) / rows;
        }
      }
    }
    const { values, vectors } = symmetricEigen(covariance, n);
    for (const i of [0, 1] as const) {
      expect(plane.variances[i]).toBeCloseTo(values[i]!, 3);
      expect(Math.abs(dot(plane.axes[i], rowOf(vectors, n, i)))).toBeGreaterThan(0.999);
    }
  });

  test('started from the plane before, it keeps the axes’ signs', () => {
    const x = noise(200 * 5, 4);
    const before = principalPlane(x, 5);
    const [a, b] = before.axes;
    const turned = { ...before, axes: [a.map((v) => -v), b.map((v) => -v)] as const };
    const after = principalPlane(x, 5, turned);
    expect(dot(after.axes[0], a)).toBeLessThan(-0.99);
    expect(dot(after.axes[1], b)).toBeLessThan(-0.99);
  });

  test('codes of one dimension, and codes that never vary, stay finite', () => {
    const one = principalPlane(Float32Array.of(1, 2, 3, 6), 1);
    expect(one.variances[0]).toBeCloseTo(3.5, 5);
    expect(onPlane(one, Float32Array.of(3), 1)[1]).toBe(0);
    const still = principalPlane(new Float32Array(40).fill(2), 4);
    expect(Math.max(...still.variances)).toBeLessThan(1e-20);
    expect(onPlane(still, new Float32Array(4).fill(2), 4).every(Number.isFinite)).toBe(true);
  });

  test('the plane of two numbers can be their own: places are the numbers, about the same centre', () => {
    const x = noise(100 * 2, 5).map((value, i) => (i % 2 === 0 ? 3 * value + 4 : value));
    const plane = coordinatePlane(x, 2);
    expect(onPlane(plane, x, 2)).toEqual(x);
    expect(plane.variances[0]).toBeGreaterThan(4 * plane.variances[1]);
    expect(plane.variances[0] + plane.variances[1]).toBeCloseTo(plane.total, 6);
    const one = coordinatePlane(Float32Array.of(1, 5), 1);
    expect(onPlane(one, Float32Array.of(1, 5), 1)).toEqual(Float32Array.of(1, 0, 5, 0));
  });

  test('projecting loses exactly the variance off the plane', () => {
    const [rows, n] = [120, 4];
    const x = noise(rows * n, 11);
    const plane = principalPlane(x, n);
    const points = onPlane(plane, x, n);
    const kept = points.reduce((sum, value) => sum + value * value, 0) / rows;
    expect(kept).toBeCloseTo(plane.variances[0] + plane.variances[1], 4);
    expect(kept).toBeLessThan(plane.total);
  });
});

describe('the Gaussian fitted to codes', () => {
  test('has their mean and covariance: L Lᵀ', () => {
    const { mean, factor } = fitGaussian(Float32Array.of(1, 0, 3, 4, 5, 2), 2);
    expect([...mean]).toEqual([3, 2]);
    const [a = NaN, , c = NaN, d = NaN] = [...factor];
    expect(a * a).toBeCloseTo(8 / 3, 4);
    expect(a * c).toBeCloseTo(4 / 3, 4);
    expect(c * c + d * d).toBeCloseTo(8 / 3, 4);
  });

  test('draws have its moments, and zero noise is its mean', () => {
    const gaussian = fitGaussian(Float32Array.of(1, 0, 3, 4, 5, 2), 2);
    expect([...drawFrom(gaussian, new Float32Array(2))]).toEqual([3, 2]);
    const again = fitGaussian(drawFrom(gaussian, noise(2 * 20_000, 5)), 2);
    expect(again.mean[0]).toBeCloseTo(3, 1);
    expect(again.factor[0]).toBeCloseTo(gaussian.factor[0]!, 1);
    expect(again.factor[2]).toBeCloseTo(gaussian.factor[2]!, 1);
  });

  test('a unit that never varies is drawn where it is', () => {
    const gaussian = fitGaussian(Float32Array.of(1, 7, 3, 7, 5, 7), 2);
    const drawn = drawFrom(gaussian, noise(40, 1));
    for (let i = 1; i < drawn.length; i += 2) expect(drawn[i]).toBeCloseTo(7, 1);
  });
});

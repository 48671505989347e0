// The latent plane's own arithmetic: clusters, its extent, where arrow keys lead.
import { expect, test } from 'vitest';
import { clusters, moved, niceExtent } from '../../../src/components/ui/plane.ts';

test('clusters have the mean and the spread of their codes, and skip codes that are not numbers', () => {
  const points = new Float32Array([0, 1, 2, 3, 5, 5, NaN, 0]);
  const [three, seven] = clusters({ points, labels: [3, 3, 7, 7] });
  expect(three).toEqual({ label: 3, count: 2, mean: [1, 2], sd: [1, 1] });
  expect(seven).toEqual({ label: 7, count: 1, mean: [5, 5], sd: [0, 0] });
});

test('the extent holds the codes with some air, one far code aside', () => {
  const points = new Float32Array(400).map((_, i) => (i % 2 === 0 ? i / 100 : -1));
  points[0] = 900;
  expect(niceExtent(points)).toBe(5);
  expect(niceExtent(new Float32Array(0))).toBe(3);
  expect(niceExtent(new Float32Array([NaN, 1]))).toBe(3);
});

test('the extent stays while the codes fit and fill it, and changes when they do not', () => {
  const square = (reach: number) => new Float32Array(200).fill(reach);
  expect(niceExtent(square(3), 5)).toBe(5);
  expect(niceExtent(square(2), 5)).toBe(3);
  expect(niceExtent(square(5), 5)).toBe(6);
});

test('arrow keys move the cursor, Shift further, never out of the plane; Home goes to the origin', () => {
  expect(moved('ArrowRight', false, [0, 0], 4)).toEqual([0.1, 0]);
  expect(moved('ArrowUp', true, [0, 0], 4)).toEqual([0, 0.5]);
  expect(moved('ArrowLeft', true, [-3.9, 1], 4)).toEqual([-4, 1]);
  expect(moved('Home', false, [2, 2], 4)).toEqual([0, 0]);
  expect(moved('a', false, [2, 2], 4)).toBeUndefined();
});

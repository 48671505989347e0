// The VAE lab's sets of codes.
import { describe, expect, test } from 'vitest';
import { MANIFOLD_SIDE } from '../../../../src/lib/metrics/arrays/plane.ts';
import {
  byInformation,
  manifoldCodes,
  PATH_LENGTH,
  pathCodes,
  traversalCodes,
  withPoint,
} from '../../../../src/components/labs/vae/plane.ts';

describe('codes for pictures', () => {
  test('the manifold runs from the top left to the bottom right, tile centres inside the plane', () => {
    const codes = manifoldCodes(new Float32Array(2), [0, 1], 4);
    expect(codes).toHaveLength(2 * MANIFOLD_SIDE ** 2);
    const edge = 4 * (1 - 1 / MANIFOLD_SIDE);
    expect([...codes.slice(0, 2)]).toEqual([-edge, edge]);
    expect([...codes.slice(-2)]).toEqual([edge, -edge]);
  });

  test('dimensions that are not shown keep the value they are held at', () => {
    const base = Float32Array.of(1, 2, 3, 4);
    expect([...withPoint(base, [3, 1], 9, 8)]).toEqual([1, 8, 3, 9]);
    const codes = manifoldCodes(base, [3, 1], 2);
    for (let i = 0; i < codes.length; i += 4) expect([codes[i], codes[i + 2]]).toEqual([1, 3]);
  });

  test('a path begins and ends at its ends and is straight', () => {
    const codes = pathCodes(Float32Array.of(0, 10), Float32Array.of(2, -10));
    expect([...codes.slice(0, 2)]).toEqual([0, 10]);
    expect([...codes.slice(-2)]).toEqual([2, -10]);
    expect([...codes.slice(PATH_LENGTH - 1, PATH_LENGTH + 1)]).toEqual([1, 0]);
  });

  test('a traversal moves one dimension in each row', () => {
    const base = Float32Array.of(5, 6, 7);
    const codes = traversalCodes(base, [2, 0], 3);
    expect(codes).toHaveLength(2 * PATH_LENGTH * 3);
    expect([...codes.slice(0, 3)]).toEqual([5, 6, -3]);
    expect([...codes.slice(-3)]).toEqual([3, 6, 7]);
  });

  test('dimensions are ordered by KL, or by variance where there is no KL', () => {
    expect(byInformation([0.1, 3, 0.5], [9, 9, 9])).toEqual([1, 2, 0]);
    expect(byInformation([], [1, 0, 2])).toEqual([2, 0, 1]);
  });
});

// Numbers of either sign as pixels: two colours, paper between them, tiles apart.
import { expect, test } from 'vitest';
import { largest, paintSigned, tiling } from '../../../src/components/ui/tensor.ts';
import type { Rgb } from '../../../src/components/ui/images.ts';

const paper: Rgb = [255, 255, 255];
const up: Rgb = [0, 0, 255];
const down: Rgb = [255, 0, 0];

function painted(
  values: readonly number[],
  tiles: number,
  columns: number,
  most = largest(values),
) {
  const layout = tiling(tiles, values.length / tiles, columns, 2);
  const bytes = new Uint8ClampedArray(4 * layout.width * layout.height);
  paintSigned(bytes, values, layout, { paper, up, down, most });
  const at = (x: number, y: number): number[] => {
    const from = 4 * (y * layout.width + x);
    return [...bytes.subarray(from, from + 4)];
  };
  return { layout, at };
}

test('the largest is the whole colour, half of it half, and nothing is paper', () => {
  const { at } = painted([2, -1, 0, -2], 1, 2);
  expect(at(0, 0)).toEqual([0, 0, 255, 255]);
  expect(at(1, 0)).toEqual([255, 128, 128, 255]);
  expect(at(0, 1)).toEqual([255, 255, 255, 255]);
  expect(at(1, 1)).toEqual([255, 0, 0, 255]);
});

test('tiles stand beside and below each other, a clear pixel apart', () => {
  const { layout, at } = painted([1, 1, 1, 1, -1, -1], 3, 2, 1);
  expect(layout).toMatchObject({ width: 5, height: 3 });
  expect(at(2, 0)[3]).toBe(0);
  expect(at(3, 0)).toEqual([0, 0, 255, 255]);
  expect(at(0, 1)[3]).toBe(0);
  expect(at(0, 2)).toEqual([255, 0, 0, 255]);
});

test('a last line that is not full stays clear, and so does what is no number', () => {
  const { layout, at } = painted([1, NaN, 1], 1, 2);
  expect(layout).toMatchObject({ width: 2, height: 2 });
  expect(at(1, 0)[3]).toBe(0);
  expect(at(1, 1)[3]).toBe(0);
});

test('all zeros are all paper', () => {
  const { at } = painted([0, 0], 1, 2);
  expect(at(0, 0)).toEqual([255, 255, 255, 255]);
  expect(largest([Infinity, -3, NaN])).toBe(3);
});

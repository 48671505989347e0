// Pictures of tensors: folded near a square, whole lines, the lines with the largest gradient of many.
import { expect, test } from 'vitest';
import {
  changeOf,
  inPlanes,
  isColour,
  normsOf,
  pictureOf,
  squarest,
  tilesOf,
} from '../../../src/lib/worker/slow-pictures.ts';

const named = (name: string, shape: number[], at: (i: number) => number) => {
  const length = shape.reduce((a, b) => a * b);
  return new Map([[name, { shape, values: Float32Array.from({ length }, (_, i) => at(i)) }]]);
};

test('an image is folded to its square, a wide layer near one, a prime length into a ragged one', () => {
  expect([784, 256, 200, 512, 257].map(squarest)).toEqual([28, 16, 20, 32, 17]);
});

test('short vectors are one line, rows of long ones are tiles', () => {
  expect(pictureOf([1, 20])).toEqual({ tiles: 1, columns: 20 });
  expect(pictureOf([1, 5, 2])).toEqual({ tiles: 1, columns: 2 });
  expect(pictureOf([1, 784])).toEqual({ tiles: 1, columns: 28 });
  expect(pictureOf([1, 5, 784])).toEqual({ tiles: 5, columns: 28 });
});

test('of many units those with the largest gradient are shown, largest first', () => {
  const weights = named('encoder.0.weight', [8, 100], (i) => Math.floor(i / 100));
  const gradients = named('encoder.0.weight', [8, 100], (i) => (Math.floor(i / 100) + 5) % 8);
  const [tile] = tilesOf(weights, gradients);
  expect(tile).toMatchObject({ tiles: 6, columns: 10, part: 'enc', shape: [8, 100] });
  expect([0, 1, 2, 3, 4, 5].map((n) => tile?.values[n * 100])).toEqual([2, 1, 0, 7, 6, 5]);
  expect(tile?.shown).toBe('the 6 rows with the largest gradient');
});

test('a tall matrix is shown by its columns, a bias not at all', () => {
  const tall = named('decoder.0.weight', [100, 2], (i) => (i % 2 === 0 ? 1 : -1));
  const [tile] = tilesOf(tall, tall);
  expect(tile).toMatchObject({ tiles: 2, columns: 10, part: 'dec', shown: 'its 2 columns' });
  expect(tile?.values[0]).toBe(1);
  expect(tile?.values[100]).toBe(-1);
  const bias = named('decoder.0.bias', [100], () => 1);
  expect(tilesOf(bias, bias)).toEqual([]);
});

test('a layer’s size takes weights and biases together; the change is after less before', () => {
  const before = new Map([
    ...named('code.weight', [2, 2], () => 1),
    ...named('code.bias', [1], () => 1),
  ]);
  const after = new Map([
    ...named('code.weight', [2, 2], () => 3),
    ...named('code.bias', [1], () => 4),
  ]);
  const change = changeOf(before, after, before);
  expect([...change.get('code.weight')!.values]).toEqual([2, 2, 2, 2]);
  expect(normsOf(change)).toEqual(new Map([['code', 5]]));
});

test('a colour image is taken apart into its planes, and a unit’s weights of it too', () => {
  const size = { width: 8, height: 4, channels: 3 };
  // Two images: red 1, green 2, blue 3, and ten times as much; one pixel of the second apart.
  const values = Float32Array.from({ length: 192 }, (_, i) => (i < 96 ? 1 : 10) * ((i % 3) + 1));
  values.set([70, 80, 90], 96 + 3 * 9);
  const planes = inPlanes(values, size);
  expect([planes[0], planes[31], planes[32], planes[63], planes[64], planes[95]]).toEqual([
    ...[1, 1, 2, 2, 3, 3],
  ]);
  expect([planes[96 + 9], planes[96 + 32 + 9], planes[96 + 64 + 9]]).toEqual([70, 80, 90]);
  expect(planes[96 + 8]).toBe(10);
  expect(isColour(96, size)).toBe(true);
  expect(isColour(32, size)).toBe(false);
  expect(isColour(32, { ...size, channels: 1 })).toBe(false);
  expect(isColour(96, null)).toBe(false);
  const weights = new Map([['encoder.0.weight', { shape: [2, 96], values }]]);
  expect(tilesOf(weights, weights, size)).toMatchObject([{ tiles: 2, columns: 8, values: planes }]);
});

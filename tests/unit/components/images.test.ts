// Pixels to colours, and where each picture of a grid goes.
import { expect, test } from 'vitest';
import { gridLayout, imageCount, parseHex, writeImage } from '../../../src/components/ui/images.ts';

const inks = { paper: [250, 240, 230], ink: [10, 20, 30] } as const;
const grey = { width: 2, height: 1, channels: 1 } as const;

test('grey is a share of ink on paper, the same from floats and from bytes', () => {
  for (const pixels of [new Float32Array([0, 1]), new Uint8Array([0, 255]), [0, 1]]) {
    const target = new Uint8ClampedArray(8);
    writeImage(target, 2, 0, 0, pixels, 0, grey, inks);
    expect([...target]).toEqual([250, 240, 230, 255, 10, 20, 30, 255]);
  }
});

test('values out of range are clamped to the colours there are', () => {
  const target = new Uint8ClampedArray(8);
  const black = { paper: [0, 0, 0], ink: [255, 255, 255] } as const;
  writeImage(target, 2, 0, 0, new Float32Array([-3, 7]), 0, grey, black);
  expect([...target]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
});

test('colour is shown as it is, whatever the theme', () => {
  const target = new Uint8ClampedArray(4);
  const one = { width: 1, height: 1, channels: 3 } as const;
  writeImage(target, 1, 0, 0, new Float32Array([1, 0.5, 0]), 0, one, inks);
  expect([...target]).toEqual([255, 128, 0, 255]);
});

test('the second image of a sheet goes where it is put', () => {
  const target = new Uint8ClampedArray(4 * 5 * 2);
  writeImage(target, 5, 3, 1, new Uint8Array([0, 0, 255, 255]), 1, grey, inks);
  expect([...target.subarray(4 * 8, 4 * 10)]).toEqual([10, 20, 30, 255, 10, 20, 30, 255]);
  expect(target.subarray(0, 4 * 8).every((byte) => byte === 0)).toBe(true);
});

test('a grid counts whole images and leaves gaps between them only', () => {
  const shape = { width: 28, height: 28, channels: 1 } as const;
  expect(imageCount(new Uint8Array(784 * 7 + 5), shape)).toBe(7);
  expect(gridLayout(7, 3, 2, shape)).toMatchObject({ rows: 3, width: 88, height: 88 });
  expect(gridLayout(0, 3, 2, shape)).toMatchObject({ rows: 1, height: 28 });
});

test('colour tokens are hexadecimal, and anything else says so', () => {
  expect(parseHex(' #fdfcfa ')).toEqual([253, 252, 250]);
  expect(parseHex('#fff')).toEqual([255, 255, 255]);
  expect(() => parseHex('')).toThrow(/#rrggbb/);
  expect(() => parseHex('rgb(1 2 3)')).toThrow(RangeError);
});

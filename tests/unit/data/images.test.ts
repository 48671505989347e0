// Parts of a set of images: views of the same bytes, within bounds.
import { expect, test } from 'vitest';
import { DataError, imageAt, imageSize, sliceImages } from '../../../src/lib/data/images.ts';

const set = {
  pixels: Uint8Array.from({ length: 12 }, (_, i) => i),
  labels: Uint8Array.of(5, 6, 7),
  count: 3,
  width: 2,
  height: 2,
  channels: 1,
};

test('an image is a view of its own bytes', () => {
  expect(imageSize(set)).toBe(4);
  expect([...imageAt(set, 1)]).toEqual([4, 5, 6, 7]);
  expect(imageAt(set, 1).buffer).toBe(set.pixels.buffer);
});

test('a slice keeps images and labels together, and ends where the set ends', () => {
  const part = sliceImages(set, 1, 10);
  expect(part.count).toBe(2);
  expect([...part.labels]).toEqual([6, 7]);
  expect([...imageAt(part, 0)]).toEqual([4, 5, 6, 7]);
});

test('a slice from beyond the end is refused', () => {
  expect(() => sliceImages(set, 4, 1)).toThrow(DataError);
});

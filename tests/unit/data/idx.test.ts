// MNIST's file format: a round trip, and every damaged file refused with its reason.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imagesFromIdx, readIdx, writeIdx } from '../../../src/lib/data/idx.ts';
import { DataError } from '../../../src/lib/data/images.ts';

const array = (shape: number[], start = 0) => {
  const values = Uint8Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => (start + i) % 256,
  );
  return { shape, values };
};
const header = (...bytes: number[]) => Uint8Array.from(bytes);

test('an array written is read again, for any shape of up to four dimensions', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }),
      fc.nat(255),
      (shape, start) => {
        const again = readIdx(writeIdx(array(shape, start)));
        expect(again.shape).toEqual(shape);
        expect([...again.values]).toEqual([...array(shape, start).values]);
      },
    ),
  );
});

test('sizes are big-endian: the header of MNIST’s test images reads 10,000 × 28 × 28', () => {
  const file = new Uint8Array(16 + 7_840_000);
  file.set([0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28]);
  expect(readIdx(file).shape).toEqual([10_000, 28, 28]);
});

test('images and labels become one set', () => {
  const set = imagesFromIdx(writeIdx(array([2, 3, 4])), writeIdx(array([2], 7)));
  expect(set).toMatchObject({ count: 2, height: 3, width: 4, channels: 1 });
  expect([...set.labels]).toEqual([7, 8]);
});

test.each<[why: string, file: Uint8Array, says: RegExp]>([
  ['an empty file', header(), /does not start/],
  ['another format', header(0x50, 0x4b, 3, 4), /does not start/],
  ['another number type', header(0, 0, 13, 1, 0, 0, 0, 0), /type 13/],
  ['no dimension', header(0, 0, 8, 0), /0 dimensions/],
  ['five dimensions', header(0, 0, 8, 5), /5 dimensions/],
  ['a header cut short', header(0, 0, 8, 3, 0, 0, 0, 1), /3 dimensions/],
  ['a truncated file', writeIdx(array([10])).subarray(0, 12), /truncated/],
  ['a file with a tail', Uint8Array.from([...writeIdx(array([2])), 0]), /holds 3/],
  ['four thousand million values', header(0, 0, 8, 1, 255, 255, 255, 255), /limit/],
])('%s is refused with its reason', (_, file, says) => {
  expect(() => readIdx(file)).toThrow(DataError);
  expect(() => readIdx(file)).toThrow(says);
});

test.each<[why: string, images: number[], labels: number[], says: RegExp]>([
  ['labels for fewer images', [2, 3, 3], [1], /2 images but 1 labels/],
  ['labels in place of images', [4], [4], /expected count × height × width/],
  ['no image at all', [0, 28, 28], [0], /no image/],
])('%s is refused with its reason', (_, images, labels, says) => {
  const read = () => imagesFromIdx(writeIdx(array(images)), writeIdx(array(labels)));
  expect(read).toThrow(DataError);
  expect(read).toThrow(says);
});

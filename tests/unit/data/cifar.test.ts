// CIFAR-10's binary records become channels-last images.
import { expect, test } from 'vitest';
import { imagesFromCifar } from '../../../src/lib/data/cifar.ts';
import { DataError } from '../../../src/lib/data/images.ts';

const RECORD = 3073;

/** Records whose red, green and blue planes count from 0, 100 and 200. */
function records(...labels: number[]): Uint8Array {
  const file = new Uint8Array(labels.length * RECORD);
  labels.forEach((label, image) => {
    file[image * RECORD] = label;
    for (let channel = 0; channel < 3; channel++) {
      for (let i = 0; i < 1024; i++) {
        file[image * RECORD + 1 + channel * 1024 + i] = (100 * channel + i) % 256;
      }
    }
  });
  return file;
}

test('planes are interleaved and labels kept', () => {
  const set = imagesFromCifar(records(3, 9));
  expect(set).toMatchObject({ count: 2, width: 32, height: 32, channels: 3 });
  expect([...set.labels]).toEqual([3, 9]);
  expect([...set.pixels.subarray(0, 6)]).toEqual([0, 100, 200, 1, 101, 201]);
  expect([...set.pixels.subarray(3072, 3075)]).toEqual([0, 100, 200]);
});

test.each<[why: string, file: Uint8Array, says: RegExp]>([
  ['an empty file', new Uint8Array(0), /multiple of 3073/],
  ['a truncated record', records(1).subarray(1), /has 3072/],
  ['a label that is no class', records(1, 10), /Record 2 has the label 10/],
])('%s is refused with its reason', (_, file, says) => {
  expect(() => imagesFromCifar(file)).toThrow(DataError);
  expect(() => imagesFromCifar(file)).toThrow(says);
});

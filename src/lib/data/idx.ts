// The IDX format of MNIST and Fashion-MNIST: two zero bytes, a type byte (8 = unsigned byte), the number
// of dimensions, each dimension as a big-endian 32-bit number, then the values.
import { DataError, type ImageSet } from './images.ts';

/** Bound on what a visitor may drop: a million images of 28×28 would be 784 MB. */
const MAX_VALUES = 256 * 1024 * 1024;

export interface IdxArray {
  readonly shape: readonly number[];
  /** A view of the file's bytes. */
  readonly values: Uint8Array;
}

/** Reads an IDX file of unsigned bytes. Throws DataError naming what is wrong. */
export function readIdx(file: Uint8Array): IdxArray {
  if (file.length < 4 || file[0] !== 0 || file[1] !== 0) {
    throw new DataError('This is no IDX file: it does not start with two zero bytes.');
  }
  if (file[2] !== 8)
    throw new DataError(`The IDX file holds type ${file[2]}; expected 8, unsigned bytes.`);
  const dimensions = file[3] ?? 0;
  const start = 4 + 4 * dimensions;
  if (dimensions === 0 || dimensions > 4 || file.length < start) {
    throw new DataError(
      `The IDX file has ${dimensions} dimensions; expected 1 to 4, with their sizes.`,
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = shape.reduce((a, b) => a * b, 1);
  if (expected > MAX_VALUES) {
    throw new DataError(
      `The IDX file claims ${shape.join(' × ')} values; the limit is ${MAX_VALUES}.`,
    );
  }
  if (file.length - start !== expected) {
    throw new DataError(
      `The IDX file claims ${shape.join(' × ')} bytes and holds ${file.length - start}: it is truncated or damaged.`,
    );
  }
  return { shape, values: file.subarray(start) };
}

/** Writes unsigned bytes as an IDX file. */
export function writeIdx({ shape, values }: IdxArray): Uint8Array<ArrayBuffer> {
  const start = 4 + 4 * shape.length;
  const file = new Uint8Array(start + values.length);
  file.set([0, 0, 8, shape.length]);
  const view = new DataView(file.buffer);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  file.set(values, start);
  return file;
}

/** An images file [n, height, width] and its labels file [n] as one set. Throws DataError. */
export function imagesFromIdx(images: Uint8Array, labels: Uint8Array): ImageSet {
  const { shape, values: pixels } = readIdx(images);
  const classes = readIdx(labels);
  const [count, height, width] = shape;
  if (count === undefined || height === undefined || width === undefined || shape.length !== 3) {
    throw new DataError(
      `Images have the shape ${shape.join(' × ')}; expected count × height × width.`,
    );
  }
  if (count === 0 || height === 0 || width === 0) throw new DataError('The file holds no image.');
  if (classes.shape.length !== 1 || classes.shape[0] !== count) {
    throw new DataError(`There are ${count} images but ${classes.shape.join(' × ')} labels.`);
  }
  return { pixels, labels: classes.values, count, width, height, channels: 1 };
}

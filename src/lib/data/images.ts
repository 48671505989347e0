// A set of images in memory, as bytes until a batch is made. Knows no files and no tensors.

export interface ImageSet {
  /** Row-major bytes, channels last, one image after another. */
  readonly pixels: Uint8Array;
  /** One class per image, 0 to 9 for the course's sets. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Bytes that are not the data set they were said to be. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** Pixels (and channels) of one image. */
export function imageSize(set: ImageSet): number {
  return set.width * set.height * set.channels;
}

/** The bytes of image `index`; a view, not a copy. */
export function imageAt(set: ImageSet, index: number): Uint8Array {
  const size = imageSize(set);
  return set.pixels.subarray(index * size, (index + 1) * size);
}

/** Images `from` to `from + count − 1`, views of the same bytes. */
export function sliceImages(set: ImageSet, from: number, count: number): ImageSet {
  const size = imageSize(set);
  const end = Math.min(from + count, set.count);
  if (from < 0 || from > end)
    throw new DataError(`No images from ${from} on: there are ${set.count}.`);
  return {
    ...set,
    pixels: set.pixels.subarray(from * size, end * size),
    labels: set.labels.subarray(from, end),
    count: end - from,
  };
}

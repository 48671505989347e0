// The reader's own files as 28×28 grey images, or a CIFAR-10 batch in its own 32×32 colours: limits, what was made of
// them, and what is wrong with them. Knows bytes only; unzipping and decoding pictures are the host's.
import { imagesFromCifar } from './cifar.ts';
import { borderOf, centreSquare, FIT_SIDE, fitPicture, luma, type FitOptions } from './fit.ts';
import { readIdx } from './idx.ts';
import { DataError, type ImageSet } from './images.ts';
import { CIFAR_RECORD, type Size } from './kind.ts';

/** As many images of each kind as are kept: 8 MB of bytes in grey, 31 MB in colour. Bytes become numbers batch by batch. */
export const MOST_IMAGES = 10_000;
/** Of a file, and of what it unpacks to. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Of a picture, in pixels. */
export const MOST_SIDE = 4096;
/** The label of an image that nobody named. */
export const NO_LABEL = 255;

const PIXELS = FIT_SIDE * FIT_SIDE;
/** Images of a file that tell whether it is dark ink on light paper. */
const LOOKED_AT = 100;

/** The size of one image. */
export type Shape = Pick<ImageSet, 'width' | 'height' | 'channels'>;
export const GREY: Shape = { width: FIT_SIDE, height: FIT_SIDE, channels: 1 };
export const COLOUR: Shape = { width: 32, height: 32, channels: 3 };

/** What a file gave. */
export type Found =
  | {
      readonly kind: 'images';
      readonly shape: Shape;
      /** [n, height · width · channels], channels last. */
      readonly pixels: Uint8Array;
      readonly labels: Uint8Array;
      /** Images in the file; more than n where there was no room. */
      readonly of: number;
      /** What was done to them, in words. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'labels'; readonly labels: Uint8Array };

export type Progress = (done: number, of: number) => void;

/** Throws DataError where the sides are beyond the limit. */
export function checkSides({ width, height }: Size): void {
  if (width > MOST_SIDE || height > MOST_SIDE) {
    throw new DataError(
      `The picture is ${width} × ${height} pixels; expected at most ${MOST_SIDE} on a side.`,
    );
  }
}

/** Throws DataError where a file is larger than the limit. */
export function checkBytes(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  const megabytes = Math.ceil(bytes / 1024 / 1024);
  throw new DataError(
    `The file has ${megabytes} MB; expected at most ${MOST_BYTES / 1024 / 1024} MB.`,
  );
}

/** Images [n, height, width], or labels [n], of an IDX file; at most `room` images. Throws DataError. */
export function fromIdx(
  file: Uint8Array,
  room: number,
  { invert }: Pick<FitOptions, 'invert'>,
  progress?: Progress,
): Found {
  const { shape, values } = readIdx(file);
  const [count, height, width] = shape;
  if (count === undefined || count === 0) throw new DataError('The IDX file holds nothing.');
  if (shape.length === 1) return { kind: 'labels', labels: labelsIn(values) };
  if (height === undefined || width === undefined || shape.length !== 3) {
    throw new DataError(
      `The IDX file has the shape ${shape.join(' × ')}; expected count × height × width, or labels.`,
    );
  }
  if (height === 0 || width === 0)
    throw new DataError('The images of the IDX file have no pixels.');
  checkSides({ width, height });
  const kept = Math.min(count, room);
  const imageAt = (i: number): Uint8Array =>
    values.subarray(i * height * width, (i + 1) * height * width);
  const inverted = invert && isLight(kept, width, height, imageAt);
  const pixels = new Uint8Array(kept * PIXELS);
  for (let i = 0; i < kept; i++) {
    const own = pixels.subarray(i * PIXELS, (i + 1) * PIXELS);
    if (width === FIT_SIDE && height === FIT_SIDE) own.set(imageAt(i));
    else own.set(fitted(Float32Array.from(imageAt(i)), width, height));
    if (inverted) for (let p = 0; p < PIXELS; p++) own[p] = 255 - own[p]!;
    progress?.(i + 1, kept);
  }
  const notes = [
    ...(width === FIT_SIDE && height === FIT_SIDE
      ? []
      : [`${width} × ${height} turned to 28 × 28`]),
    ...(inverted ? [INVERTED] : []),
    ...leftOut(kept, count),
  ];
  return { kind: 'images', shape: GREY, pixels, labels: unlabelled(kept), of: count, notes };
}

/** A CIFAR-10 batch in colour, with its labels; at most `room` images. Throws DataError. */
export function fromCifarInColour(file: Uint8Array, room: number): Found {
  const count = file.length / CIFAR_RECORD;
  const kept = Math.min(count, room);
  const { pixels, labels } = recordsOf(file, kept);
  const notes = ['kept in colour, 32 × 32: 3,072 numbers an image', ...leftOut(kept, count)];
  return { kind: 'images', shape: COLOUR, pixels, labels, of: count, notes };
}

/**
 * A CIFAR-10 batch in grey, with its labels; at most `room` images. Throws DataError.
 * @param why the reason for the grey, told with it
 */
export function fromCifar(file: Uint8Array, room: number, why: string, progress?: Progress): Found {
  const count = file.length / CIFAR_RECORD;
  const kept = Math.min(count, room);
  const pixels = new Uint8Array(kept * PIXELS);
  const { pixels: colours, labels } = recordsOf(file, kept);
  const grey = new Float32Array(32 * 32);
  for (let i = 0; i < kept; i++) {
    for (let p = 0; p < grey.length; p++) {
      const at = 3 * (i * grey.length + p);
      grey[p] = 0.2126 * colours[at]! + 0.7152 * colours[at + 1]! + 0.0722 * colours[at + 2]!;
    }
    pixels.set(fitted(grey, 32, 32), i * PIXELS);
    progress?.(i + 1, kept);
  }
  const notes = [`32 × 32 colour turned to 28 × 28 grey: ${why}`, ...leftOut(kept, count)];
  return { kind: 'images', shape: GREY, pixels, labels, of: count, notes };
}

/** The first records of a batch; none where there is no room, which is the host's to tell. */
function recordsOf(file: Uint8Array, count: number): Pick<ImageSet, 'pixels' | 'labels'> {
  if (count === 0) return { pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  return imagesFromCifar(file.subarray(0, count * CIFAR_RECORD));
}

/** One decoded picture, RGBA. Throws DataError. */
export function fromPicture(
  rgba: Uint8ClampedArray,
  { width, height }: Size,
  options: FitOptions,
): Found {
  const { pixels, as, inverted } = fitPicture(luma(rgba, width, height), options);
  const notes = [
    as === 'photo'
      ? 'taken as a photo: its middle square, 28 × 28 in grey'
      : 'taken as a drawing: 28 × 28, centred by its mass',
    ...(inverted ? [INVERTED] : []),
  ];
  return { kind: 'images', shape: GREY, pixels, labels: unlabelled(1), of: 1, notes };
}

const INVERTED = 'dark on light turned to light on dark, as MNIST is';

function leftOut(kept: number, of: number): string[] {
  if (kept >= of) return [];
  const [first, all, limit] = [kept, of, MOST_IMAGES].map((n) => n.toLocaleString('en-GB'));
  return [`the first ${first} of ${all} images are kept: the limit is ${limit}`];
}

function unlabelled(count: number): Uint8Array {
  return new Uint8Array(count).fill(NO_LABEL);
}

/** Classes beyond the ten that there are names and colours for count as none. */
function labelsIn(values: Uint8Array): Uint8Array {
  return values.map((label) => (label < 10 ? label : NO_LABEL));
}

/** Whether the borders of the first images are light in the mean. */
function isLight(
  count: number,
  width: number,
  height: number,
  imageAt: (i: number) => Uint8Array,
): boolean {
  const looked = Math.min(count, LOOKED_AT);
  let sum = 0;
  for (let i = 0; i < looked; i++) {
    const border = borderOf({ values: Float32Array.from(imageAt(i)), width, height });
    sum += border.reduce((a, b) => a + b, 0) / border.length;
  }
  return sum / looked > 127.5;
}

function fitted(values: Float32Array, width: number, height: number): Float32Array {
  return centreSquare({ values, width, height }).map(Math.round);
}

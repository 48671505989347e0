// Any picture as the 28×28 grey image that this course's dense networks take: a photo by its middle square, a drawing
// the way MNIST was made (LeCun et al. 1998): light ink on dark, in a box of 20×20, centred by its mass.
// Knows plain numbers: no file, no canvas.
import { DataError } from './images.ts';

export const FIT_SIDE = 28;
const BOX = 20;
const CENTRE = 14.5; // the middle of pixel (14, 14), where MNIST has the centre of mass; pixel i covers i to i + 1
/** Ink weaker than this, of 255, is the grain of the paper. */
const GRAIN = 40;
/** A drawing differs from its paper by this much at least, before its ink is brought to 255. */
const LEAST_INK = 16;
/** A border is plain where this share of it is within `PLAIN` of its median. */
const PLAIN_SHARE = 0.9;
const PLAIN = 32;
/** Light means on this side of the middle. */
const MIDDLE = 127.5;

/** One channel of a picture, row by row, 0 black to 255 white. */
export interface Grey {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

export interface FitOptions {
  /** How to take a picture; 'auto' takes one with a plain border for a drawing. */
  readonly as: 'auto' | 'drawing' | 'photo';
  /** Whether dark ink on light paper becomes light ink on dark. */
  readonly invert: boolean;
}

export interface Fitted {
  /** [784] */
  readonly pixels: Uint8Array;
  readonly as: 'drawing' | 'photo';
  readonly inverted: boolean;
}

/** RGBA bytes over white paper, as luma (Rec. 709). */
export function luma(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number): Grey {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const alpha = rgba[4 * i + 3]! / 255;
    const value = 0.2126 * rgba[4 * i]! + 0.7152 * rgba[4 * i + 1]! + 0.0722 * rgba[4 * i + 2]!;
    values[i] = 255 + alpha * (value - 255);
  }
  return { values, width, height };
}

/** A picture as 28×28 grey bytes. Throws DataError for a drawing without ink. */
export function fitPicture(grey: Grey, { as, invert }: FitOptions): Fitted {
  const border = borderOf(grey);
  const paper = border[border.length >> 1]!;
  const plain = border.filter((value) => Math.abs(value - paper) <= PLAIN).length;
  const drawing = as === 'drawing' || (as === 'auto' && plain >= PLAIN_SHARE * border.length);
  const light = paper > MIDDLE;
  if (!drawing || (light && !invert)) {
    return { pixels: bytes(centreSquare(grey)), as: 'photo', inverted: false };
  }
  const sized = grey.width === FIT_SIDE && grey.height === FIT_SIDE;
  const ink = inkOf(grey, paper, light);
  return { pixels: bytes(sized ? ink.values : centredInk(ink)), as: 'drawing', inverted: light };
}

/** The middle square, [784], by area averaging. */
export function centreSquare({ values, width, height }: Grey): Float32Array {
  const side = Math.min(width, height);
  return resample(
    { values, width, height },
    (width - side) / 2,
    (height - side) / 2,
    side / FIT_SIDE,
  );
}

/** The values along the four edges, in ascending order. */
export function borderOf({ values, width, height }: Grey): Float32Array {
  const border: number[] = [];
  for (let x = 0; x < width; x++) border.push(values[x]!, values[(height - 1) * width + x]!);
  for (let y = 1; y < height - 1; y++)
    border.push(values[y * width]!, values[(y + 1) * width - 1]!);
  return Float32Array.from(border).sort();
}

/** How much each pixel differs from the paper, 0 to 255, the strongest being 255. */
function inkOf({ values, width, height }: Grey, paper: number, light: boolean): Grey {
  const ink = values.map((value) => Math.max(0, light ? paper - value : value - paper));
  const most = ink.reduce((a, b) => Math.max(a, b), 0);
  if (most < LEAST_INK) {
    throw new DataError('The picture is one even grey: there is no drawing in it.');
  }
  return { values: ink.map((value) => (255 * value) / most), width, height };
}

/** Ink scaled into the box, keeping its proportions, its centre of mass in the middle: [784]. */
function centredInk(ink: Grey): Float32Array {
  const { values, width, height } = ink;
  let [left, top, right, bottom] = [width, height, 0, 0];
  let [mass, massX, massY] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < GRAIN) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
    mass += value;
    massX += value * (x + 0.5);
    massY += value * (y + 0.5);
  }
  const step = Math.max(right - left, bottom - top) / BOX;
  const clean = { ...ink, values: values.map((value) => (value < GRAIN ? 0 : value)) };
  return resample(clean, massX / mass - CENTRE * step, massY / mass - CENTRE * step, step);
}

/**
 * 28×28 pixels, each the mean of the picture over its own square; beyond the picture is 0.
 * @param x @param y where in the picture the first square begins
 * @param step the side of a square, in pixels of the picture
 */
function resample(
  { values, width, height }: Grey,
  x: number,
  y: number,
  step: number,
): Float32Array {
  const rows = new Float32Array(height * FIT_SIDE); // each row of the picture, shrunk
  for (let column = 0; column < FIT_SIDE; column++) {
    overlap(x + column * step, step, width, (from, share) => {
      for (let row = 0; row < height; row++) {
        rows[row * FIT_SIDE + column]! += share * values[row * width + from]!;
      }
    });
  }
  const out = new Float32Array(FIT_SIDE * FIT_SIDE);
  for (let row = 0; row < FIT_SIDE; row++) {
    overlap(y + row * step, step, height, (from, share) => {
      for (let column = 0; column < FIT_SIDE; column++) {
        out[row * FIT_SIDE + column]! += share * rows[from * FIT_SIDE + column]!;
      }
    });
  }
  return out;
}

/** The pixels 0 … size − 1 that `start … start + length` covers, each with the share of `length` that it has. */
function overlap(
  start: number,
  length: number,
  size: number,
  each: (index: number, share: number) => void,
): void {
  const end = Math.min(size, start + length);
  for (let i = Math.max(0, Math.floor(start)); i < end; i++) {
    const covered = Math.min(i + 1, start + length) - Math.max(i, start);
    if (covered > 0) each(i, covered / length);
  }
}

function bytes(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value))));
}

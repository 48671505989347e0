// Pictures of numbers as pixels on a canvas. One rule everywhere: a grey value is an amount of ink, so 0 is the
// page's paper and 1 its ink, in either theme. Knows no component.

import type { Palette } from './theme.ts';

/** Pixels row by row, images one after the other; Float32Array and number[] hold 0 to 1, the byte arrays 0 to 255. */
export type Pixels = Float32Array | Uint8Array | Uint8ClampedArray | readonly number[];

/** The size of one image; three channels are red, green, blue beside each other in each pixel. */
export interface ImageShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export const MNIST_SHAPE: ImageShape = { width: 28, height: 28, channels: 1 };

/** Red, green, blue in 0 to 255. */
export type Rgb = readonly [number, number, number];

export interface Inks {
  readonly paper: Rgb;
  readonly ink: Rgb;
}

/** The paper and ink of the present theme. */
export function inks(palette: Palette): Inks {
  return { paper: parseHex(palette.get('--paper')), ink: parseHex(palette.get('--data')) };
}

/** #rgb or #rrggbb as numbers. @throws RangeError for anything else. */
export function parseHex(colour: string): Rgb {
  const match = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(colour.trim());
  const digits = match?.[2] ?? match?.[1]?.replace(/./g, '$&$&');
  if (digits === undefined)
    throw new RangeError(`The colour token is "${colour}"; #rrggbb is needed to mix inks.`);
  const value = Number.parseInt(digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** How many images of this shape the pixels hold. */
export function imageCount(pixels: Pixels, shape: ImageShape): number {
  return Math.floor(pixels.length / (shape.width * shape.height * shape.channels));
}

/**
 * Writes one image into RGBA.
 * @param target RGBA bytes of a picture `stride` pixels wide
 * @param x @param y where in the target its upper left pixel goes
 */
export function writeImage(
  target: Uint8ClampedArray,
  stride: number,
  x: number,
  y: number,
  pixels: Pixels,
  index: number,
  shape: ImageShape,
  { paper, ink }: Inks,
): void {
  const { width, height, channels } = shape;
  const bytes = pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray;
  const unit = bytes ? 1 / 255 : 1;
  let from = index * width * height * channels;
  for (let row = 0; row < height; row += 1) {
    let to = 4 * ((y + row) * stride + x);
    for (let column = 0; column < width; column += 1) {
      if (channels === 1) {
        const value = pixels[from]! * unit; // out-of-range values are clamped by the target
        target[to] = paper[0] + (ink[0] - paper[0]) * value;
        target[to + 1] = paper[1] + (ink[1] - paper[1]) * value;
        target[to + 2] = paper[2] + (ink[2] - paper[2]) * value;
      } else {
        const full = 255 * unit;
        target[to] = pixels[from]! * full;
        target[to + 1] = pixels[from + 1]! * full;
        target[to + 2] = pixels[from + 2]! * full;
      }
      target[to + 3] = 255;
      from += channels;
      to += 4;
    }
  }
}

/** Where images go in a grid: row by row, `gap` pixels of the image's own size apart. */
export interface GridLayout {
  readonly columns: number;
  readonly rows: number;
  readonly gap: number;
  readonly width: number; // pixels
  readonly height: number;
}

export function gridLayout(
  count: number,
  columns: number,
  gap: number,
  shape: ImageShape,
): GridLayout {
  const rows = Math.max(1, Math.ceil(count / columns));
  return {
    columns,
    rows,
    gap,
    width: columns * shape.width + (columns - 1) * gap,
    height: rows * shape.height + (rows - 1) * gap,
  };
}

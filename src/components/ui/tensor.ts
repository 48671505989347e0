// Numbers of either sign as pixels: paper at 0, one colour upwards and another downwards, as strong as the largest of them.
// Knows no component.
import type { Rgb } from './images.ts';

/** The colours of a picture, and the size that gets the whole of them. */
export interface SignedInks {
  readonly paper: Rgb;
  readonly up: Rgb;
  readonly down: Rgb;
  readonly most: number;
}

/** Tiles side by side on a canvas, `gap` pixels of their own apart. */
export interface Tiling {
  readonly tiles: number;
  readonly columns: number;
  readonly rows: number;
  readonly across: number; // tiles in a line
  readonly width: number; // pixels
  readonly height: number;
}

const GAP = 1;

/** How tiles of `size` numbers each, in lines of `columns`, are laid out. */
export function tiling(tiles: number, size: number, columns: number, across: number): Tiling {
  const rows = Math.max(1, Math.ceil(size / columns));
  const inLine = Math.max(1, Math.min(across, tiles));
  const lines = Math.max(1, Math.ceil(tiles / inLine));
  return {
    tiles,
    columns,
    rows,
    across: inLine,
    width: inLine * (columns + GAP) - GAP,
    height: lines * (rows + GAP) - GAP,
  };
}

/** The largest absolute value; 0 where there is none that is finite. */
export function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

/** Paints values of either sign into RGBA bytes, [width · height · 4]; places without a number stay clear. */
export function paintSigned(
  target: Uint8ClampedArray,
  values: ArrayLike<number>,
  { tiles, columns, rows, across, width }: Tiling,
  { paper, up, down, most }: SignedInks,
): void {
  const size = values.length / tiles;
  const scale = most > 0 ? 1 / most : 0;
  for (let tile = 0; tile < tiles; tile += 1) {
    const left = (tile % across) * (columns + GAP);
    const top = Math.floor(tile / across) * (rows + GAP);
    for (let i = 0; i < size; i += 1) {
      const value = values[tile * size + i]! * scale;
      if (Number.isNaN(value)) continue;
      const ink = value < 0 ? down : up;
      const share = Math.min(1, Math.abs(value));
      let to = 4 * ((top + Math.floor(i / columns)) * width + left + (i % columns));
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        target[to] = paper[channel]! + (ink[channel]! - paper[channel]!) * share;
      }
      target[to] = 255;
    }
  }
}

// Sums over the last or the first axis of a matrix, in an order that does not depend on the data.

import { loadPart, splat, storePart, sumLanes } from "./simd";

/** y[r] = scale · Σ_c x[r][c] for a dense rows × columns matrix. */
export function sumColumns(rows: usize, columns: usize, x: usize, y: usize, scale: f32): void {
  for (let r: usize = 0; r < rows; r++) {
    store<f32>(y + (r << 2), sumOf(columns, x + r * columns * 4) * scale);
  }
}

/** Four accumulators: additions overlap, and each sums a quarter of the row, which keeps rounding small. */
function sumOf(count: usize, x: usize): f32 {
  let a = splat(0), b = splat(0), c = splat(0), d = splat(0);
  const sixteens = x + (count & ~15) * 4;
  const fours = x + (count & ~3) * 4;
  for (; x < sixteens; x += 64) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, 16));
    c = f32x4.add(c, v128.load(x, 32));
    d = f32x4.add(d, v128.load(x, 48));
  }
  for (; x < fours; x += 16) a = f32x4.add(a, v128.load(x));
  const rest = count & 3;
  if (rest) b = f32x4.add(b, loadPart(x, rest));
  return sumLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
}

/** y[c] = scale · Σ_r x[r][c]: sixteen columns at a time, down the rows. */
export function sumRows(rows: usize, columns: usize, x: usize, y: usize, scale: f32): void {
  const stride = columns << 2;
  const factor = splat(scale);
  let column: usize = 0;
  for (; column + 16 <= columns; column += 16) {
    let a = splat(0), b = splat(0), c = splat(0), d = splat(0);
    let at = x + (column << 2);
    for (let r: usize = 0; r < rows; r++, at += stride) {
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
    }
    const to = y + (column << 2);
    v128.store(to, f32x4.mul(a, factor));
    v128.store(to, f32x4.mul(b, factor), 16);
    v128.store(to, f32x4.mul(c, factor), 32);
    v128.store(to, f32x4.mul(d, factor), 48);
  }
  for (; column < columns; column += 4) {
    const count = min<usize>(4, columns - column);
    let at = x + (column << 2);
    let sum = splat(0);
    if (count == 4) {
      for (let r: usize = 0; r < rows; r++, at += stride) sum = f32x4.add(sum, v128.load(at));
      v128.store(y + (column << 2), f32x4.mul(sum, factor));
    } else {
      for (let r: usize = 0; r < rows; r++, at += stride) sum = f32x4.add(sum, loadPart(at, count));
      storePart(y + (column << 2), f32x4.mul(sum, factor), count);
    }
  }
}

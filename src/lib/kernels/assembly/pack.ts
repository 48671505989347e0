// Copies blocks of a matrix into panels, so that the product's inner loop reads memory in order.
// A panel of width w holds, for each step of the inner dimension, w neighbouring values of the
// outer one; a last panel that is not full is filled with zeros. Addresses and strides are in bytes.

// Interleaves four vectors of four: rows become columns.
// @ts-ignore: decorator
@inline
function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}
// @ts-ignore: decorator
@inline
function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}
// @ts-ignore: decorator
@inline
function firstPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}
// @ts-ignore: decorator
@inline
function lastPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}

/** Writes four rows of four as four columns, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transposeFour(to: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = lows(a, b);
  const cd = lows(c, d);
  v128.store(to, firstPairs(ab, cd));
  v128.store(to + step, lastPairs(ab, cd));
  const AB = highs(a, b);
  const CD = highs(c, d);
  v128.store(to + 2 * step, firstPairs(AB, CD));
  v128.store(to + 3 * step, lastPairs(AB, CD));
}

/**
 * Packs where the inner dimension is contiguous: rows of the left matrix, or columns of a transposed right one.
 * @param outer values of the outer dimension, `stride` bytes apart
 * @param width of a panel, 6 or 8
 */
export function packStrided(
  to: usize, from: usize, stride: usize, outer: usize, inner: usize, width: usize,
): void {
  const step = width << 2;
  for (let o: usize = 0; o < outer; o += width) {
    const panel = to + o * inner * 4;
    const base = from + o * stride;
    const have = min(width, outer - o);
    if (have < width) {
      packPartly(panel, base, stride, have, inner, width);
      continue;
    }
    const r1 = base + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const r4 = r3 + stride;
    const r5 = r4 + stride;
    const fours = inner & ~3;
    for (let i: usize = 0; i < fours; i += 4) {
      const at = panel + i * step;
      const x = i << 2;
      transposeFour(at, step, v128.load(base + x), v128.load(r1 + x), v128.load(r2 + x), v128.load(r3 + x));
      const e = v128.load(r4 + x);
      const f = v128.load(r5 + x);
      if (width == 6) {
        const low = lows(e, f);
        const high = highs(e, f);
        v128.store_lane<u64>(at + 16, low, 0);
        v128.store_lane<u64>(at + 40, low, 1);
        v128.store_lane<u64>(at + 64, high, 0);
        v128.store_lane<u64>(at + 88, high, 1);
      } else {
        const r6 = r5 + stride;
        transposeFour(at + 16, step, e, f, v128.load(r6 + x), v128.load(r6 + stride + x));
      }
    }
    if (fours < inner) {
      for (let r: usize = 0; r < width; r++) {
        for (let i = fours; i < inner; i++) {
          store<f32>(panel + i * step + (r << 2), load<f32>(base + r * stride + (i << 2)));
        }
      }
    }
  }
}

/** One panel of which only `have` of `width` values exist. */
function packPartly(
  to: usize, from: usize, stride: usize, have: usize, inner: usize, width: usize,
): void {
  memory.fill(to, 0, inner * width * 4);
  for (let r: usize = 0; r < have; r++) {
    const row = from + r * stride;
    for (let i: usize = 0; i < inner; i++) {
      store<f32>(to + (i * width + r) * 4, load<f32>(row + (i << 2)));
    }
  }
}

/**
 * Packs where the outer dimension is contiguous: a transposed left matrix, or rows of the right one.
 * @param inner values of the inner dimension, `stride` bytes apart
 */
export function packContiguous(
  to: usize, from: usize, stride: usize, outer: usize, inner: usize, width: usize,
): void {
  const step = width << 2;
  for (let o: usize = 0; o < outer; o += width) {
    let at = to + o * inner * 4;
    const end = at + inner * step;
    let row = from + (o << 2);
    const have = min(width, outer - o);
    if (have < width) {
      memory.fill(at, 0, inner * step);
      for (; at < end; at += step, row += stride) {
        for (let c: usize = 0; c < have; c++) store<f32>(at + (c << 2), load<f32>(row + (c << 2)));
      }
    } else if (width == 8) {
      for (; at < end; at += 32, row += stride) {
        v128.store(at, v128.load(row));
        v128.store(at + 16, v128.load(row + 16));
      }
    } else {
      for (; at < end; at += 24, row += stride) {
        v128.store(at, v128.load(row));
        store<u64>(at + 16, load<u64>(row + 16));
      }
    }
  }
}

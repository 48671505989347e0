// C = A · B, blocked for the caches and registers (Goto and van de Geijn 2008), with bias and activation.
// The inner loop holds a tile of 6 × 8 results in twelve vectors, which with two of B and one of A
// is what sixteen registers can hold.

import { activate, LINEAR } from "./activation";
import { packContiguous, packStrided } from "./pack";
import { loadPart, madd, splat, storePart, sumLanes } from "./simd";

const TILE_ROWS: usize = 6;
const TILE_COLUMNS: usize = 8;
/** A block of A (96 × 256 floats) stays in the second-level cache, one panel of B (256 × 8) in the first. */
const BLOCK_ROWS: usize = 96;
const BLOCK_INNER: usize = 256;
const BLOCK_COLUMNS: usize = 1024;

const PACKED_A: usize = BLOCK_ROWS * BLOCK_INNER * 4;
const PACKED_B: usize = BLOCK_INNER * BLOCK_COLUMNS * 4;
const TILE_BYTES: usize = TILE_ROWS * TILE_COLUMNS * 4;

/** Bytes of scratch memory that `product` needs. */
export function productScratchBytes(): usize {
  return PACKED_A + PACKED_B + TILE_BYTES;
}

/**
 * C (m × n) = op(A) (m × k) · op(B) (k × n), plus C before where `accumulate`, plus bias, then the activation.
 * All matrices are dense and row-major; a transposed A is stored k × m, a transposed B n × k.
 * @param bias n floats, or 0 for none
 */
export function product(
  m: usize, n: usize, k: usize,
  a: usize, transposeA: bool, b: usize, transposeB: bool, c: usize,
  accumulate: bool, bias: usize, activation: i32, alpha: f32, scratch: usize,
): void {
  if (m == 1 && !accumulate) {
    rowProduct(n, k, a, b, transposeB, c, bias, activation, alpha);
    return;
  }
  const packedA = scratch;
  const packedB = packedA + PACKED_A;
  const tile = packedB + PACKED_B;
  // Equal parts rather than full blocks and a remainder: 784 is 4 × 196, not 3 × 256 + 16.
  const parts = (k + BLOCK_INNER - 1) / BLOCK_INNER;
  const depth = (k + parts - 1) / parts;
  for (let jc: usize = 0; jc < n; jc += BLOCK_COLUMNS) {
    const nc = min(BLOCK_COLUMNS, n - jc);
    for (let pc: usize = 0; pc < k; pc += depth) {
      const kc = min(depth, k - pc);
      if (transposeB) packStrided(packedB, b + (jc * k + pc) * 4, k * 4, nc, kc, TILE_COLUMNS);
      else packContiguous(packedB, b + (pc * n + jc) * 4, n * 4, nc, kc, TILE_COLUMNS);
      const add = accumulate || pc > 0;
      const last = pc + kc == k;
      for (let ic: usize = 0; ic < m; ic += BLOCK_ROWS) {
        const mc = min(BLOCK_ROWS, m - ic);
        if (transposeA) packContiguous(packedA, a + (pc * m + ic) * 4, m * 4, mc, kc, TILE_ROWS);
        else packStrided(packedA, a + (ic * k + pc) * 4, k * 4, mc, kc, TILE_ROWS);
        for (let j: usize = 0; j < nc; j += TILE_COLUMNS) {
          const columns = min(TILE_COLUMNS, nc - j);
          const at = jc + j;
          for (let i: usize = 0; i < mc; i += TILE_ROWS) {
            tileProduct(
              kc, packedA + i * kc * 4, packedB + j * kc * 4,
              c + ((ic + i) * n + at) * 4, n * 4, min(TILE_ROWS, mc - i), columns,
              add, last && bias != 0 ? bias + at * 4 : 0, last ? activation : LINEAR, alpha, tile,
            );
          }
        }
      }
    }
  }
}

/** One tile of C from a panel of A and a panel of B. */
function tileProduct(
  kc: usize, pa: usize, pb: usize, c: usize, stride: usize, rows: usize, columns: usize,
  add: bool, bias: usize, activation: i32, alpha: f32, tile: usize,
): void {
  let a0 = splat(0), a1 = splat(0);
  let b0 = splat(0), b1 = splat(0);
  let c0 = splat(0), c1 = splat(0);
  let d0 = splat(0), d1 = splat(0);
  let e0 = splat(0), e1 = splat(0);
  let f0 = splat(0), f1 = splat(0);
  const end = pb + kc * (TILE_COLUMNS * 4);
  while (pb < end) {
    const x0 = v128.load(pb);
    const x1 = v128.load(pb, 16);
    let y = v128.load_splat<f32>(pa);
    a0 = madd(y, x0, a0);
    a1 = madd(y, x1, a1);
    y = v128.load_splat<f32>(pa, 4);
    b0 = madd(y, x0, b0);
    b1 = madd(y, x1, b1);
    y = v128.load_splat<f32>(pa, 8);
    c0 = madd(y, x0, c0);
    c1 = madd(y, x1, c1);
    y = v128.load_splat<f32>(pa, 12);
    d0 = madd(y, x0, d0);
    d1 = madd(y, x1, d1);
    y = v128.load_splat<f32>(pa, 16);
    e0 = madd(y, x0, e0);
    e1 = madd(y, x1, e1);
    y = v128.load_splat<f32>(pa, 20);
    f0 = madd(y, x0, f0);
    f1 = madd(y, x1, f1);
    pa += TILE_ROWS * 4;
    pb += TILE_COLUMNS * 4;
  }
  // A full tile that only adds or stores goes straight to C; all others pass through the small buffer.
  if (rows == TILE_ROWS && columns == TILE_COLUMNS) {
    finishRow(c, a0, a1, add, bias, activation, alpha);
    finishRow((c += stride), b0, b1, add, bias, activation, alpha);
    finishRow((c += stride), c0, c1, add, bias, activation, alpha);
    finishRow((c += stride), d0, d1, add, bias, activation, alpha);
    finishRow((c += stride), e0, e1, add, bias, activation, alpha);
    finishRow((c += stride), f0, f1, add, bias, activation, alpha);
    return;
  }
  v128.store(tile, a0);
  v128.store(tile, a1, 16);
  v128.store(tile, b0, 32);
  v128.store(tile, b1, 48);
  v128.store(tile, c0, 64);
  v128.store(tile, c1, 80);
  v128.store(tile, d0, 96);
  v128.store(tile, d1, 112);
  v128.store(tile, e0, 128);
  v128.store(tile, e1, 144);
  v128.store(tile, f0, 160);
  v128.store(tile, f1, 176);
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < columns; j += 4) {
      finishPart(
        c + r * stride + j * 4, v128.load(tile + (r * TILE_COLUMNS + j) * 4), min<usize>(4, columns - j),
        add, bias == 0 ? 0 : bias + j * 4, activation, alpha,
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function finishRow(c: usize, x: v128, y: v128, add: bool, bias: usize, activation: i32, alpha: f32): void {
  if (add) {
    x = f32x4.add(x, v128.load(c));
    y = f32x4.add(y, v128.load(c, 16));
  }
  if (bias) {
    x = f32x4.add(x, v128.load(bias));
    y = f32x4.add(y, v128.load(bias, 16));
  }
  if (activation != LINEAR) {
    x = activate(x, activation, alpha);
    y = activate(y, activation, alpha);
  }
  v128.store(c, x);
  v128.store(c, y, 16);
}

/** `count` (1 to 4) neighbouring results. */
function finishPart(
  c: usize, x: v128, count: usize, add: bool, bias: usize, activation: i32, alpha: f32,
): void {
  const whole = count == 4;
  if (add) x = f32x4.add(x, whole ? v128.load(c) : loadPart(c, count));
  if (bias) x = f32x4.add(x, whole ? v128.load(bias) : loadPart(bias, count));
  x = activate(x, activation, alpha);
  if (whole) v128.store(c, x);
  else storePart(c, x, count);
}

/** One row times a matrix: memory decides, so nothing is packed. */
function rowProduct(
  n: usize, k: usize, a: usize, b: usize, transposeB: bool, c: usize,
  bias: usize, activation: i32, alpha: f32,
): void {
  for (let j: usize = 0; j < n; j += 4) {
    const count = min<usize>(4, n - j);
    const x = transposeB ? dots(k, a, b + j * k * 4, count) : columnSums(n, k, a, b + j * 4, count);
    finishPart(c + j * 4, x, count, false, bias == 0 ? 0 : bias + j * 4, activation, alpha);
  }
}

/** a · each of `count` contiguous rows. */
function dots(k: usize, a: usize, rows: usize, count: usize): v128 {
  let out = splat(0);
  const fours = k & ~3;
  for (let r: usize = 0; r < count; r++, rows += k * 4) {
    let sum = splat(0);
    for (let i: usize = 0; i < fours; i += 4) sum = madd(v128.load(a + i * 4), v128.load(rows + i * 4), sum);
    let total = sumLanes(sum);
    for (let i = fours; i < k; i++) total += load<f32>(a + i * 4) * load<f32>(rows + i * 4);
    out = v128.shuffle<f32>(out, f32x4.splat(total), 1, 2, 3, 4);
  }
  // The sums came in from the right: move the first one to the first lane.
  if (count == 1) return v128.shuffle<f32>(out, out, 3, 0, 1, 2);
  if (count == 2) return v128.shuffle<f32>(out, out, 2, 3, 0, 1);
  if (count == 3) return v128.shuffle<f32>(out, out, 1, 2, 3, 0);
  return out;
}

/** Σ a[i] · b[i][0 … count], rows n floats apart. */
function columnSums(n: usize, k: usize, a: usize, b: usize, count: usize): v128 {
  let sum = splat(0);
  const end = a + k * 4;
  if (count == 4) {
    for (; a < end; a += 4, b += n * 4) sum = madd(v128.load_splat<f32>(a), v128.load(b), sum);
  } else {
    for (; a < end; a += 4, b += n * 4) sum = madd(v128.load_splat<f32>(a), loadPart(b, count), sum);
  }
  return sum;
}

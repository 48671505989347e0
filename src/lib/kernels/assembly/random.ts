// Binarisation of grey bytes with the project's own random numbers: Threefry-2x32 of 20 rounds (Salmon et al.
// 2011), four counters at a time. The same bits as lib/ops/random.ts, to the last.

import { splat } from "./simd";

const PARITY: i32 = 0x1bd11bda;

// @ts-ignore: decorator
@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

// The two words of four counters; AssemblyScript's functions return one value, so they are kept here.
let first: v128 = i32x4(0, 0, 0, 0);
let second: v128 = i32x4(0, 0, 0, 0);

/** Random words of the counters (pair, row) … (pair + 3, row) under the key (k0, k1), into `first` and `second`. */
// @ts-ignore: decorator
@inline
function threefry(k0: i32, k1: i32, pair: i32, row: i32): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x = i32x4.add(i32x4.splat(pair + k0), i32x4(0, 1, 2, 3));
  let y = i32x4.splat(row + k1);
  // Five groups of four rounds, a key injection after each.
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(k1)); y = i32x4.add(y, i32x4.splat(k2 + 1));
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 17), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 29), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 16), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 24), x);
  x = i32x4.add(x, i32x4.splat(k2)); y = i32x4.add(y, i32x4.splat(k0 + 2));
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(k0)); y = i32x4.add(y, i32x4.splat(k1 + 3));
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 17), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 29), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 16), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 24), x);
  x = i32x4.add(x, i32x4.splat(k1)); y = i32x4.add(y, i32x4.splat(k2 + 4));
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 6), x);
  first = i32x4.add(x, i32x4.splat(k2));
  second = i32x4.add(y, i32x4.splat(k0 + 5));
}

/**
 * Four bits as floats: 1 where word · 255 < grey · 2³², that is word ≤ grey · 16843009 and grey > 0, because
 * 2³²/255 = 16843009 + 1/255.
 */
// @ts-ignore: decorator
@inline
function bits(words: v128, grey: v128): v128 {
  const below = i32x4.le_u(words, i32x4.mul(grey, i32x4.splat(16843009)));
  return v128.and(v128.and(below, i32x4.ne(grey, i32x4.splat(0))), splat(1));
}

/** Binarises rows of `columns` bytes into floats; row r draws from the random row `row + r`. */
export function binarise(
  rows: i32, columns: i32, grey: usize, out: usize, seed: i32, stream: i32, row: i32,
): void {
  for (let r = 0; r < rows; r++, row++) {
    let i = 0;
    for (; i + 8 <= columns; i += 8, grey += 8, out += 32) {
      threefry(seed, stream, i >> 1, row);
      const bytes = v128.load_ext<u8>(grey);
      v128.store(out, bits(v128.shuffle<i32>(first, second, 0, 4, 1, 5), i32x4.extend_low_i16x8_u(bytes)));
      v128.store(
        out, bits(v128.shuffle<i32>(first, second, 2, 6, 3, 7), i32x4.extend_high_i16x8_u(bytes)), 16,
      );
    }
    for (; i < columns; i++, grey += 1, out += 4) {
      threefry(seed, stream, i >> 1, row);
      const word = i & 1 ? i32x4.extract_lane(second, 0) : i32x4.extract_lane(first, 0);
      const byte = i32x4.splat(load<u8>(grey));
      store<f32>(out, f32x4.extract_lane(bits(i32x4.splat(word), byte), 0));
    }
  }
}

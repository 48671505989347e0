// Exponentials and what is made of them, four at a time, to a few units in the last place.

import { madd, splat } from "./simd";

/** ln 2 in two parts, so that n·ln 2 is exact in the first for every exponent n. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;

/** e^r − 1 for |r| ≤ ln 2 / 2, by a polynomial with Cephes' coefficients for single precision. */
// @ts-ignore: decorator
@inline
function expm1Near0(r: v128): v128 {
  let p = splat(1.9875691500e-4);
  p = madd(p, r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  return madd(p, f32x4.mul(r, r), r);
}

/** 1.5 · 2²³: a float beyond it has no fraction, so that adding it rounds, and n is in the last bits. */
const ROUNDER: f32 = 12582912;

/** x / ln 2 to the nearest whole number n, still with ROUNDER added. */
// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return madd(x, splat(1.44269504088896341), splat(ROUNDER));
}

/** x − n·ln 2. */
// @ts-ignore: decorator
@inline
function remainderOf(x: v128, n: v128): v128 {
  return madd(n, splat(-LN2_LOW), madd(n, splat(-LN2_HIGH), x));
}

/** 2^(n − 127 + bias) from n with ROUNDER added: all but the last nine bits of the sum leave on the left. */
// @ts-ignore: decorator
@inline
function powerOfTwo(rounded: v128, bias: i32): v128 {
  return i32x4.shl(i32x4.add(rounded, i32x4.splat(bias)), 23);
}

// pmin and pmax take one instruction where min and max take several; with x first, a NaN stays one.

/** e^x: overflows to infinity, underflows to zero (below e^−87, which is 10^−38); NaN stays. */
// @ts-ignore: decorator
@inline
export function expV(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, splat(-87.6)), splat(89));
  const rounded = roundedExponent(clamped);
  const n = f32x4.sub(rounded, splat(ROUNDER));
  const p = f32x4.add(expm1Near0(remainderOf(clamped, n)), splat(1));
  // 2p · 2^(n−1), because n = 128, for the largest results, is beyond what one exponent holds
  return f32x4.mul(f32x4.add(p, p), powerOfTwo(rounded, 126));
}

/** e^x − 1 for x ≤ 0, exact near zero where subtracting would cancel. */
// @ts-ignore: decorator
@inline
export function expm1Negative(x: v128): v128 {
  const clamped = f32x4.pmax(x, splat(-40));
  const rounded = roundedExponent(clamped);
  const n = f32x4.sub(rounded, splat(ROUNDER));
  const scale = powerOfTwo(rounded, 127);
  return madd(scale, expm1Near0(remainderOf(clamped, n)), f32x4.sub(scale, splat(1)));
}

/** 1 / (1 + e^−x). */
// @ts-ignore: decorator
@inline
export function sigmoidV(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), expV(f32x4.neg(x))));
}

/** tanh x, from e^−2|x| − 1 so that it is exact near zero. */
// @ts-ignore: decorator
@inline
export function tanhV(x: v128): v128 {
  const t = expm1Negative(f32x4.mul(f32x4.abs(x), splat(-2)));
  const magnitude = f32x4.neg(f32x4.div(t, f32x4.add(t, splat(2))));
  return v128.bitselect(x, magnitude, splat(-0.0)); // the sign bit of x
}

/** log(1 + u) for 0 ≤ u ≤ 1, as 2·artanh(u / (2 + u)) by its series: |argument| ≤ 1/3, so seven terms suffice. */
// @ts-ignore: decorator
@inline
function log1pUnit(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, splat(2)));
  const q = f32x4.mul(s, s);
  let p = splat(2.0 / 13.0);
  p = madd(p, q, splat(2.0 / 11.0));
  p = madd(p, q, splat(2.0 / 9.0));
  p = madd(p, q, splat(2.0 / 7.0));
  p = madd(p, q, splat(2.0 / 5.0));
  p = madd(p, q, splat(2.0 / 3.0));
  p = madd(p, q, splat(2));
  return f32x4.mul(p, s);
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^−|x|). */
// @ts-ignore: decorator
@inline
export function softplusV(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, splat(0)), log1pUnit(expV(f32x4.neg(f32x4.abs(x)))));
}

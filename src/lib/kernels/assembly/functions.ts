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

/** x / ln 2 to the nearest whole number. */
// @ts-ignore: decorator
@inline
function exponentOf(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
}

/** x − n·ln 2. */
// @ts-ignore: decorator
@inline
function remainderOf(x: v128, n: v128): v128 {
  const r = f32x4.sub(x, f32x4.mul(n, splat(LN2_HIGH)));
  return f32x4.sub(r, f32x4.mul(n, splat(LN2_LOW)));
}

/** e^x: overflows to infinity, underflows to zero; NaN stays. */
// @ts-ignore: decorator
@inline
export function expV(x: v128): v128 {
  // Beyond these the result is infinite or zero; the clamp keeps n within what two exponents can hold.
  const clamped = f32x4.min(f32x4.max(x, splat(-104)), splat(89));
  const n = exponentOf(clamped);
  const p = f32x4.add(expm1Near0(remainderOf(clamped, n)), splat(1));
  // 2^n in two factors: n reaches −150 and 128, and one exponent holds −126 to 127
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** e^x − 1 for x ≤ 0, exact near zero where subtracting would cancel. */
// @ts-ignore: decorator
@inline
export function expm1Negative(x: v128): v128 {
  const clamped = f32x4.max(x, splat(-40));
  const n = exponentOf(clamped);
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  return madd(scale, expm1Near0(remainderOf(clamped, n)), f32x4.sub(scale, splat(1)));
}

// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
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

/** log(1 + u) for 0 ≤ u ≤ 1, as 2·artanh(u / (2 + u)) by its series: |argument| ≤ 1/3, so eight terms suffice. */
// @ts-ignore: decorator
@inline
function log1pUnit(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, splat(2)));
  const q = f32x4.mul(s, s);
  let p = splat(2.0 / 15.0);
  p = madd(p, q, splat(2.0 / 13.0));
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
  return f32x4.add(f32x4.max(x, splat(0)), log1pUnit(expV(f32x4.neg(f32x4.abs(x)))));
}

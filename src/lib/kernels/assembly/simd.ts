// Vector helpers shared by all kernels: four floats at a time. Knows no tensor, only addresses.
// Compiled twice, with relaxed SIMD and without: only `madd` and what is built on it differ.

/** Bytes in a vector. */
export const VECTOR: usize = 16;

/** a · b + c, rounded once where the processor can (relaxed SIMD), twice elsewhere. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? f32x4.relaxed_madd(a, b, c)
    : f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** Loads `count` (1 to 3) floats, the other lanes zero, touching no memory beyond them. */
export function loadPart(from: usize, count: usize): v128 {
  let v = v128.load32_zero(from);
  if (count > 1) v = v128.load_lane<f32>(from + 4, v, 1);
  if (count > 2) v = v128.load_lane<f32>(from + 8, v, 2);
  return v;
}

/** Stores the first `count` (1 to 3) lanes. */
export function storePart(to: usize, v: v128, count: usize): void {
  v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to + 4, v, 1);
  if (count > 2) v128.store_lane<f32>(to + 8, v, 2);
}

/** The sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 2, 3));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

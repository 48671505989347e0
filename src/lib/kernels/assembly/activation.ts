// What a product may do to its result before it leaves the registers: add a bias, apply an activation.
// The codes are those of lib/kernels/activation.ts.

import { expm1Negative, sigmoidV } from "./functions";
import { splat } from "./simd";

export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const RELU6: i32 = 2;
export const LEAKY_RELU: i32 = 3;
export const SIGMOID: i32 = 4;
export const ELU: i32 = 5;

/** @param alpha slope of the leaky ReLU for negative x */
export function activate(x: v128, code: i32, alpha: f32): v128 {
  const zero = splat(0);
  // Comparisons rather than min and max: a NaN stays one, so that divergence is seen.
  switch (code) {
    case RELU:
      return v128.andnot(x, f32x4.lt(x, zero));
    case RELU6:
      return f32x4.min(f32x4.max(x, zero), splat(6));
    case LEAKY_RELU:
      return v128.bitselect(f32x4.mul(x, splat(alpha)), x, f32x4.lt(x, zero));
    case SIGMOID:
      return sigmoidV(x);
    case ELU:
      return v128.bitselect(expm1Negative(x), x, f32x4.lt(x, zero));
    default:
      return x;
  }
}

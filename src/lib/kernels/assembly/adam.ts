// One update of Adam (Kingma and Ba 2015, algorithm 1) in one pass over memory, in place.

import { loadPart, madd, splat, storePart } from "./simd";

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate · m / (√v · scale + ε)
 * @param rate learning rate over the first moment's bias correction 1 − β₁ᵗ
 * @param scale 1/√ of the second moment's bias correction 1 − β₂ᵗ
 * @param complement1 1 − β₁, which single precision would round if it were taken here; likewise complement2
 */
export function adam(
  count: usize, theta: usize, gradient: usize, first: usize, second: usize,
  rate: f32, beta1: f32, complement1: f32, beta2: f32, complement2: f32, epsilon: f32, scale: f32,
): void {
  const whole = count & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    const at = i << 2;
    const g = v128.load(gradient + at);
    const m = firstMoment(v128.load(first + at), g, beta1, complement1);
    const v = secondMoment(v128.load(second + at), g, beta2, complement2);
    v128.store(first + at, m);
    v128.store(second + at, v);
    v128.store(theta + at, f32x4.sub(v128.load(theta + at), update(m, v, rate, epsilon, scale)));
  }
  const rest = count - whole;
  if (rest == 0) return;
  const at = whole << 2;
  const g = loadPart(gradient + at, rest);
  const m = firstMoment(loadPart(first + at, rest), g, beta1, complement1);
  const v = secondMoment(loadPart(second + at, rest), g, beta2, complement2);
  storePart(first + at, m, rest);
  storePart(second + at, v, rest);
  storePart(theta + at, f32x4.sub(loadPart(theta + at, rest), update(m, v, rate, epsilon, scale)), rest);
}

// @ts-ignore: decorator
@inline
function update(m: v128, v: v128, rate: f32, epsilon: f32, scale: f32): v128 {
  const denominator = madd(f32x4.sqrt(v), splat(scale), splat(epsilon));
  return f32x4.div(f32x4.mul(splat(rate), m), denominator);
}

/**
 * Below this a moment counts as zero. Where gradients stay zero (a unit that has died), a moment would
 * decay into denormal numbers and stay there, at a hundred times the cost of each operation.
 */
const TINY: f32 = 1e-35;

// @ts-ignore: decorator
@inline
function firstMoment(m: v128, g: v128, beta: f32, complement: f32): v128 {
  const x = madd(splat(complement), g, f32x4.mul(splat(beta), m));
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), splat(TINY)));
}

// @ts-ignore: decorator
@inline
function secondMoment(v: v128, g: v128, beta: f32, complement: f32): v128 {
  const x = madd(f32x4.mul(splat(complement), g), g, f32x4.mul(splat(beta), v));
  return v128.andnot(x, f32x4.lt(x, splat(TINY)));
}

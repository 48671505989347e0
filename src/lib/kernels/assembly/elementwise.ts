// Functions of one tensor, element by element.

import { expm1Negative, expV, sigmoidV, softplusV, tanhV } from "./functions";
import { loadPart, splat, storePart } from "./simd";

const EXP: i32 = 0;
const SIGMOID: i32 = 1;
const SOFTPLUS: i32 = 2;
const TANH: i32 = 3;
const ELU: i32 = 4;

// @ts-ignore: decorator
@inline
function evaluate(code: i32, x: v128): v128 {
  switch (code) {
    case EXP:
      return expV(x);
    case SIGMOID:
      return sigmoidV(x);
    case SOFTPLUS:
      return softplusV(x);
    case TANH:
      return tanhV(x);
    default:
      return v128.bitselect(expm1Negative(x), x, f32x4.lt(x, splat(0)));
  }
}

/** Inlined with a constant code, so that each function below has a loop of its own. */
// @ts-ignore: decorator
@inline
function map(code: i32, count: usize, x: usize, y: usize): void {
  const end = x + (count & ~3) * 4;
  for (; x < end; x += 16, y += 16) v128.store(y, evaluate(code, v128.load(x)));
  const rest = count & 3;
  if (rest) storePart(y, evaluate(code, loadPart(x, rest)), rest);
}

export function exp(count: usize, x: usize, y: usize): void {
  map(EXP, count, x, y);
}
export function sigmoid(count: usize, x: usize, y: usize): void {
  map(SIGMOID, count, x, y);
}
export function softplus(count: usize, x: usize, y: usize): void {
  map(SOFTPLUS, count, x, y);
}
export function tanh(count: usize, x: usize, y: usize): void {
  map(TANH, count, x, y);
}
export function elu(count: usize, x: usize, y: usize): void {
  map(ELU, count, x, y);
}

/** x where it is positive, alpha · x elsewhere. */
export function leakyRelu(count: usize, x: usize, y: usize, alpha: f32): void {
  const end = x + (count & ~3) * 4;
  for (; x < end; x += 16, y += 16) v128.store(y, sloped(v128.load(x), v128.load(x), alpha));
  const rest = count & 3;
  if (rest) storePart(y, sloped(loadPart(x, rest), loadPart(x, rest), alpha), rest);
}

/** dy where x is positive, alpha · dy elsewhere: the gradient of both ReLUs. */
export function leakyReluGradient(count: usize, dy: usize, x: usize, dx: usize, alpha: f32): void {
  const end = x + (count & ~3) * 4;
  for (; x < end; x += 16, dy += 16, dx += 16) {
    v128.store(dx, sloped(v128.load(dy), v128.load(x), alpha));
  }
  const rest = count & 3;
  if (rest) storePart(dx, sloped(loadPart(dy, rest), loadPart(x, rest), alpha), rest);
}

// @ts-ignore: decorator
@inline
function sloped(value: v128, x: v128, alpha: f32): v128 {
  return v128.bitselect(value, f32x4.mul(value, splat(alpha)), f32x4.gt(x, splat(0)));
}

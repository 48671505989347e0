// The floats that a backend really computes with, found by computing with them. Phones' WebGL keeps 16 bits, whatever
// the flags say, and tfjs 4.22's own answer is wrong for devices that render to 32.

import { mul, tensor1d, tidy } from '../ops/tf.ts';
import type { Precision } from '../protocol/machine.ts';

/** Just above 1: the next 16-bit float is 1 + 2⁻¹⁰. */
const FINE = 1 + 2 ** -14;
/** So many numbers that tfjs does not compute them on the processor instead. */
const COUNT = 2048;

/** The precision of tfjs's current backend. */
export async function precisionNow(): Promise<Precision> {
  const product = tidy(() => mul(tensor1d(new Float32Array(COUNT).fill(FINE)), 1));
  const [first] = await product.data();
  product.dispose();
  return first === FINE ? 32 : 16;
}

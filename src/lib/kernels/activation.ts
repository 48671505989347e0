// The activations that a product can apply before it writes its result; codes as in assembly/activation.ts.

import type { Call } from './define.ts';

export interface Activation {
  readonly code: number;
  /** Slope of the leaky ReLU for negative inputs. */
  readonly alpha: number;
}

export const LINEAR: Activation = { code: 0, alpha: 0 };

const CODES = new Map([
  ['linear', 0],
  ['relu', 1],
  ['relu6', 2],
  ['leakyrelu', 3],
  ['sigmoid', 4],
  ['elu', 5],
]);

/** Reads tfjs's attributes `activation` and `leakyreluAlpha`. */
export function activationOf(call: Call): Activation {
  const name = call.text('activation', 'linear');
  const code = CODES.get(name);
  if (code === undefined) {
    throw call.error(
      `cannot fuse the activation "${name}": it knows ${[...CODES.keys()].join(', ')}.`,
    );
  }
  return { code, alpha: call.number('leakyreluAlpha', 0.2) };
}

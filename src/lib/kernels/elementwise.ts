// Functions of one tensor, element by element, where tfjs-wasm calls the C library once per number.

import { util } from '../ops/tf.ts';
import type { Kernel } from './define.ts';
import type { Native } from './native.ts';

export type Elementwise = 'elu' | 'exp' | 'sigmoid' | 'softplus' | 'tanh';

export function elementwise(native: Native, name: Elementwise): Kernel {
  const run = native.kernels[name];
  return (call) => {
    const x = call.floats('x');
    const out = native.output(x.shape);
    run(util.sizeFromShape(x.shape), native.address(x), native.address(out));
    return out;
  };
}

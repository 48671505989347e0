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

/** Attribute `alpha`: the slope for negative x. */
export function leakyRelu(native: Native): Kernel {
  return (call) => {
    const x = call.floats('x');
    const out = native.output(x.shape);
    const count = util.sizeFromShape(x.shape);
    native.kernels.leakyRelu(count, native.address(x), native.address(out), call.number('alpha'));
    return out;
  };
}

/**
 * LeakyReluGrad, a kernel of this project's own name: dy where x > 0, alpha · dy elsewhere. ReLU's is that of
 * alpha 0. Inputs `dy` and `x` of one shape; lib/ops/gradients.ts asks the registry whether the backend has it.
 */
export function leakyReluGrad(native: Native): Kernel {
  return (call) => {
    const [dy, x] = [call.floats('dy'), call.floats('x')];
    if (!util.arraysEqual(dy.shape, x.shape)) {
      throw call.error(`was given dy [${dy.shape.join(', ')}] for x [${x.shape.join(', ')}].`);
    }
    const dx = native.output(x.shape);
    native.kernels.leakyReluGradient(
      util.sizeFromShape(x.shape),
      native.address(dy),
      native.address(x),
      native.address(dx),
      call.number('alpha'),
    );
    return dx;
  };
}

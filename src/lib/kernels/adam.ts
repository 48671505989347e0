// AdamUpdate: one fused update of a variable and its two moments, in place.
// A kernel of this project's own name; a caller asks the registry whether the backend has it.

import { engine, util, Variable } from '../ops/tf.ts';
import type { TensorInfo } from '../ops/tf.ts';
import type { Call, Kernel } from './define.ts';
import type { Native } from './native.ts';

/**
 * Inputs: `variable`, `gradient`, `m`, `v`, of one shape, all but the gradient tf.Variables.
 * Attributes: `learningRate`, `beta1`, `beta2`, `epsilon`, and the bias corrections `correction1` = 1 − β₁ᵗ,
 * `correction2` = 1 − β₂ᵗ. Returns the variable's own tensor, whose reference the caller disposes.
 */
export function adamUpdate(native: Native): Kernel {
  return (call) => {
    const gradient = call.floats('gradient');
    const [variable, m, v] = (['variable', 'm', 'v'] as const).map((name) =>
      ownMemory(native, call, name, gradient),
    ) as [TensorInfo, TensorInfo, TensorInfo];
    const [beta1, beta2] = [call.number('beta1'), call.number('beta2')];
    native.kernels.adam(
      util.sizeFromShape(gradient.shape),
      native.address(variable),
      native.address(gradient),
      native.address(m),
      native.address(v),
      call.number('learningRate') / call.number('correction1'),
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      call.number('epsilon'),
      1 / Math.sqrt(call.number('correction2')),
    );
    return native.alias(variable, variable.shape);
  };
}

/**
 * A variable that may be written to. Clones and reshapes share memory on this backend: where somebody still
 * holds one (a snapshot of the initial weights, say), the variable moves to a copy first.
 */
function ownMemory(native: Native, call: Call, name: string, gradient: TensorInfo): TensorInfo {
  const tensor = call.floats(name);
  if (!util.arraysEqual(tensor.shape, gradient.shape)) {
    throw call.error(
      `was given "${name}" of [${tensor.shape.join(', ')}] and a gradient of [${gradient.shape.join(', ')}].`,
    );
  }
  if (native.backend.refCount(tensor.dataId) === 1) return tensor;
  if (!(tensor instanceof Variable)) {
    throw call.error(`cannot write to "${name}": it shares memory and is no tf.Variable.`);
  }
  const moved = engine().makeTensorFromTensorInfo(native.copy(tensor));
  tensor.assign(moved);
  moved.dispose();
  return tensor;
}

// What AdamUpdate is given, read once for the kernels on graphics processors, and how they hand the results back.
// The operation itself, and its wasm kernel, are described in adam.ts.

import { engine, util, Variable } from '../ops/tf.ts';
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '../ops/tf.ts';

export interface AdamCall {
  readonly variable: Variable;
  readonly first: Variable;
  readonly second: Variable;
  readonly gradient: TensorInfo;
  /** Elements of each. */
  readonly size: number;
  /** Learning rate over the first moment's bias correction. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** What √v is multiplied by: 1 / √(bias correction of the second moment). */
  readonly scale: number;
}

export function adamCall(inputs: NamedTensorInfoMap, attrs: NamedAttrMap | undefined): AdamCall {
  const number = (name: string): number => {
    const value = attrs?.[name];
    if (typeof value !== 'number') throw new Error(`AdamUpdate needs a number named "${name}".`);
    return value;
  };
  const gradient = inputs['gradient'];
  if (!gradient) throw new Error('AdamUpdate needs a tensor named "gradient".');
  const variable = (name: string): Variable => {
    const tensor = inputs[name];
    if (!isVariable(tensor) || !util.arraysEqual(tensor.shape, gradient.shape)) {
      throw new Error(`AdamUpdate needs a variable named "${name}" of the gradient's shape.`);
    }
    return tensor;
  };
  return {
    variable: variable('variable'),
    first: variable('m'),
    second: variable('v'),
    gradient,
    size: util.sizeFromShape(gradient.shape),
    rate: number('learningRate') / number('correction1'),
    beta1: number('beta1'),
    beta2: number('beta2'),
    epsilon: number('epsilon'),
    scale: 1 / Math.sqrt(number('correction2')),
  };
}

/** Puts a kernel's result in a variable's place. */
export function assign(variable: Variable, result: TensorInfo): void {
  const tensor = engine().makeTensorFromTensorInfo(result);
  variable.assign(tensor);
  tensor.dispose();
}

function isVariable(tensor: unknown): tensor is Variable {
  return tensor instanceof Variable;
}

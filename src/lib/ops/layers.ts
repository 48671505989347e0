// Layers and activations as functions of a model's parameters, which carry PyTorch's names and layouts.
import { add, leakyRelu, matMul, relu, tanh } from './tf.ts';
import type { Tensor, Tensor2D, TensorLike, Variable } from './tf.ts';

/** A model's parameters by PyTorch's names: `encoder.0.weight` is (out, in), `encoder.0.bias` is (out). */
export type Parameters = Readonly<Record<string, Variable>>;

export type Activation = 'relu' | 'leaky-relu' | 'tanh' | 'linear';

/** LeakyReLU's slope for negative inputs, as the course's presets use it. */
export const LEAKY_SLOPE = 0.2;

/** The parameter of that name. Throws when the model has none. */
export function parameter<T extends Tensor>(p: Readonly<Record<string, T>>, name: string): T {
  const found = p[name];
  if (!found) throw new Error(`No parameter "${name}"; there are ${Object.keys(p).join(', ')}.`);
  return found;
}

/** x·Wᵀ + b: [batch, in] → [batch, out]. */
export function dense(p: Parameters, layer: string, x: Tensor2D): Tensor2D {
  const product = matMul<Tensor2D>(x, parameter(p, `${layer}.weight`), false, true);
  return add(product, parameter(p, `${layer}.bias`));
}

/** The activation, elementwise. */
export function activate<T extends Tensor>(x: T | TensorLike, activation: Activation): T {
  switch (activation) {
    case 'relu':
      return relu(x as T);
    case 'leaky-relu':
      return leakyRelu(x as T, LEAKY_SLOPE);
    case 'tanh':
      return tanh(x as T);
    case 'linear':
      return x as T;
  }
}

/** Dense layers `name.0 … name.(n−1)`, each followed by the activation. */
export function hiddenLayers(
  p: Parameters,
  name: string,
  layers: number,
  activation: Activation,
  x: Tensor2D,
): Tensor2D {
  let h = x;
  for (let i = 0; i < layers; i++) h = activate(dense(p, `${name}.${i}`, h), activation);
  return h;
}

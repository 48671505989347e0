// Initial weights, reproducible from one seed on every backend and in PyTorch.
import type { LayerShape } from '../protocol/model.ts';
import { fillUniform, Stream } from './random.ts';

/**
 * PyTorch's default for `nn.Linear` and `nn.Conv2d`: weights and biases uniform in ±1/√fan_in.
 * `shapes` lists `<layer>.weight` right before `<layer>.bias`; the row of the random stream is the
 * position in that list. Returns values by name, in PyTorch layout.
 */
export function initialWeights(
  shapes: readonly LayerShape[],
  seed: number,
): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  let bound = 1;
  shapes.forEach(({ name, shape, init }, row) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (init !== undefined) {
      weights.set(name, values.fill(init === 'ones' ? 1 : 0));
      return;
    }
    if (name.endsWith('.weight')) bound = 1 / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 1));
    fillUniform(values, seed, Stream.weights, row);
    for (let i = 0; i < values.length; i++) values[i] = (2 * values[i]! - 1) * bound;
    weights.set(name, values);
  });
  return weights;
}

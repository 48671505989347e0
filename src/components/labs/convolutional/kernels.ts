// A network's kernels as pictures: what slides over the image, taken out of a safetensors file. Pure numbers.
import { readSafetensors } from '../../../lib/weights/safetensors.ts';

export interface Kernels {
  /** The layer's name. */
  readonly layer: string;
  /** PyTorch's shape: (out, in, 3, 3), or (in, out, 3, 3) where transposed. */
  readonly shape: readonly number[];
  /** All kernels, one after another, row-major. */
  readonly values: Float32Array;
  readonly count: number;
}

/** The convolution layers' kernels, in the network's order. Throws WeightsError. */
export function kernelsIn(file: ArrayBuffer): readonly Kernels[] {
  return [...readSafetensors(new Uint8Array(file))].flatMap(([name, { shape, values }]) => {
    const [a = 0, b = 0] = shape;
    return shape.length === 4
      ? [{ layer: name.replace(/\.weight$/, ''), shape, values, count: a * b }]
      : [];
  });
}

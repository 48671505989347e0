// How a kernel of this folder is put into tfjs's registry, and how its arguments are read.

import { registerKernel, util } from '../ops/tf.ts';
import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '../ops/tf.ts';

/** What tfjs hands to a kernel, checked as it is read. */
export class Call {
  readonly kernel: string;
  readonly #inputs: NamedTensorInfoMap;
  readonly #attrs: NamedAttrMap;

  constructor(kernel: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap) {
    this.kernel = kernel;
    this.#inputs = inputs;
    this.#attrs = attrs;
  }

  /** A tensor of floats with at least one element. */
  floats(name: string): TensorInfo {
    const tensor = this.any(name);
    if (tensor.dtype !== 'float32') {
      throw this.error(`needs "${name}" as float32, not ${tensor.dtype}. Cast it first.`);
    }
    if (util.sizeFromShape(tensor.shape) === 0) {
      throw this.error(
        `was given "${name}" of shape [${tensor.shape.join(', ')}], which is empty.`,
      );
    }
    return tensor;
  }

  any(name: string): TensorInfo {
    const tensor = this.optional(name);
    if (tensor === undefined) throw this.error(`needs a tensor named "${name}".`);
    return tensor;
  }

  optional(name: string): TensorInfo | undefined {
    return this.#inputs[name] ?? undefined;
  }

  /** A numerical attribute; without `otherwise` it is required. */
  number(name: string, otherwise?: number): number {
    const value = this.#attrs[name] ?? otherwise;
    if (typeof value !== 'number') throw this.error(`needs a number named "${name}".`);
    return value;
  }

  text(name: string, otherwise: string): string {
    const value = this.#attrs[name] ?? otherwise;
    if (typeof value !== 'string') throw this.error(`needs a text named "${name}".`);
    return value;
  }

  flag(name: string): boolean {
    return this.#attrs[name] === true;
  }

  error(problem: string): Error {
    return new Error(`${this.kernel} on wasm ${problem}`);
  }
}

export type Kernel = (call: Call) => TensorInfo | TensorInfo[];

/** Registers under tfjs's own name of the operation; lib/backends leaves the stock kernel of that name out. */
export function define(kernelName: string, kernel: Kernel): void {
  const config: KernelConfig = {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => kernel(new Call(kernelName, inputs, attrs ?? {})),
  };
  registerKernel(config);
}

// How a kernel of this folder is put into tfjs's registry, and how its arguments are read.

import { getKernel, registerKernel, unregisterKernel, util } from '../ops/tf.ts';
import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '../ops/tf.ts';

/** What tfjs hands to a kernel, checked as it is read. */
export class Call {
  constructor(
    readonly kernel: string,
    private readonly inputs: NamedTensorInfoMap,
    private readonly attrs: NamedAttrMap,
    /** The same call answered by the kernel that tfjs brings, for cases that are not worth a second one. */
    readonly stock: () => TensorInfo | TensorInfo[],
  ) {}

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
    // An op without a bias passes null, though its type says otherwise.
    const tensor: TensorInfo | null | undefined = this.inputs[name];
    return tensor ?? undefined;
  }

  /** A numerical attribute; without `otherwise` it is required. */
  number(name: string, otherwise?: number): number {
    const value = this.attrs[name] ?? otherwise;
    if (typeof value !== 'number') throw this.error(`needs a number named "${name}".`);
    return value;
  }

  text(name: string, otherwise: string): string {
    const value = this.attrs[name] ?? otherwise;
    if (typeof value !== 'string') throw this.error(`needs a text named "${name}".`);
    return value;
  }

  flag(name: string): boolean {
    return this.attrs[name] === true;
  }

  /** One number or several; all axes of `shape` where the attribute is absent. */
  axes(name: string, shape: readonly number[]): number[] {
    const value: unknown = this.attrs[name];
    if (value === undefined || value === null) return shape.map((_, axis) => axis);
    return this.numbers(name);
  }

  /** One number or several, as an array. */
  numbers(name: string): number[] {
    const value = this.attrs[name];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => {
      if (typeof item !== 'number') throw this.error(`needs numbers named "${name}".`);
      return item;
    });
  }

  has(name: string): boolean {
    return this.attrs[name] !== undefined;
  }

  /** For height and width: two numbers, or one for both. */
  pair(name: string): [number, number] {
    const [height, width = height] = this.numbers(name);
    if (height === undefined || width === undefined) throw this.error(`needs "${name}".`);
    return [height, width];
  }

  /**
   * tfjs's `pad`: 'same', 'valid', or pixels per side of each dimension. Pixels on every side become the last:
   * given as one number, tfjs 4.22 takes the width of the result from the filter's height.
   */
  padding(name: string): Padding {
    const value: unknown = this.attrs[name];
    if (value === 'same' || value === 'valid') return value;
    if (typeof value === 'number') {
      const none: Sides = [0, 0];
      return [none, [value, value], [value, value], none];
    }
    if (isExplicit(value)) return value;
    throw this.error(`does not know the padding ${JSON.stringify(value)}.`);
  }

  rounding(name: string): 'floor' | 'round' | 'ceil' | undefined {
    const value: unknown = this.attrs[name];
    return value === 'floor' || value === 'round' || value === 'ceil' ? value : undefined;
  }

  error(problem: string): Error {
    return new Error(`${this.kernel} on wasm ${problem}`);
  }
}

type Sides = [number, number];
type Padding = 'same' | 'valid' | [Sides, Sides, Sides, Sides];

function isExplicit(value: unknown): value is [Sides, Sides, Sides, Sides] {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every((sides) => Array.isArray(sides) && sides.length === 2)
  );
}

export type Kernel = (call: Call) => TensorInfo | TensorInfo[];

/** Registers under tfjs's own name of the operation, in place of what tfjs registered there. */
export function define(kernelName: string, kernel: Kernel): void {
  const stock = getKernel(kernelName, 'wasm') as KernelConfig | undefined;
  if (stock !== undefined) unregisterKernel(kernelName, 'wasm');
  registerKernel({
    kernelName,
    backendName: 'wasm',
    ...(stock?.setupFunc && { setupFunc: stock.setupFunc }),
    kernelFunc: (given) => {
      const call = new Call(kernelName, given.inputs, given.attrs ?? {}, () => {
        if (stock === undefined) throw call.error('has no other kernel for this.');
        return stock.kernelFunc(given);
      });
      return kernel(call);
    },
  });
}

// The compiled kernels, working in place on the memory of tfjs's wasm backend, and the little that
// every kernel here needs of that backend: addresses of tensors, new tensors, scratch memory.

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { util } from '../ops/tf.ts';
import type { DataType, TensorInfo } from '../ops/tf.ts';

/** What src/lib/kernels/assembly exports. Addresses and sizes are numbers; a bias of address 0 is none. */
export interface NativeKernels {
  readonly adam: (
    count: number,
    theta: number,
    gradient: number,
    first: number,
    second: number,
    rate: number,
    beta1: number,
    complement1: number,
    beta2: number,
    complement2: number,
    epsilon: number,
    scale: number,
  ) => void;
  readonly binarise: (
    rows: number,
    columns: number,
    grey: number,
    out: number,
    seed: number,
    stream: number,
    row: number,
  ) => void;
  readonly convolve: (
    geometry: number,
    x: number,
    filter: number,
    y: number,
    bias: number,
    activation: number,
    alpha: number,
    patches: number,
    scratch: number,
  ) => void;
  readonly elu: (count: number, x: number, y: number) => void;
  readonly exp: (count: number, x: number, y: number) => void;
  readonly filterGradient: (
    geometry: number,
    x: number,
    dy: number,
    dFilter: number,
    patches: number,
    scratch: number,
  ) => void;
  readonly gatherRows: (
    outer: number,
    size: number,
    bytes: number,
    table: number,
    count: number,
    ids: number,
    out: number,
  ) => void;
  readonly inputGradient: (
    geometry: number,
    dy: number,
    filter: number,
    dx: number,
    patches: number,
    scratch: number,
  ) => void;
  readonly leakyRelu: (count: number, x: number, y: number, alpha: number) => void;
  readonly leakyReluGradient: (
    count: number,
    dy: number,
    x: number,
    dx: number,
    alpha: number,
  ) => void;
  readonly productScratchBytes: () => number;
  readonly product: (
    m: number,
    n: number,
    k: number,
    a: number,
    transposeA: boolean,
    b: number,
    transposeB: boolean,
    c: number,
    accumulate: boolean,
    bias: number,
    activation: number,
    alpha: number,
    scratch: number,
  ) => void;
  readonly repeat: (
    blocks: number,
    bytes: number,
    times: number,
    from: number,
    out: number,
  ) => void;
  readonly segmentSum: (
    rows: number,
    width: number,
    x: number,
    ids: number,
    segments: number,
    out: number,
  ) => number;
  readonly sigmoid: (count: number, x: number, y: number) => void;
  readonly softplus: (count: number, x: number, y: number) => void;
  readonly sumColumns: (rows: number, columns: number, x: number, y: number, scale: number) => void;
  readonly sumRows: (rows: number, columns: number, x: number, y: number, scale: number) => void;
  readonly tanh: (count: number, x: number, y: number) => void;
}

const EXPORTS: readonly (keyof NativeKernels)[] = [
  'adam',
  'binarise',
  'convolve',
  'elu',
  'exp',
  'filterGradient',
  'gatherRows',
  'inputGradient',
  'leakyRelu',
  'leakyReluGradient',
  'product',
  'productScratchBytes',
  'repeat',
  'segmentSum',
  'sigmoid',
  'softplus',
  'sumColumns',
  'sumRows',
  'tanh',
];

/** The browser gave tfjs's memory no more room: the run is too large for this machine. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';

  constructor(bytes: number) {
    super(
      `No memory is left for ${(bytes / 2 ** 20).toFixed(1)} MiB more of tensors. ` +
        'Choose a smaller network or batch, or reload the page.',
    );
  }
}

export class Native {
  readonly kernels: NativeKernels;
  readonly backend: BackendWasm;
  /** Working memory of the matrix product, kept for good: its size does not depend on the matrices. */
  readonly productScratch: number;
  /** tfjs's; its buffer is another one after it has grown, so no view of it is ever kept. */
  readonly #memory: WebAssembly.Memory;

  constructor(backend: BackendWasm, module: WebAssembly.Module) {
    this.#memory = memoryOf(backend.wasm);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    if (!isNativeKernels(exports)) {
      throw new Error('The compiled kernels are of another version than this page. Reload it.');
    }
    this.kernels = exports;
    this.backend = backend;
    this.productScratch = this.allocate(exports.productScratchBytes());
  }

  /** Bytes of tfjs's own heap, on a boundary of 16; to be given back with `free`. */
  allocate(bytes: number): number {
    const address = this.backend.wasm._malloc(bytes) >>> 0;
    if (address === 0) throw new OutOfMemoryError(bytes);
    return address;
  }

  free(address: number): void {
    this.backend.wasm._free(address);
  }

  /** The values of an int32 tensor, to be read before the next tensor is made. */
  integers(tensor: TensorInfo): Int32Array {
    return new Int32Array(
      this.#memory.buffer,
      this.address(tensor),
      util.sizeFromShape(tensor.shape),
    );
  }

  /** Writes 32-bit integers for a kernel to read. */
  writeIntegers(address: number, values: readonly number[]): void {
    new Int32Array(this.#memory.buffer, address, values.length).set(values);
  }

  address(tensor: TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A new tensor of arbitrary content. */
  output(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    const out = this.backend.makeOutput([...shape], dtype);
    if (this.address(out) === 0) {
      throw new OutOfMemoryError(util.sizeFromShape(out.shape) * util.bytesPerElement(dtype));
    }
    return out;
  }

  /** A new tensor with the same values. */
  copy(tensor: TensorInfo): TensorInfo {
    const out = this.output(tensor.shape, tensor.dtype);
    this.backend.typedArrayFromHeap(out).set(this.backend.typedArrayFromHeap(tensor));
    return out;
  }

  /** The same data under another shape; to be disposed like any tensor. */
  alias(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    this.backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }
}

function isNativeKernels(exports: object): exports is NativeKernels {
  const known = new Map<string, unknown>(Object.entries(exports));
  return EXPORTS.every((name) => typeof known.get(name) === 'function');
}

/** tfjs's types do not name its module's memory, so it is looked for. */
function memoryOf(wasm: object): WebAssembly.Memory {
  const asm: unknown = Reflect.get(wasm, 'asm');
  if (typeof asm === 'object' && asm !== null) {
    for (const value of Object.values(asm)) {
      if (value instanceof WebAssembly.Memory) return value;
    }
  }
  throw new Error(
    'This version of tfjs-wasm does not show its memory; the fast kernels need 4.22.',
  );
}

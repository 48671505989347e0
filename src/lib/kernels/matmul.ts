// Matrix products on wasm: BatchMatMul and _FusedMatMul (bias and activation in the same pass).
// Shapes and broadcasting here, arithmetic in assembly/product.ts.

import { broadcast_util, util } from '../ops/tf.ts';
import type { TensorInfo } from '../ops/tf.ts';
import { activationOf, LINEAR } from './activation.ts';
import type { Activation } from './activation.ts';
import type { Call, Kernel } from './define.ts';
import type { Native } from './native.ts';

interface Operand {
  readonly address: number;
  readonly rows: number; // after transposition
  readonly columns: number; // after transposition
  readonly transposed: boolean;
  readonly batch: readonly number[]; // the dimensions before the last two
}

/** [..., m, k] · [..., k, n] = [..., m, n], batch dimensions broadcast. */
export function batchMatMul(native: Native): Kernel {
  return (call) => multiply(native, call, 0, LINEAR);
}

/** The same with bias [n] and an activation. */
export function fusedMatMul(native: Native): Kernel {
  return (call) => {
    const activation = activationOf(call);
    const bias = call.optional('bias');
    if (bias === undefined) return multiply(native, call, 0, activation);
    const columns = operand(native, call, 'b', 'transposeB').columns;
    if (util.sizeFromShape(bias.shape) !== columns || bias.shape.at(-1) !== columns) {
      throw call.error(`needs a bias of [${columns}], not [${bias.shape.join(', ')}].`);
    }
    return multiply(native, call, native.address(bias), activation);
  };
}

function multiply(native: Native, call: Call, bias: number, activation: Activation): TensorInfo {
  const a = operand(native, call, 'a', 'transposeA');
  const b = operand(native, call, 'b', 'transposeB');
  if (a.columns !== b.rows) {
    throw call.error(
      `cannot multiply ${a.rows} × ${a.columns} by ${b.rows} × ${b.columns}: the inner sizes differ.`,
    );
  }
  const batch = broadcast_util.assertAndGetBroadcastShape([...a.batch], [...b.batch]);
  const out = native.output([...batch, a.rows, b.columns]);
  const c = native.address(out);
  const products = util.sizeFromShape(batch);
  if (products === 1) {
    run(native, a, a.address, b, b.address, c, a.rows, bias, activation);
  } else if (util.sizeFromShape([...b.batch]) === 1 && !a.transposed) {
    // One right matrix for all: the left ones are one tall matrix.
    run(native, a, a.address, b, b.address, c, a.rows * products, bias, activation);
  } else {
    const aIndex = batchIndex(a.batch, batch);
    const bIndex = batchIndex(b.batch, batch);
    const aBytes = a.rows * a.columns * 4;
    const bBytes = b.rows * b.columns * 4;
    const cBytes = a.rows * b.columns * 4;
    for (let i = 0; i < products; i++) {
      const aAt = a.address + aIndex(i) * aBytes;
      const bAt = b.address + bIndex(i) * bBytes;
      run(native, a, aAt, b, bAt, c + i * cBytes, a.rows, bias, activation);
    }
  }
  return out;
}

function run(
  { kernels, productScratch }: Native,
  a: Operand,
  aAt: number,
  b: Operand,
  bAt: number,
  c: number,
  rows: number,
  bias: number,
  { code, alpha }: Activation,
): void {
  kernels.product(
    rows,
    b.columns,
    a.columns,
    aAt,
    a.transposed,
    bAt,
    b.transposed,
    c,
    false,
    bias,
    code,
    alpha,
    productScratch,
  );
}

function operand(native: Native, call: Call, name: string, transpose: string): Operand {
  const tensor = call.floats(name);
  const transposed = call.flag(transpose);
  const [first = 1, second = 1] = tensor.shape.slice(-2);
  return {
    address: native.address(tensor),
    rows: transposed ? second : first,
    columns: transposed ? first : second,
    transposed,
    batch: tensor.shape.slice(0, -2),
  };
}

/** From a flat index into the broadcast batch to one into an operand's own. */
function batchIndex(own: readonly number[], whole: readonly number[]): (flat: number) => number {
  return (flat) => {
    let rest = flat;
    let index = 0;
    let stride = 1;
    for (let back = 1; back <= own.length; back++) {
      const size = whole[whole.length - back] ?? 1;
      const ownSize = own[own.length - back] ?? 1;
      if (ownSize > 1) index += (rest % size) * stride;
      stride *= ownSize;
      rest = Math.floor(rest / size);
    }
    return index;
  };
}

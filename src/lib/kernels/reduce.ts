// Sum and Mean over the first or the last axes, which is what losses and bias gradients ask for.
// Other axes, and integers, go to the kernel that tfjs brings.

import { util } from '../ops/tf.ts';
import type { TensorInfo } from '../ops/tf.ts';
import type { Kernel } from './define.ts';
import type { Native } from './native.ts';

/** Sum, or Mean where `mean`; attributes `axis` and `keepDims` as tfjs has them. */
export function reduce(native: Native, mean: boolean): Kernel {
  return (call) => {
    const x = call.any('x');
    const axes = util.parseAxisParam(call.axes('axis', x.shape), x.shape);
    const kept = x.shape.filter((_, axis) => !axes.includes(axis));
    const count = util.sizeFromShape(x.shape) / util.sizeFromShape(kept);
    const first = axes.every((axis) => axis < axes.length);
    const last = axes.every((axis) => axis >= kept.length);
    if (x.dtype !== 'float32' || util.sizeFromShape(x.shape) === 0 || !(first || last)) {
      return call.stock();
    }
    const keepDims = call.flag('keepDims');
    const shape = keepDims ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : kept;
    return reduceTo(native, x, shape, { count, last, scale: mean ? 1 / count : 1 });
  };
}

function reduceTo(
  native: Native,
  x: TensorInfo,
  shape: readonly number[],
  { count, last, scale }: { count: number; last: boolean; scale: number },
): TensorInfo {
  const out = native.output(shape);
  const results = util.sizeFromShape(out.shape);
  const [from, to] = [native.address(x), native.address(out)];
  if (last) native.kernels.sumColumns(results, count, from, to, scale);
  else native.kernels.sumRows(count, results, from, to, scale);
  return out;
}

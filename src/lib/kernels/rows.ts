// Gather and Tile as copies of whole rows, where tfjs-wasm copies number by number.
// Batched gathers, and texts, go to the kernel that tfjs brings.

import { util } from '../ops/tf.ts';
import type { TensorInfo } from '../ops/tf.ts';
import type { Kernel } from './define.ts';
import type { Native } from './native.ts';

/** x [...a, n, ...b] looked up by indices [...c] along `axis`: [...a, ...c, ...b]. */
export function gather(native: Native): Kernel {
  return (call) => {
    const [x, indices] = [call.any('x'), call.any('indices')];
    if (call.number('batchDims', 0) !== 0 || x.dtype === 'string' || indices.dtype !== 'int32') {
      return call.stock();
    }
    const [axis = 0] = util.parseAxisParam(call.number('axis', 0), x.shape);
    const size = x.shape[axis] ?? 0;
    const count = util.sizeFromShape(indices.shape);
    for (const index of native.integers(indices)) {
      if (index < 0 || index >= size) {
        throw call.error(`was asked for row ${index} of ${size}, counted from 0.`);
      }
    }
    const before = x.shape.slice(0, axis);
    const after = x.shape.slice(axis + 1);
    const out = native.output([...before, ...indices.shape, ...after], x.dtype);
    native.kernels.gatherRows(
      util.sizeFromShape(before),
      size,
      util.sizeFromShape(after) * util.bytesPerElement(x.dtype),
      native.address(x),
      count,
      native.address(indices),
      native.address(out),
    );
    return out;
  };
}

/** x repeated `reps` times along each axis, the last one first. */
export function tile(native: Native): Kernel {
  return (call) => {
    const x = call.any('x');
    if (x.dtype === 'string') return call.stock();
    const reps = call.numbers('reps');
    let from: TensorInfo = native.alias(x, x.shape);
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      const times = reps[axis] ?? 1;
      if (times === 1) continue;
      const shape = from.shape.map((size, i) => (i === axis ? size * times : size));
      const out = native.output(shape, x.dtype);
      native.kernels.repeat(
        util.sizeFromShape(from.shape.slice(0, axis)),
        util.sizeFromShape(from.shape.slice(axis)) * util.bytesPerElement(x.dtype),
        times,
        native.address(from),
        native.address(out),
      );
      native.backend.disposeData(from.dataId);
      from = out;
    }
    return from;
  };
}

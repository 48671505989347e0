// UnsortedSegmentSum, which tfjs-wasm lacks: without it, what is gathered cannot be trained.

import { util } from '../ops/tf.ts';
import type { Kernel } from './define.ts';
import type { Native } from './native.ts';

/** x [...s, ...inner] summed by segmentIds [...s] into [numSegments, ...inner]. */
export function unsortedSegmentSum(native: Native): Kernel {
  return (call) => {
    const x = call.floats('x');
    const ids = call.any('segmentIds');
    const segments = call.number('numSegments');
    const inner = x.shape.slice(ids.shape.length);
    if (ids.dtype !== 'int32' || !util.arraysEqual(ids.shape, x.shape.slice(0, ids.shape.length))) {
      throw call.error(
        `needs int32 ids for the first dimensions of [${x.shape.join(', ')}], not ${ids.dtype} [${ids.shape.join(', ')}].`,
      );
    }
    const out = native.output([segments, ...inner]);
    const misplaced = native.kernels.segmentSum(
      util.sizeFromShape(ids.shape),
      util.sizeFromShape(inner),
      native.address(x),
      native.address(ids),
      segments,
      native.address(out),
    );
    if (misplaced >= 0) {
      native.backend.disposeData(out.dataId);
      throw call.error(`was given an id of ${segments} or more at row ${misplaced}.`);
    }
    return out;
  };
}

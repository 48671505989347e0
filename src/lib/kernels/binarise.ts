// Binarise: grey bytes to zeros and ones by lib/ops/random.ts's own bits, ten times as fast as there.
// A kernel of this project's own name; a caller asks the registry whether the backend has it.

import type { Kernel } from './define.ts';
import type { Native } from './native.ts';

/**
 * Input: `grey` [rows, columns], its bytes 0 to 255 in a tensor of tfjs's one type of a byte, bool.
 * Attributes: `seed`, `stream`, and `row`, the random row that the first row of bytes draws from; each next row
 * of bytes draws from the next. Returns float32 of the same shape: 1 with probability grey / 255, else 0.
 */
export function binarise(native: Native): Kernel {
  return (call) => {
    const grey = call.any('grey');
    const [rows, columns] = grey.shape;
    if (
      grey.dtype !== 'bool' ||
      rows === undefined ||
      columns === undefined ||
      grey.shape.length > 2
    ) {
      throw call.error(`needs "grey" as bytes (bool) in two dimensions, not ${grey.dtype}.`);
    }
    const out = native.output([rows, columns]);
    native.kernels.binarise(
      rows,
      columns,
      native.address(grey),
      native.address(out),
      call.number('seed'),
      call.number('stream'),
      call.number('row'),
    );
    return out;
  };
}

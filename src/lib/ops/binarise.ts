// Binarised batches as tensors: random.ts's bits, drawn by the backend itself where it has a kernel for them.
import { binarise, type StreamId } from './random.ts';
import { engine, getBackend, getKernel, tensor2d, tidy } from './tf.ts';
import type { Tensor, Tensor2D } from './tf.ts';

/**
 * Zeros and ones of shape [rows, columns] from as many grey bytes: 1 with probability grey / 255.
 * Row r draws from the random row `row + r`. The same bits on every backend.
 */
export function binarised(
  grey: Uint8Array,
  [rows, columns]: readonly [number, number],
  seed: number,
  stream: StreamId,
  row: number,
): Tensor2D {
  // Types have it always there; the registry answers undefined for a kernel that a backend lacks.
  const kernel: unknown = getKernel('Binarise', getBackend());
  if (kernel !== undefined) {
    return tidy(() => {
      const bytes = tensor2d(grey, [rows, columns], 'bool'); // tfjs's one type of a byte
      const out: Tensor | Tensor[] = engine().runKernel(
        'Binarise',
        { grey: bytes },
        { seed, stream, row },
      );
      return out as Tensor2D;
    });
  }
  const bits = new Float32Array(grey.length);
  for (let r = 0; r < rows; r++) {
    const [from, to] = [r * columns, (r + 1) * columns];
    binarise(bits.subarray(from, to), grey.subarray(from, to), seed, stream, row + r);
  }
  return tensor2d(bits, [rows, columns]);
}

// Augmentation: each training image shifted, turned and resized a little, another way at every step. A pure function
// of (seed, step, place in the batch), so that a run resumed at any step sees what it would have seen.
// Knows bytes only: no tensors, no canvas.
import { fillUniform, Stream } from '../ops/random.ts';
import type { Augmentation } from '../protocol/messages.ts';

/** Random numbers of one image: two shifts, the angle, the size. */
const DRAWS = 4;

/** What happens to one image, about its middle: first resized, then turned, then shifted. */
export interface Move {
  /** Pixels, to the right and down. */
  readonly dx: number;
  readonly dy: number;
  /** Radians, clockwise as seen (y points down). */
  readonly angle: number;
  /** Factor of the size, above 0. */
  readonly scale: number;
}

/** Whether anything would be moved at all. */
export function moves({ shift, rotate, scale }: Augmentation): boolean {
  return shift > 0 || rotate > 0 || scale > 0;
}

/**
 * The moves of the `count` images of one batch, each uniform within its limits: the shift in ± `shift` on each axis,
 * the angle in ± `rotate`, the size's logarithm in ± log(1 + `scale`), so that larger and smaller are as likely.
 */
export function movesAt(
  { shift, rotate, scale }: Augmentation,
  count: number,
  seed: number,
  step: number,
): Move[] {
  const uniform = new Float64Array(DRAWS * count);
  fillUniform(uniform, seed, Stream.augment, step);
  const either = (i: number, n: number): number => 2 * uniform[DRAWS * i + n]! - 1;
  return Array.from({ length: count }, (_, i) => ({
    dx: shift * either(i, 0),
    dy: shift * either(i, 1),
    angle: ((rotate * Math.PI) / 180) * either(i, 2),
    scale: (1 + scale) ** either(i, 3),
  }));
}

/** Sizes of one image. */
export interface Extent {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Writes an image as a move leaves it: each pixel is looked up where it came from and interpolated between its four
 * neighbours. Beyond its edge an image goes on with its border, so that paper stays paper and a photo gets no frame.
 * @param into bytes of one image, overwritten; not `image` itself
 */
export function moveImage(
  into: Uint8Array,
  image: Uint8Array,
  { width, height, channels }: Extent,
  { dx, dy, angle, scale }: Move,
): void {
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  const [right, bottom] = [width - 1, height - 1];
  const [middleX, middleY] = [right / 2, bottom / 2];
  let to = 0;
  for (let row = 0; row < height; row++) {
    const y = row - middleY - dy;
    for (let column = 0; column < width; column++) {
      const x = column - middleX - dx;
      const fromX = Math.min(right, Math.max(0, cos * x + sin * y + middleX));
      const fromY = Math.min(bottom, Math.max(0, cos * y - sin * x + middleY));
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const shareX = fromX - left;
      const shareY = fromY - top;
      const here = (top * width + left) * channels;
      const next = left < right ? channels : 0;
      const below = top < bottom ? width * channels : 0;
      for (let channel = 0; channel < channels; channel++) {
        const at = here + channel;
        const upper = image[at]! + shareX * (image[at + next]! - image[at]!);
        const lower =
          image[at + below]! + shareX * (image[at + below + next]! - image[at + below]!);
        into[to++] = upper + shareY * (lower - upper) + 0.5;
      }
    }
  }
}

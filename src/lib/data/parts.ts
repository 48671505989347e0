// Which of a growing set of images are trained on and which are held out. An image's part is settled when it is first
// trained with and never changes: what a run has seen is never called held out later. Knows no pixels.
import { EVALUATION_SEED, permutation, Stream } from '../ops/random.ts';

export const Part = { open: 0, training: 1, heldOut: 2 } as const;

/** Fewer images than these are all trained on. */
export const LEAST_TO_HOLD_OUT = 10;

/**
 * Settles the open ones, so that one in five of all is held out as far as the open ones allow. Drawn by lot, since
 * files are often sorted by class.
 * @param parts [n] values of Part
 */
export function settled(parts: Uint8Array): Uint8Array {
  const open = Array.from(parts.keys()).filter((i) => parts[i] === Part.open);
  const wanted = parts.length < LEAST_TO_HOLD_OUT ? 0 : Math.floor(parts.length / 5);
  const held = parts.reduce((sum, part) => sum + (part === Part.heldOut ? 1 : 0), 0);
  const lot = permutation(open.length, EVALUATION_SEED, Stream.heldOut, parts.length);
  const out = parts.slice();
  open.forEach((i, n) => {
    out[i] = lot[n]! < wanted - held ? Part.heldOut : Part.training;
  });
  return out;
}

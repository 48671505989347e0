// The two dimensions of a code that a plane shows, and the codes behind the decoded picture under it.
// Pure numbers; knows no worker and no canvas.
import { tileCentres } from '../../../lib/metrics/arrays/plane.ts';

/** The two latent dimensions that the plane shows, horizontal and vertical. */
export type Axes = readonly [number, number];

/** `base` with the shown dimensions set to (x, y). */
export function withPoint(base: Float32Array, [a, b]: Axes, x: number, y: number): Float32Array {
  const code = Float32Array.from(base);
  if (b < code.length) code[b] = y;
  if (a < code.length) code[a] = x;
  return code;
}

/** The codes of the decoded manifold's tiles, the dimensions not shown held at `base`: [tiles, dimensions]. */
export function manifoldCodes(base: Float32Array, axes: Axes, extent: number): Float32Array {
  const centres = tileCentres(extent);
  const codes = new Float32Array((centres.length / 2) * base.length);
  for (let tile = 0; 2 * tile < centres.length; tile++) {
    const [x, y] = [centres[2 * tile]!, centres[2 * tile + 1]!];
    codes.set(withPoint(base, axes, x, y), tile * base.length);
  }
  return codes;
}

/** Dimensions from the most to the least informative: by KL, or by the codes' variance without one. */
export function byInformation(
  kl: readonly number[],
  variance: readonly number[],
): readonly number[] {
  const weight = kl.length > 0 ? kl : variance;
  return weight.map((_, d) => d).sort((a, b) => weight[b]! - weight[a]!);
}

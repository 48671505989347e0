// Sets of codes that the lab decodes for its pictures: the manifold under the plane, a path, a traversal.
// Pure numbers; knows no worker and no canvas.
import { tileCentres } from '../../../lib/metrics/arrays/plane.ts';

/** The two latent dimensions that the plane shows, horizontal and vertical. */
export type Axes = readonly [number, number];

/** Pictures along an interpolation or a traversal. */
export const PATH_LENGTH = 7;

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

/** PATH_LENGTH codes on the straight line between two, ends included. */
export function pathCodes(from: Float32Array, to: Float32Array): Float32Array {
  const codes = new Float32Array(PATH_LENGTH * from.length);
  for (let i = 0; i < PATH_LENGTH; i++) {
    const t = i / (PATH_LENGTH - 1);
    for (let d = 0; d < from.length; d++) {
      codes[i * from.length + d] = (1 - t) * from[d]! + t * to[d]!;
    }
  }
  return codes;
}

/** For each of `dimensions`, PATH_LENGTH codes from −extent to extent in it, the others held at `base`. */
export function traversalCodes(
  base: Float32Array,
  dimensions: readonly number[],
  extent: number,
): Float32Array {
  const codes = new Float32Array(dimensions.length * PATH_LENGTH * base.length);
  dimensions.forEach((dimension, row) => {
    for (let i = 0; i < PATH_LENGTH; i++) {
      const code = Float32Array.from(base);
      code[dimension] = ((2 * i) / (PATH_LENGTH - 1) - 1) * extent;
      codes.set(code, (row * PATH_LENGTH + i) * base.length);
    }
  });
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

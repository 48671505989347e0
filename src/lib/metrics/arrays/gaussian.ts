// Gaussians over codes as plain numbers: samples with their densities, covariances, ellipses of two dimensions.
import type { CodeGaussian } from '../../protocol/queries.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/**
 * z = mean + L ε of each row of `noise` [count, dimensions], and log q(z) = −½|ε|² − ½ Σ logVar − ½ d log 2π in nats:
 * |det L| is the product of its diagonal.
 */
export function gaussianSamples(
  { mean, logVar, lower }: CodeGaussian,
  noise: Float32Array,
): { readonly codes: Float32Array; readonly logDensities: Float64Array } {
  const d = mean.length;
  const codes = new Float32Array(noise.length);
  const logDensities = new Float64Array(noise.length / d);
  const deviations = logVar.map((v) => Math.exp(v / 2));
  const constant = -0.5 * (logVar.reduce((sum, v) => sum + v, 0) + d * LOG_2PI);
  for (let row = 0, at = 0; at < noise.length; row += 1, at += d) {
    let squares = 0;
    for (let i = 0; i < d; i++) {
      const own = noise[at + i]!;
      let z = mean[i]! + deviations[i]! * own;
      if (lower.length > 0) for (let j = 0; j < i; j++) z += lower[i * d + j]! * noise[at + j]!;
      codes[at + i] = z;
      squares += own * own;
    }
    logDensities[row] = constant - 0.5 * squares;
  }
  return { codes, logDensities };
}

/** An ellipse of a plane: `axes` are the two half axes' lengths, the first at `angle` (radians) from the horizontal. */
export interface Ellipse {
  readonly centre: readonly [number, number];
  readonly axes: readonly [number, number];
  readonly angle: number;
}

/** The one-standard-deviation ellipse of a two-dimensional Gaussian. */
export function ellipseOf({ mean, logVar, lower }: CodeGaussian): Ellipse {
  const [a, c] = [Math.exp(logVar[0]! / 2), Math.exp(logVar[1]! / 2)];
  const b = lower.length > 0 ? lower[2]! : 0;
  const [xx, xy, yy] = [a * a, a * b, b * b + c * c]; // L Lᵀ
  const middle = (xx + yy) / 2;
  const radius = Math.hypot((xx - yy) / 2, xy);
  return {
    centre: [mean[0]!, mean[1]!],
    axes: [Math.sqrt(middle + radius), Math.sqrt(Math.max(0, middle - radius))],
    angle: 0.5 * Math.atan2(2 * xy, xx - yy),
  };
}

// Gaussian posteriors as plain numbers: KL by dimension, active units, the terms of one image.
// The same quantities as lib/models/vae.ts computes on tensors, for arrays that have left the worker.

/** Codes of several images, row-major [count, dimensions]; `logVar` is empty for a deterministic code. */
export interface CodeArrays {
  readonly mean: Float32Array;
  readonly logVar: Float32Array;
  readonly dimensions: number;
}

/** Variance of the posterior mean over images above which a dimension counts as active (Burda et al. 2016). */
export const ACTIVE_ABOVE = 0.01;

/** KL(N(μ, σ²) ‖ N(0, 1)) in nats, from μ and log σ². */
export function klOfOne(mean: number, logVar: number): number {
  return 0.5 * (mean * mean + Math.exp(logVar) - 1 - logVar);
}

/** KL of each dimension, averaged over the images, in nats; empty for a deterministic code. */
export function klPerDimension({ mean, logVar, dimensions }: CodeArrays): number[] {
  if (logVar.length === 0) return [];
  const sums = new Array<number>(dimensions).fill(0);
  for (let i = 0; i < mean.length; i++) sums[i % dimensions]! += klOfOne(mean[i]!, logVar[i]!);
  const count = mean.length / dimensions;
  return sums.map((sum) => sum / count);
}

/** Variance over the images of each dimension's mean. */
export function codeVariance({ mean, dimensions }: CodeArrays): number[] {
  const count = mean.length / dimensions;
  const sums = new Array<number>(dimensions).fill(0);
  const squares = new Array<number>(dimensions).fill(0);
  for (let i = 0; i < mean.length; i++) {
    sums[i % dimensions]! += mean[i]!;
    squares[i % dimensions]! += mean[i]! ** 2;
  }
  return sums.map((sum, d) => Math.max(0, squares[d]! / count - (sum / count) ** 2));
}

/** How many of these variances are above the threshold. */
export function activeUnits(variances: readonly number[]): number {
  return variances.filter((variance) => variance > ACTIVE_ABOVE).length;
}

// float32 means reach exactly 0 and 1; the loss itself is computed from logits and has no such edge.
const EDGE = 1e-7;

/** −log p(x|z) of one image under Bernoulli means in [0, 1], summed over pixels, in nats. */
export function bernoulliNll(means: Float32Array, x: Float32Array): number {
  let nll = 0;
  for (let i = 0; i < x.length; i++) {
    const mean = Math.min(1 - EDGE, Math.max(EDGE, means[i]!));
    nll -= x[i]! * Math.log(mean) + (1 - x[i]!) * Math.log(1 - mean);
  }
  return nll;
}

// A mixture of Gaussians fitted to codes, and draws from it: a prior found after training (ex-post density estimation,
// Ghosh et al. 2020). Plain arrays; draws the noise it is given. The same codes give the same mixture.
import { chances } from './draws.ts';
import { drawFrom, fitGaussian, type FittedGaussian } from './fitted-gaussian.ts';

export interface FittedMixture {
  /** Share of each part; they sum to 1. */
  readonly weights: Float64Array;
  readonly parts: readonly FittedGaussian[];
}

/** As many as Ghosh et al. fit. */
const PARTS = 10;
/** Steps of EM. */
const STEPS = 25;
/** Added to the variances of a part, as a share of those of all codes: no part shrinks to a point. */
const RIDGE = 0.02;

interface Fitting {
  readonly parts?: number;
  readonly steps?: number;
  /** Waited for between two steps. */
  readonly pause?: () => Promise<void>;
}

/** A mixture of large likelihood of codes, [count, dimensions], by EM from starts that lie apart. */
export async function fitMixture(
  codes: Float32Array,
  dimensions: number,
  { parts: wanted = PARTS, steps = STEPS, pause }: Fitting = {},
): Promise<FittedMixture> {
  const count = codes.length / dimensions;
  const whole = fitGaussian(codes, dimensions);
  const parts = Math.max(1, Math.min(wanted, count));
  const ridge = RIDGE * meanVariance(whole);
  // Every part begins as wide as all codes together.
  let mixture: FittedMixture = {
    weights: new Float64Array(parts).fill(1 / parts),
    parts: starts(codes, dimensions, parts).map((mean) => ({ mean, factor: whole.factor })),
  };
  for (let step = 0; step < steps; step++) {
    const shares = sharesOf(mixture, codes);
    const weights = shares.map((share) => share.reduce((sum, value) => sum + value, 0) / count);
    mixture = {
      weights: Float64Array.from(weights),
      parts: shares.map((share) => fitGaussian(codes, dimensions, { weights: share, ridge })),
    };
    await pause?.();
  }
  return mixture;
}

/**
 * Codes from standard normals [count, dimensions] and one number in [0, 1) for each row, which chooses its part; the
 * deviation of the part is multiplied by `temperature`.
 */
export function drawFromMixture(
  { weights, parts }: FittedMixture,
  noise: Float32Array,
  chosenBy: Float32Array,
  temperature = 1,
): Float32Array {
  const dimensions = parts[0]?.mean.length ?? 0;
  const out = new Float32Array(noise.length);
  chosenBy.forEach((chance, row) => {
    const part = parts[pick(weights, chance)]!;
    const span = [row * dimensions, (row + 1) * dimensions] as const;
    const epsilon = noise.subarray(...span).map((value) => value * temperature);
    out.set(drawFrom(part, epsilon), span[0]);
  });
  return out;
}

/** Of each part its share in each code, [parts][count]: the E step. */
function sharesOf(mixture: FittedMixture, codes: Float32Array): Float64Array[] {
  const logs = mixture.parts.map((part, k) => logDensities(part, codes, mixture.weights[k]!));
  const count = logs[0]?.length ?? 0;
  for (let i = 0; i < count; i++) {
    const most = logs.reduce((max, log) => Math.max(max, log[i]!), -Infinity);
    let sum = 0;
    for (const log of logs) sum += log[i] = Math.exp(log[i]! - most);
    for (const log of logs) log[i]! /= sum;
  }
  return logs;
}

/** log of weight times density of every code, but for a constant that is the same for all parts. */
function logDensities(
  { mean, factor }: FittedGaussian,
  codes: Float32Array,
  weight: number,
): Float64Array {
  const d = mean.length;
  let constant = Math.log(weight);
  for (let a = 0; a < d; a++) constant -= Math.log(factor[a * d + a]!);
  const white = new Float64Array(d);
  const logs = new Float64Array(codes.length / d);
  for (let i = 0; i < logs.length; i++) {
    let log = constant;
    for (let a = 0; a < d; a++) {
      let rest = codes[i * d + a]! - mean[a]!;
      for (let b = 0; b < a; b++) rest -= factor[a * d + b]! * white[b]!;
      white[a] = rest / factor[a * d + a]!;
      log -= 0.5 * white[a]! ** 2;
    }
    logs[i] = log;
  }
  return logs;
}

/** Codes that lie apart: each is drawn with a chance that grows with its squared distance to those before (k-means++). */
function starts(codes: Float32Array, dimensions: number, wanted: number): Float64Array[] {
  const distance = new Float64Array(codes.length / dimensions).fill(1);
  return Array.from(chances(wanted, 0), (chance, k) => {
    const from = dimensions * pick(distance, chance);
    const start = Float64Array.from(codes.subarray(from, from + dimensions));
    distance.forEach((before, i) => {
      let squared = 0;
      for (let d = 0; d < dimensions; d++) squared += (codes[i * dimensions + d]! - start[d]!) ** 2;
      distance[i] = k === 0 ? squared : Math.min(before, squared);
    });
    return start;
  });
}

/** The index at which the running sum of the shares passes `chance`, in [0, 1), of the whole. */
function pick(shares: Float64Array, chance: number): number {
  let left = chance * shares.reduce((sum, share) => sum + share, 0);
  const found = shares.findIndex((share) => (left -= share) < 0);
  return found < 0 ? shares.length - 1 : found;
}

function meanVariance({ factor, mean }: FittedGaussian): number {
  return factor.reduce((sum, value) => sum + value ** 2, 0) / mean.length;
}

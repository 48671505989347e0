// log p(x) by importance sampling from the encoder's q (Burda et al. 2016, eq. 8 as an estimator):
// log (1/k) Σ p(x, z_i)/q(z_i|x). Streamed over k, so that memory does not grow with it.
import type { Batch, Family } from '../../models/family.ts';
import type { Parameters } from '../../ops/layers.ts';
import { EVALUATION_SEED, fillNormal, Stream } from '../../ops/random.ts';
import { tensor2d, tidy } from '../../ops/tf.ts';
import { logSumExp } from '../arrays/moments.ts';

/** A model as the estimators see it. */
export interface Model {
  readonly family: Family<unknown>;
  readonly config: unknown;
  readonly parameters: Parameters;
}

export interface ImportanceOptions {
  /** Images 0 … count − 1 are estimated. */
  readonly count: number;
  /** Samples for each image. */
  readonly k: number;
  /** Images `from` … `from + count − 1`, as the model sees them; its noise is not used. */
  readonly batchAt: (from: number, count: number) => Batch;
  readonly onProgress?: (images: number) => void;
}

export interface ImportanceEstimate {
  /** log p(x) of each image, nats. */
  readonly values: Float64Array;
  /**
   * Standard error of each value from its own weights, by the delta method: √(Σw²/(Σw)² − 1/k), nats.
   * Too small where k is too small for the proposal to have found the posterior's mass.
   */
  readonly standardErrors: Float64Array;
}

const ROWS = 1000; // codes decoded at once

/**
 * Estimates log p(x) of each image, in nats, with k samples; biased low by about the relative variance
 * of the weights over 2k. Throws where the family has no likelihood bound.
 */
export async function importanceLogLikelihood(
  { family, config, parameters }: Model,
  { count, k, batchAt, onProgress }: ImportanceOptions,
): Promise<ImportanceEstimate> {
  const logWeights = family.logWeights?.bind(family);
  if (!logWeights) throw new Error(`The family "${family.name}" bounds no likelihood.`);
  const latent = family.latentDim(config);
  const values = new Float64Array(count);
  const standardErrors = new Float64Array(count);

  const samplesAtOnce = Math.min(k, ROWS);
  const imagesAtOnce = Math.max(1, Math.floor(ROWS / samplesAtOnce));
  for (let from = 0; from < count; from += imagesAtOnce) {
    const images = Math.min(imagesAtOnce, count - from);
    // log Σw and log Σw² of each image, over what was drawn so far.
    const sums = Array.from({ length: images }, () => -Infinity);
    const squares = Array.from({ length: images }, () => -Infinity);
    for (let first = 0; first < k; first += samplesAtOnce) {
      const samples = Math.min(samplesAtOnce, k - first);
      const noise = new Float32Array(images * samples * latent);
      for (let i = 0; i < images; i++) {
        const own = noise.subarray(i * samples * latent, (i + 1) * samples * latent);
        fillNormal(own, EVALUATION_SEED, Stream.importance, from + i, first * latent);
      }
      const weights = tidy(() => {
        const { input, target } = batchAt(from, images);
        const epsilon = tensor2d(noise, [images * samples, latent]);
        return logWeights(config, parameters, { input, target, noise: epsilon }, samples);
      });
      const logs = await weights.data();
      weights.dispose();
      for (let i = 0; i < images; i++) {
        const own = logs.slice(i * samples, (i + 1) * samples);
        sums[i] = logSumExp([sums[i]!, logSumExp(own)]);
        squares[i] = logSumExp([squares[i]!, logSumExp(own.map((log) => 2 * log))]);
      }
    }
    for (let i = 0; i < images; i++) {
      values[from + i] = sums[i]! - Math.log(k);
      standardErrors[from + i] = Math.sqrt(
        Math.max(0, Math.exp(squares[i]! - 2 * sums[i]!) - 1 / k),
      );
    }
    onProgress?.(from + images);
  }
  return { values, standardErrors };
}

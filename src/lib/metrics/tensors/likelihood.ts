// log p(x) by importance sampling from the encoder's q (Burda et al. 2016, eq. 8 as an estimator):
// log (1/k) Σ p(x, z_i)/q(z_i|x). Streamed over k, so that memory does not grow with it.
import type { Batch, Family } from '../../models/family.ts';
import type { Parameters } from '../../ops/layers.ts';
import { EVALUATION_SEED, fillNormal, Stream } from '../../ops/random.ts';
import { tensor2d, tidy } from '../../ops/tf.ts';
import { LogWeights } from '../arrays/log-weights.ts';

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
  /** Row of the random stream for image 0; the others' follow. */
  readonly draw?: number;
  /** Images `from` … `from + count − 1`, as the model sees them; its noise is not used. */
  readonly batchAt: (from: number, count: number) => Batch;
  readonly onProgress?: (images: number) => void;
  /** Runs after every thousand samples or so, so that a worker can answer its messages. */
  readonly between?: () => Promise<void>;
}

/** What LogWeights tells, for each image; nats. */
export interface ImportanceEstimate {
  readonly values: Float64Array;
  readonly standardErrors: Float64Array;
  readonly elbos: Float64Array;
  readonly elboStandardErrors: Float64Array;
}

const ROWS = 1000; // codes decoded at once

/**
 * Estimates log p(x) of each image, in nats, with k samples; biased low by about the relative variance
 * of the weights over 2k. Throws where the family has no likelihood bound.
 */
export async function importanceLogLikelihood(
  { family, config, parameters }: Model,
  { count, k, draw = 0, batchAt, onProgress, between }: ImportanceOptions,
): Promise<ImportanceEstimate> {
  const logWeights = family.logWeights?.bind(family);
  if (!logWeights) throw new Error(`The family "${family.name}" bounds no likelihood.`);
  const latent = family.latentDim(config);
  const values = new Float64Array(count);
  const standardErrors = new Float64Array(count);
  const elbos = new Float64Array(count);
  const elboStandardErrors = new Float64Array(count);

  const samplesAtOnce = Math.min(k, ROWS);
  const imagesAtOnce = Math.max(1, Math.floor(ROWS / samplesAtOnce));
  for (let from = 0; from < count; from += imagesAtOnce) {
    const images = Math.min(imagesAtOnce, count - from);
    const drawn = Array.from({ length: images }, () => new LogWeights());
    for (let first = 0; first < k; first += samplesAtOnce) {
      const samples = Math.min(samplesAtOnce, k - first);
      const noise = new Float32Array(images * samples * latent);
      for (let i = 0; i < images; i++) {
        const own = noise.subarray(i * samples * latent, (i + 1) * samples * latent);
        fillNormal(own, EVALUATION_SEED, Stream.importance, draw + from + i, first * latent);
      }
      const weights = tidy(() => {
        const { input, target } = batchAt(from, images);
        const epsilon = tensor2d(noise, [images * samples, latent]);
        return logWeights(config, parameters, { input, target, noise: epsilon }, samples);
      });
      const logs = await weights.data();
      weights.dispose();
      drawn.forEach((own, i) => {
        own.add(logs.subarray(i * samples, (i + 1) * samples));
      });
      await between?.();
    }
    drawn.forEach((own, i) => {
      const found = own.estimate();
      values[from + i] = found.value;
      standardErrors[from + i] = found.standardError;
      elbos[from + i] = found.elbo;
      elboStandardErrors[from + i] = found.elboStandardError;
    });
    onProgress?.(from + images);
  }
  return { values, standardErrors, elbos, elboStandardErrors };
}

// One image under a given q: its ELBO, log p(x) with q as proposal, and the unnormalised posterior at given codes.
// The encoder takes no part. Needs a family with a `logJoint`.
import type { CodeGaussian } from '../../protocol/queries.ts';
import { EVALUATION_SEED, fillNormal, Stream } from '../../ops/random.ts';
import { tensor2d, tidy, tile } from '../../ops/tf.ts';
import { gaussianSamples } from '../arrays/gaussian.ts';
import { LogWeights, type BoundEstimate } from '../arrays/log-weights.ts';
import type { Model } from './likelihood.ts';

const ROWS = 1000; // codes decoded at once

export interface BoundOptions {
  /** Samples. */
  readonly k: number;
  /** Row of the random stream: the same row, the same ε for every q. */
  readonly draw: number;
  /** Runs after every thousand samples, so that a worker can answer its messages. */
  readonly between?: (() => Promise<void>) | undefined;
}

/** The ELBO of q and log p(x) by importance sampling from it, in nats. `image` is [inputDim]. */
export async function boundOf(
  model: Model,
  image: Float32Array,
  q: CodeGaussian,
  { k, draw, between }: BoundOptions,
): Promise<BoundEstimate> {
  const latent = q.mean.length;
  const weights = new LogWeights();
  for (let from = 0; from < k; from += ROWS) {
    const noise = new Float32Array(Math.min(ROWS, k - from) * latent);
    fillNormal(noise, EVALUATION_SEED, Stream.importance, draw, from * latent);
    const { codes, logDensities } = gaussianSamples(q, noise);
    const joints = await rowsOf(model, image, codes);
    weights.add(joints.map((log, i) => log - logDensities[i]!));
    await between?.();
  }
  return weights.estimate();
}

/** log p(x, z) = log p(x|z) + log p(z) of one image with each code, [count], nats. `codes` is [count, latent]. */
export async function logJointOf(
  model: Model,
  image: Float32Array,
  codes: Float32Array,
  between?: () => Promise<void>,
): Promise<Float32Array> {
  const latent = model.family.latentDim(model.config);
  const values = new Float32Array(codes.length / latent);
  for (let from = 0; from < values.length; from += ROWS) {
    values.set(
      await rowsOf(model, image, codes.subarray(from * latent, (from + ROWS) * latent)),
      from,
    );
    await between?.();
  }
  return values;
}

/** At most `ROWS` codes of one image. */
async function rowsOf(
  { family, config, parameters }: Model,
  image: Float32Array,
  codes: Float32Array,
): Promise<Float32Array> {
  const logJoint = family.logJoint?.bind(family);
  if (!logJoint) throw new Error(`The family "${family.name}" has no density of image and code.`);
  const latent = family.latentDim(config);
  const count = codes.length / latent;
  const joint = tidy(() => {
    const x = tile(tensor2d(image, [1, image.length]), [count, 1]);
    return logJoint(config, parameters, tensor2d(codes, [count, latent]), x);
  });
  const values = Float32Array.from(await joint.data());
  joint.dispose();
  return values;
}

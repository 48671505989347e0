// log p(x) by importance sampling from the encoder's q (Burda et al. 2016, eq. 8 as an estimator):
// log (1/k) Σ p(x, z_i)/q(z_i|x). Streamed over k, so that memory does not grow with it.
import { imageSize, type ImageSet } from '../../data/images.ts';
import { fillNormal, EVALUATION_SEED, Stream } from '../../ops/random.ts';
import { tensor2d, tidy } from '../../ops/tf.ts';
import { evaluationBatch } from '../../train/batches.ts';
import type { Trainer } from '../../train/trainer.ts';
import { logSumExp } from '../arrays/moments.ts';

const ROWS = 1000; // codes decoded at once

/**
 * Estimates log p(x), nats, of images 0 … count−1 with k samples each; biased low by about the relative
 * variance of the weights over 2k. Throws where the family has no likelihood bound.
 */
export async function importanceLogLikelihood(
  trainer: Trainer,
  set: ImageSet,
  count: number,
  k: number,
  onImage: (done: number) => void = () => {},
): Promise<Float64Array> {
  const { family, config, parameters } = trainer;
  if (!family.logWeights) throw new Error(`The family "${family.name}" bounds no likelihood.`);
  const latent = family.noiseDim(config);
  const shape = { binarises: family.binarises(config), noiseDim: latent };
  if (imageSize(set) !== family.inputDim(config)) throw new RangeError('Images of another size.');
  const result = new Float64Array(count);

  const samplesAtOnce = Math.min(k, ROWS);
  const imagesAtOnce = Math.max(1, Math.floor(ROWS / samplesAtOnce));
  for (let from = 0; from < count; from += imagesAtOnce) {
    const images = Math.min(imagesAtOnce, count - from);
    const partial = Array.from({ length: images }, () => [] as number[]);
    for (let first = 0; first < k; first += samplesAtOnce) {
      const samples = Math.min(samplesAtOnce, k - first);
      const noise = new Float32Array(images * samples * latent);
      for (let i = 0; i < images; i++) {
        const own = noise.subarray(i * samples * latent, (i + 1) * samples * latent);
        fillNormal(own, EVALUATION_SEED, Stream.importance, from + i, first * latent);
      }
      const weights = tidy(() => {
        const { input, target } = evaluationBatch(set, from, images, { ...shape, noiseDim: 0 });
        const epsilon = tensor2d(noise, [images * samples, latent]);
        return family.logWeights!(config, parameters, { input, target, noise: epsilon }, samples);
      });
      const values = await weights.data();
      weights.dispose();
      for (let i = 0; i < images; i++) {
        partial[i]!.push(logSumExp(values.subarray(i * samples, (i + 1) * samples)));
      }
    }
    for (let i = 0; i < images; i++) result[from + i] = logSumExp(partial[i]!) - Math.log(k);
    onImage(from + images);
  }
  return result;
}

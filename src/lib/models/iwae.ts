// The importance-weighted autoencoder (Burda, Grosse and Salakhutdinov 2016): the VAE's networks, trained on the
// tighter bound log (1/k) Σ p(x, z_i)/q(z_i|x) over k codes of each image. With k = 1 it is the ELBO, its KL sampled.
// Owns no variables, randomness or backend.
import { importanceBound, klToStandardNormal } from '../ops/losses.ts';
import { hiddenLayers, type Parameters } from '../ops/layers.ts';
import { mean, reshape, softmax, sum } from '../ops/tf.ts';
import type { Rank, Scalar, Tensor1D } from '../ops/tf.ts';
import type { Batch, EvaluationTerms, Family, ForwardStage, Loss } from './family.ts';
import { iwaeDefaults, iwaeShapes, parseIwae, type IwaeConfig } from './iwae.config.ts';
import { decodeStage, encodeStage, sampleStage } from './stages.ts';
import {
  decode,
  encode,
  logJoint,
  reparameterise,
  sampledTerms,
  type SampledTerms,
} from './vae.ts';

/** One image's k codes follow each other in the batch's noise: [batch, k · latent] to [batch · k, latent]. */
function sample(config: IwaeConfig, p: Parameters, batch: Batch): SampledTerms {
  if (!batch.noise)
    throw new Error('The IWAE samples its codes: give it noise, [batch, k · latent].');
  const rows = batch.input.shape[0] * config.samples;
  const noise = reshape<Rank.R2>(batch.noise, [rows, config.latentDim]);
  return sampledTerms(config, p, { ...batch, noise }, config.samples);
}

/** The negative bound, and the ELBO's two terms beside it: means over the batch, nats per image. */
export function loss(config: IwaeConfig, p: Parameters, batch: Batch): Loss {
  const { posterior, reconstruction, logWeights } = sample(config, p, batch);
  const bound = mean<Scalar>(importanceBound(logWeights));
  const kl = mean<Tensor1D>(klToStandardNormal(posterior.mean, posterior.logVar), 0);
  return { objective: bound, terms: [bound, mean<Scalar>(reconstruction), sum<Scalar>(kl)] };
}

export function evaluate(config: IwaeConfig, p: Parameters, batch: Batch): EvaluationTerms {
  const { posterior, reconstruction, logWeights } = sample(config, p, batch);
  const klPerDimension = klToStandardNormal(posterior.mean, posterior.logVar);
  return {
    perImage: [importanceBound(logWeights), mean(reconstruction, 1), sum(klPerDimension, 1)],
    klPerDimension,
    codes: posterior,
  };
}

/** One image's way through the network, by the same functions as the loss: every code is decoded and weighed. */
function stages(config: IwaeConfig, p: Parameters, image: Batch): readonly ForwardStage[] {
  const { hidden, activation, samples, latentDim, inputDim } = config;
  const depth = hidden.length;
  const { posterior, logWeights } = sample(config, p, image);
  const noise = reshape<Rank.R2>(image.noise ?? [], [samples, latentDim]);
  const z = reparameterise(posterior, noise);
  const inside = hiddenLayers(p, 'encoder', depth, activation, image.input);
  const behind = hiddenLayers(p, 'decoder', depth, activation, z);
  return [
    encodeStage(config, image.input, inside, posterior),
    sampleStage(
      reshape(noise, [1, samples, latentDim]),
      reshape(z, [1, samples, latentDim]),
      samples,
    ),
    decodeStage(
      config,
      reshape(behind, [1, samples, -1]),
      reshape(decode(config, p, z), [1, samples, inputDim]),
    ),
    {
      name: 'loss',
      says: `Each of the ${samples} codes gets a weight: how much better it explains x than q(z|x) made it likely. The bound is the logarithm of their mean, so the codes with the largest weights decide.`,
      equation: 'log w_i = log p_θ(x|z_i) + log p(z_i) − log q_φ(z_i|x)\nL = −log (1/k) Σ_i w_i',
      tensors: [
        { name: 'log w', part: 'dec', value: logWeights, scale: 'signed' },
        { name: 'w_i / Σ w', part: 'lat', value: softmax(logWeights), scale: 'ink' },
      ],
    },
  ];
}

export const family: Family<IwaeConfig> = {
  name: 'iwae',
  terms: () => ['bound', 'reconstruction', 'kl'],
  defaults: iwaeDefaults,
  parse: parseIwae,
  shapes: iwaeShapes,
  noiseDim: (config) => config.samples * config.latentDim,
  latentDim: (config) => config.latentDim,
  inputDim: (config) => config.inputDim,
  binarises: (config) => config.likelihood === 'bernoulli',
  loss,
  objective: (terms) => terms['bound'] ?? NaN,
  evaluate,
  logWeights: (config, p, batch, samples) => sampledTerms(config, p, batch, samples).logWeights,
  logJoint,
  encode,
  decode,
  stages,
};

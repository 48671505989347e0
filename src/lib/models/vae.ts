// The variational autoencoder (Kingma and Welling 2014; Rezende et al. 2014) with dense networks.
// Owns no variables, randomness or backend: parameters and noise come in, tensors go out.
import { klToStandardNormal, bernoulliNll, gaussianNll } from '../ops/losses.ts';
import { dense, hiddenLayers, type Parameters } from '../ops/layers.ts';
import {
  add,
  clipByValue,
  exp,
  maximum,
  mean,
  mul,
  reshape,
  sigmoid,
  square,
  sub,
  sum,
  tile,
} from '../ops/tf.ts';
import type { Scalar, Tensor1D, Tensor2D } from '../ops/tf.ts';
import type { Settings } from '../protocol/model.ts';
import type { Batch, EvaluationTerms, Family, ForwardStage, Loss } from './family.ts';
import { decodeStage, encodeStage, lossStage, pixelLoss, sampleStage } from './stages.ts';
import { parseVae, vaeDefaults, vaeShapes, type VaeConfig } from './vae.config.ts';

/** q(z|x) = N(mean, diag exp(logVar)); each is [batch, latent]. */
export interface Posterior {
  readonly mean: Tensor2D;
  readonly logVar: Tensor2D;
}

// exp(±11) stays within the range of 16-bit floats (e¹² does not), and no trained model comes near it.
// Beyond the limit the gradient is zero.
const LOG_VAR_LIMIT = 11;

/** The encoder φ: images [batch, pixels] to the mean and log-variance of q(z|x). */
export function encode(config: VaeConfig, p: Parameters, x: Tensor2D): Posterior {
  const h = hiddenLayers(p, 'encoder', config.hidden.length, config.activation, x);
  const logVar = clipByValue(dense(p, 'log_var', h), -LOG_VAR_LIMIT, LOG_VAR_LIMIT);
  return { mean: dense(p, 'mean', h), logVar };
}

/** z = μ + σ ⊙ ε with σ = exp(½ log σ²); noise ε is [batch, latent], standard normal. */
export function reparameterise({ mean, logVar }: Posterior, noise: Tensor2D): Tensor2D {
  return add(mean, mul(exp(mul(logVar, 0.5)), noise));
}

/** The decoder θ up to its last layer: codes [batch, latent] to logits (or Gaussian means) [batch, pixels]. */
export function decodeLogits(config: VaeConfig, p: Parameters, z: Tensor2D): Tensor2D {
  const depth = config.hidden.length;
  const h = hiddenLayers(p, 'decoder', depth, config.activation, z);
  return dense(p, `decoder.${depth}`, h);
}

/** −log p(x|z) of each image, [batch], in nats: summed over pixels. */
export function reconstructionTerm(config: VaeConfig, logits: Tensor2D, x: Tensor2D): Tensor1D {
  return config.likelihood === 'bernoulli' ? bernoulliNll(logits, x) : gaussianNll(logits, x, 1);
}

/**
 * The negative ELBO with weight β on the KL. Both terms are means over the batch, in nats per image.
 * The objective may differ from reconstruction + β·KL in two ways that a reader switches on:
 * warm-up (the weight grows from 0) and free bits (a floor under each dimension's batch-mean KL).
 */
export function loss(
  config: VaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
  settings: Settings,
  step: number,
): Loss {
  const posterior = encode(config, p, input);
  const z = reparameterise(posterior, required(noise));
  const logits = decodeLogits(config, p, z);

  const reconstruction = mean<Scalar>(reconstructionTerm(config, logits, target));
  const klPerDimension = mean<Tensor1D>(klToStandardNormal(posterior.mean, posterior.logVar), 0); // [latent]
  const kl = sum<Scalar>(klPerDimension);

  const { beta, freeBits } = { ...vaeDefaults, ...settings };
  const penalised = freeBits > 0 ? sum<Scalar>(maximum(klPerDimension, freeBits)) : kl;
  const objective = add<Scalar>(reconstruction, mul(penalised, beta * warmup(settings, step)));
  return { objective, terms: [reconstruction, kl] };
}

/** The share of β in force at this step: linear from 0 to 1 over `warmupSteps`. */
export function warmup(settings: Settings, step: number): number {
  const { warmupSteps } = { ...vaeDefaults, ...settings };
  return warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1;
}

/** Both terms for each image, and the KL of each latent dimension. */
export function evaluate(
  config: VaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
): EvaluationTerms {
  const posterior = encode(config, p, input);
  const logits = decodeLogits(config, p, reparameterise(posterior, required(noise)));
  const klPerDimension = klToStandardNormal(posterior.mean, posterior.logVar);
  return {
    perImage: [reconstructionTerm(config, logits, target), sum(klPerDimension, 1)],
    klPerDimension,
    codes: posterior,
  };
}

/** Several codes for each image, with what the bounds of Burda et al. (2016) are made of. */
export interface SampledTerms {
  readonly posterior: Posterior;
  /** −log p(x|z) of each code, [batch, samples], nats. */
  readonly reconstruction: Tensor2D;
  /** log p(x|z) + log p(z) − log q(z|x) of each code, [batch, samples], nats. */
  readonly logWeights: Tensor2D;
}

/**
 * Draws `samples` codes of each image from noise [batch · samples, latent], one image's samples in a row.
 * With z = μ + σ ⊙ ε the constants ½ log 2π of prior and posterior cancel:
 * log p(z) − log q(z|x) = ½ Σ (ε² + log σ² − z²).
 */
export function sampledTerms(
  config: VaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
  samples: number,
): SampledTerms {
  const repeat = (t: Tensor2D): Tensor2D => {
    if (samples === 1) return t;
    const [rows, columns] = t.shape;
    return reshape(tile(t, [1, samples]), [rows * samples, columns]);
  };
  const posterior = encode(config, p, input);
  const logVar = repeat(posterior.logVar);
  const epsilon = required(noise);
  const z = reparameterise({ mean: repeat(posterior.mean), logVar }, epsilon);
  const nll = reconstructionTerm(config, decodeLogits(config, p, z), repeat(target));
  const densityRatio = mul(sum(sub(add(square(epsilon), logVar), square(z)), 1), 0.5);
  const shape: [number, number] = [input.shape[0], samples];
  return {
    posterior,
    reconstruction: reshape(nll, shape),
    logWeights: reshape(sub(densityRatio, nll), shape),
  };
}

/** log p(x|z) + log p(z) of each code with its image, [n], nats; the prior is N(0, I). */
export function logJoint(config: VaeConfig, p: Parameters, z: Tensor2D, x: Tensor2D): Tensor1D {
  const nll = reconstructionTerm(config, decodeLogits(config, p, z), x);
  const constant = config.latentDim * Math.log(2 * Math.PI);
  const logPrior = mul<Tensor1D>(add(sum<Tensor1D>(square(z), 1), constant), -0.5);
  return sub(logPrior, nll);
}

/** Codes [n, latent] to decoder means [n, pixels] in [0, 1]. */
export function decode(config: VaeConfig, p: Parameters, z: Tensor2D): Tensor2D {
  const out = decodeLogits(config, p, z);
  return config.likelihood === 'bernoulli' ? sigmoid(out) : clipByValue(out, 0, 1);
}

/** One image's way through the network, by the same functions as the loss. */
export function stages(
  config: VaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
  settings: Settings,
  step: number,
): readonly ForwardStage[] {
  const { hidden, activation } = config;
  const depth = hidden.length;
  const epsilon = required(noise);
  const posterior = encode(config, p, input);
  const z = reparameterise(posterior, epsilon);
  const logits = decodeLogits(config, p, z);
  const { beta, freeBits } = { ...vaeDefaults, ...settings };
  const klTerm = freeBits > 0 ? 'Σ_j max(λ, KL_j)' : 'KL(q_φ(z|x) ‖ p(z))';
  const weight = beta * warmup(settings, step);
  return [
    encodeStage(config, input, hiddenLayers(p, 'encoder', depth, activation, input), posterior),
    sampleStage(epsilon, z),
    decodeStage(config, hiddenLayers(p, 'decoder', depth, activation, z), decode(config, p, z)),
    lossStage(
      `L = −log p_θ(x|z) + β ${klTerm}`,
      {
        perPixel: pixelLoss(config, logits, target),
        kl: klToStandardNormal(posterior.mean, posterior.logVar),
      },
      [{ name: 'β in this update', part: 'lat', value: weight, unit: '' }],
    ),
  ];
}

export const family: Family<VaeConfig> = {
  name: 'vae',
  terms: () => ['reconstruction', 'kl'],
  defaults: vaeDefaults,
  parse: parseVae,
  shapes: vaeShapes,
  noiseDim: (config) => config.latentDim,
  latentDim: (config) => config.latentDim,
  inputDim: (config) => config.inputDim,
  binarises: (config) => config.likelihood === 'bernoulli',
  loss,
  objective: (terms, settings) =>
    (terms['reconstruction'] ?? NaN) +
    (settings['beta'] ?? vaeDefaults.beta) * (terms['kl'] ?? NaN),
  evaluate,
  logWeights: (config, p, batch, samples) => sampledTerms(config, p, batch, samples).logWeights,
  logJoint,
  encode,
  decode,
  stages,
};

function required(noise: Tensor2D | null): Tensor2D {
  if (!noise) throw new Error('The VAE samples its code: give it noise, [batch, latent].');
  return noise;
}

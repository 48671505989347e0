// The plain autoencoder with dense networks: the VAE's two networks without noise and without KL.
// Owns no variables, randomness or backend.
import { bernoulliNll, gaussianNll } from '../ops/losses.ts';
import { dense, hiddenLayers, type Parameters } from '../ops/layers.ts';
import { clipByValue, mean, sigmoid } from '../ops/tf.ts';
import type { Scalar, Tensor1D, Tensor2D } from '../ops/tf.ts';
import { aeDefaults, aeShapes, parseAe, type AeConfig } from './ae.config.ts';
import type { Batch, Family, ForwardStage, Loss } from './family.ts';
import { decodeStage, encodeStage, lossStage, pixelLoss } from './stages.ts';

/** The encoder φ: images [batch, pixels] to codes [batch, latent]. */
export function encode(config: AeConfig, p: Parameters, x: Tensor2D): Tensor2D {
  const h = hiddenLayers(p, 'encoder', config.hidden.length, config.activation, x);
  return dense(p, 'code', h);
}

/** The decoder θ up to its last layer: codes [batch, latent] to logits (or means) [batch, pixels]. */
export function decodeLogits(config: AeConfig, p: Parameters, z: Tensor2D): Tensor2D {
  const depth = config.hidden.length;
  const h = hiddenLayers(p, 'decoder', depth, config.activation, z);
  return dense(p, `decoder.${depth}`, h);
}

/** The reconstruction loss: a mean over the batch of sums over pixels, in nats per image. */
export function loss(config: AeConfig, p: Parameters, { input, target }: Batch): Loss {
  const logits = decodeLogits(config, p, encode(config, p, input));
  const reconstruction = mean<Scalar>(reconstructionTerm(config, logits, target));
  return { objective: reconstruction, terms: [reconstruction] };
}

/** Codes [n, latent] to decoder means [n, pixels] in [0, 1]. */
export function decode(config: AeConfig, p: Parameters, z: Tensor2D): Tensor2D {
  const out = decodeLogits(config, p, z);
  return config.likelihood === 'bernoulli' ? sigmoid(out) : clipByValue(out, 0, 1);
}

function reconstructionTerm(config: AeConfig, logits: Tensor2D, x: Tensor2D): Tensor1D {
  return config.likelihood === 'bernoulli' ? bernoulliNll(logits, x) : gaussianNll(logits, x, 1);
}

/** One image's way through the network, by the same functions as the loss. */
function stages(
  config: AeConfig,
  p: Parameters,
  { input, target }: Batch,
): readonly ForwardStage[] {
  const { hidden, activation } = config;
  const depth = hidden.length;
  const z = encode(config, p, input);
  const perPixel = pixelLoss(config, decodeLogits(config, p, z), target);
  const inside = hiddenLayers(p, 'encoder', depth, activation, input);
  return [
    encodeStage(config, input, inside, { mean: z, logVar: null }),
    decodeStage(config, hiddenLayers(p, 'decoder', depth, activation, z), decode(config, p, z)),
    lossStage('L = −log p_θ(x|z)', { perPixel }),
  ];
}

export const family: Family<AeConfig> = {
  name: 'ae',
  terms: ['reconstruction'],
  defaults: aeDefaults,
  parse: parseAe,
  shapes: aeShapes,
  noiseDim: () => 0,
  latentDim: (config) => config.latentDim,
  inputDim: (config) => config.inputDim,
  binarises: (config) => config.likelihood === 'bernoulli',
  loss,
  objective: (terms) => terms['reconstruction'] ?? NaN,
  evaluate: (config, p, { input, target }) => {
    const code = encode(config, p, input);
    const nll = reconstructionTerm(config, decodeLogits(config, p, code), target);
    return { perImage: [nll], klPerDimension: null, codes: { mean: code, logVar: null } };
  },
  encode: (config, p, x) => ({ mean: encode(config, p, x), logVar: null }),
  decode,
  stages,
};

// The plain autoencoder with dense networks (Rumelhart, Hinton and Williams 1986; Hinton and Salakhutdinov 2006): one
// code for each image, one term in the loss. Owns no variables, randomness or backend.
import { bernoulliNll, gaussianNll, squaredError } from '../ops/losses.ts';
import { dense, hiddenLayers, type Parameters } from '../ops/layers.ts';
import { clipByValue, mean, sigmoid } from '../ops/tf.ts';
import type { Scalar, Tensor1D, Tensor2D } from '../ops/tf.ts';
import { aeDefaults, aeShapes, aeTerm, hasSigmoid, parseAe, type AeConfig } from './ae.config.ts';
import type { Batch, Family, ForwardStage, Loss } from './family.ts';
import { decodeStage, encodeStage, lossStage, pixelLoss, PIXEL_LOSS_WORDS } from './stages.ts';

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

/** The reconstruction loss, a mean over the batch: nats per image, or the squared error per pixel. */
export function loss(config: AeConfig, p: Parameters, { input, target }: Batch): Loss {
  const logits = decodeLogits(config, p, encode(config, p, input));
  const reconstruction = mean<Scalar>(reconstructionTerm(config, logits, target));
  return { objective: reconstruction, terms: [reconstruction] };
}

/** Codes [n, latent] to reconstructions [n, pixels] in [0, 1]. */
export function decode(config: AeConfig, p: Parameters, z: Tensor2D): Tensor2D {
  const out = decodeLogits(config, p, z);
  return hasSigmoid(config) ? sigmoid(out) : clipByValue(out, 0, 1);
}

/** The loss of each image, [batch]: what the config's `likelihood` names. */
function reconstructionTerm(config: AeConfig, logits: Tensor2D, x: Tensor2D): Tensor1D {
  switch (config.likelihood) {
    case 'bernoulli':
    case 'cross-entropy':
      return bernoulliNll(logits, x);
    case 'gaussian':
      return gaussianNll(logits, x, 1);
    case 'mse':
      return squaredError(sigmoid(logits), x);
    case 'mse-linear':
      return squaredError(logits, x);
  }
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
  const { equation, pixel } = PIXEL_LOSS_WORDS[config.likelihood];
  return [
    encodeStage(config, input, inside, { mean: z, logVar: null }),
    decodeStage(config, hiddenLayers(p, 'decoder', depth, activation, z), decode(config, p, z)),
    lossStage(equation, { perPixel, pixel }),
  ];
}

export const family: Family<AeConfig> = {
  name: 'ae',
  terms: (config) => [aeTerm(config)],
  defaults: aeDefaults,
  parse: parseAe,
  shapes: aeShapes,
  noiseDim: () => 0,
  latentDim: (config) => config.latentDim,
  inputDim: (config) => config.inputDim,
  binarises: (config) => config.likelihood === 'bernoulli',
  loss,
  objective: (terms) => terms['mse'] ?? terms['reconstruction'] ?? NaN,
  evaluate: (config, p, { input, target }) => {
    const code = encode(config, p, input);
    const term = reconstructionTerm(config, decodeLogits(config, p, code), target);
    return { perImage: [term], klPerDimension: null, codes: { mean: code, logVar: null } };
  },
  encode: (config, p, x) => ({ mean: encode(config, p, x), logVar: null }),
  decode,
  stages,
};

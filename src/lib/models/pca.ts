// PCA as a network: z = V(x − m) and x̂ = Vᵀz + m, with the rows of V the principal components. With these weights no
// linear autoencoder of as many dimensions has a smaller squared error (Eckart and Young 1936; Baldi and Hornik 1989).
// Codes whose last numbers are 0 are those of fewer components. Owns no variables, randomness or backend.
import { parameter, type Parameters } from '../ops/layers.ts';
import { squaredError } from '../ops/losses.ts';
import { add, matMul, mean, sub } from '../ops/tf.ts';
import type { Scalar, Tensor2D } from '../ops/tf.ts';
import type { Batch, Family } from './family.ts';
import { parsePca, pcaDefaults, pcaShapes, type PcaConfig } from './pca.config.ts';

/** Images [batch, pixels] to their coordinates along the components, [batch, latent]. */
export function encode(p: Parameters, x: Tensor2D): Tensor2D {
  return matMul(sub<Tensor2D>(x, parameter(p, 'mean')), parameter(p, 'components'), false, true);
}

/** Coordinates to reconstructions [batch, pixels], which are not held in [0, 1]. */
export function decode(p: Parameters, z: Tensor2D): Tensor2D {
  return add(matMul<Tensor2D>(z, parameter(p, 'components')), parameter(p, 'mean'));
}

const error = (p: Parameters, { input, target }: Batch) =>
  squaredError(decode(p, encode(p, input)), target);

export const family: Family<PcaConfig> = {
  name: 'pca',
  terms: () => ['mse'],
  defaults: pcaDefaults,
  parse: parsePca,
  shapes: pcaShapes,
  noiseDim: () => 0,
  latentDim: (config) => config.latentDim,
  inputDim: (config) => config.inputDim,
  binarises: () => false,
  loss: (_config, p, batch) => {
    const mse = mean<Scalar>(error(p, batch));
    return { objective: mse, terms: [mse] };
  },
  objective: (terms) => terms['mse'] ?? NaN,
  evaluate: (_config, p, batch) => ({
    perImage: [error(p, batch)],
    klPerDimension: null,
    codes: { mean: encode(p, batch.input), logVar: null },
  }),
  encode: (_config, p, x) => ({ mean: encode(p, x), logVar: null }),
  decode: (_config, p, z) => decode(p, z),
};

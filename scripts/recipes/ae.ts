// The autoencoders of Part 1, on grey images by the squared error: one network per code size. The hidden widths are 128
// and 64, but never less than twice the code, as in the lab: else a hidden layer would be the bottleneck.
import { aePresets, aeSpec, type AeConfig } from '../../src/lib/models/ae.config.ts';
import type { Recipe } from './recipe.ts';

const network = aePresets['784-128-64-32'];

const sizes: readonly (readonly [config: AeConfig, epochs: number])[] = [
  [{ ...network, latentDim: 2 }, 120],
  [{ ...network, latentDim: 8 }, 120],
  [network, 120],
  [{ ...network, hidden: [256, 256], latentDim: 128 }, 80],
];

export const recipes: readonly Recipe[] = sizes.map(([config, epochs]) => ({
  id: `ae-mnist-d${config.latentDim}`,
  title: `Autoencoder 784-${config.hidden.join('-')}-${config.latentDim} on MNIST`,
  chapter: '/foundations/fully-connected/',
  spec: aeSpec(config),
  set: 'mnist',
  seed: 7,
  batchSize: 128,
  settings: { learningRate: 2e-3 },
  epochs,
  decay: { share: 0.95, floor: 0.005 },
}));

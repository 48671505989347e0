// The overcomplete autoencoder of the introduction: more units than pixels and no hidden layer, so that nothing keeps it
// from copying. The other networks of that chapter are those of ae.ts.
import { aeSpec } from '../../src/lib/models/ae.config.ts';
import type { Recipe } from './recipe.ts';

const UNITS = 800; // for 784 pixels

export const recipes: readonly Recipe[] = [
  {
    id: `ae-mnist-d${UNITS}`,
    title: `Linear overcomplete autoencoder 784-${UNITS} on MNIST`,
    chapter: '/foundations/what-is-an-autoencoder/',
    spec: aeSpec({
      inputDim: 784,
      hidden: [],
      latentDim: UNITS,
      activation: 'linear',
      likelihood: 'mse-linear',
    }),
    set: 'mnist',
    seed: 7,
    batchSize: 128,
    settings: { learningRate: 1e-3 },
    epochs: 12,
    decay: { share: 0.95, floor: 0.005 },
  },
];

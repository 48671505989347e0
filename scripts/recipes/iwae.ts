// The one-layer models of Burda et al. (2016), table 1: 784-200-200 with 50 latents, tanh, dynamic binarisation.
import { iwaeSpec } from '../../src/lib/models/iwae.config.ts';
import { vaeSpec } from '../../src/lib/models/vae.config.ts';
import type { Recipe } from './recipe.ts';

const network = {
  inputDim: 784,
  hidden: [200, 200],
  latentDim: 50,
  activation: 'tanh',
  likelihood: 'bernoulli',
} as const;

const common = {
  chapter: '/variational/elbo-and-kl/',
  set: 'mnist',
  seed: 7,
  batchSize: 100,
  settings: { learningRate: 1e-3 },
  decay: { share: 0.95, floor: 0.01 },
  importanceSamples: 5_000,
} as const;

export const recipes: readonly Recipe[] = [
  {
    ...common,
    id: 'iwae-mnist-k1',
    title: 'VAE 784-200-200-50 on MNIST (k = 1)',
    spec: vaeSpec(network),
    epochs: 1_000,
  },
  {
    ...common,
    id: 'iwae-mnist-k5',
    title: 'IWAE 784-200-200-50 on MNIST (k = 5)',
    spec: iwaeSpec({ ...network, samples: 5 }),
    epochs: 500,
  },
];

// The models of the chapter on convolutions: two without a bottleneck worth the name, one with, and one whose skip
// leaves the code nothing to do.
import { caePresets, caeSpec, type CaeConfig } from '../../src/lib/models/cae.config.ts';
import type { Recipe } from './recipe.ts';

const common = {
  chapter: '/foundations/convolutional/',
  set: 'mnist',
  seed: 7,
  batchSize: 128,
  decay: { share: 0.95, floor: 0.02 },
} as const;

const network = (config: CaeConfig) => ({ spec: caeSpec(config) });

export const recipes: readonly Recipe[] = [
  {
    ...common,
    ...network(caePresets.d32),
    id: 'cae-mnist-d32',
    title: 'Convolutional autoencoder 16-32 with a bottleneck of 32 on MNIST',
    settings: { learningRate: 2e-3 },
    epochs: 40,
  },
  {
    ...common,
    ...network(caePresets['16-32']),
    id: 'cae-mnist-16-32',
    title: 'Convolutional autoencoder 16-32 on MNIST',
    settings: { learningRate: 3e-3 },
    epochs: 24,
  },
  {
    ...common,
    ...network(caePresets['32-64']),
    id: 'cae-mnist-32-64',
    title: 'Convolutional autoencoder 32-64 on MNIST',
    settings: { learningRate: 3e-3 },
    epochs: 16,
  },
  {
    ...common,
    ...network({ ...caePresets.d32, skip: true }),
    id: 'cae-mnist-d32-skip',
    title: 'Convolutional autoencoder 16-32 with a bottleneck of 32 and a skip around it on MNIST',
    settings: { learningRate: 3e-3 },
    epochs: 16,
  },
];

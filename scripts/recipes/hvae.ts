// The hierarchical models: two stochastic layers inferred bottom-up (Burda et al. 2016, table 1), and ladders.
import { hvaeSpec, type HvaeConfig } from '../../src/lib/models/hvae.config.ts';
import type { Recipe } from './recipe.ts';

const common = {
  chapter: '/variational/hierarchical-vae/',
  set: 'mnist',
  seed: 7,
  decay: { share: 0.95, floor: 0.01 },
  importanceSamples: 1_000,
} as const;

const ladder = {
  inputDim: 784,
  inference: 'top-down',
  posterior: 'residual',
  activation: 'leaky-relu',
  normalisation: 'batch',
  skip: true,
} as const satisfies Omit<HvaeConfig, 'levels'>;

export const recipes: readonly Recipe[] = [
  {
    ...common,
    id: 'ladder-mnist',
    title: 'Ladder VAE with three levels on MNIST',
    spec: hvaeSpec({
      ...ladder,
      levels: [
        { latent: 64, hidden: [512, 512] },
        { latent: 32, hidden: [256, 256] },
        { latent: 16, hidden: [128, 128] },
      ],
    }),
    batchSize: 128,
    settings: { learningRate: 1e-3, warmupSteps: 43_000, freeBits: 1 },
    epochs: 400,
  },
];

// The hierarchical models: two stochastic layers inferred bottom-up (Burda et al. 2016, table 1), and ladders; and a
// VAE to hold beside the small one.
import { hvaeSpec, type HvaeConfig } from '../../src/lib/models/hvae.config.ts';
import { vaeSpec } from '../../src/lib/models/vae.config.ts';
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
    id: 'ladder-mnist-mini',
    title: 'Small ladder VAE with a plane at its top on MNIST',
    spec: hvaeSpec({
      ...ladder,
      levels: [
        { latent: 32, hidden: [192, 192] },
        { latent: 8, hidden: [96, 96] },
        { latent: 2, hidden: [48, 48] },
      ],
    }),
    batchSize: 128,
    // No warm-up: with 12,900 updates of it z_1 took 24 nats while they were cheap, and left z_2 1.4. After 120 epochs
    // the held-out negative ELBO was 91.8 nats with β = 1 and 4 free nats, and 93.1 with 1.5 and 3; of the samples
    // (τ = 0.5 below the top, mixture, 16 passes) two classifiers were sure of 84 and of 91 in a hundred.
    settings: { learningRate: 2e-3, beta: 1.5, freeBits: 3 },
    epochs: 150,
  },
  {
    ...common,
    id: 'vae-mnist-42d',
    title: 'VAE of the size of the small ladder on MNIST',
    // 484,228 parameters and 42 latents, beside 485,076 and 32 + 8 + 2.
    spec: vaeSpec({
      inputDim: 784,
      hidden: [285],
      latentDim: 42,
      activation: 'relu',
      likelihood: 'bernoulli',
    }),
    batchSize: 128,
    settings: { learningRate: 1e-3, warmupSteps: 12_900 },
    epochs: 130,
  },
  {
    ...common,
    id: 'ladder-mnist',
    title: 'Ladder VAE with four levels on MNIST',
    spec: hvaeSpec({
      ...ladder,
      levels: [
        { latent: 48, hidden: [500, 500] },
        { latent: 24, hidden: [256, 256] },
        { latent: 16, hidden: [128, 128] },
        { latent: 8, hidden: [64, 64] },
      ],
    }),
    batchSize: 128,
    // Twelve epochs of three levels, held-out negative ELBO by free bits: 95.9 nats with 2 of them, 94.6 with 5, 95.0
    // with 8. Four levels with 4 each come to the same with a twentieth fewer weights. The floor keeps the upper levels
    // in use, so the warm-up can be short: while the KL is cheap z_1 takes what the others should say.
    settings: { learningRate: 2e-3, warmupSteps: 1_000, freeBits: 4 },
    // 84.12 nats after the first 160 epochs.
    epochs: 240,
    restart: { after: 160, rate: 0.5 },
  },
  {
    ...common,
    id: 'vae2-mnist',
    title: 'VAE with two stochastic layers, inferred bottom-up, on MNIST',
    spec: hvaeSpec({
      inputDim: 784,
      levels: [
        { latent: 100, hidden: [200, 200] },
        { latent: 50, hidden: [100, 100] },
      ],
      inference: 'bottom-up',
      posterior: 'product',
      activation: 'tanh',
      normalisation: 'none',
      skip: false,
    }),
    batchSize: 50,
    settings: { learningRate: 1e-3, warmupSteps: 44_000 },
    epochs: 450,
  },
];

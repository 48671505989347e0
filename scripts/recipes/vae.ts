// The models of the chapter on the variational autoencoder. AE and VAE of a pair share the data,
// binarisation, widths, likelihood and seed: what differs is the noise and the KL.
import { aeSpec } from '../../src/lib/models/ae.config.ts';
import { vaePresets, vaeSpec } from '../../src/lib/models/vae.config.ts';
import type { Recipe } from './recipe.ts';

const common = {
  chapter: '/variational/vae/',
  seed: 7,
  batchSize: 128,
  settings: { learningRate: 1e-3 },
  decay: { share: 0.8, floor: 0.02 },
} as const;

const plane = vaePresets['784-256-2'];
const twenty = vaePresets['784-400-20'];

export const recipes: readonly Recipe[] = [
  {
    ...common,
    id: 'vae-mnist-2d',
    title: 'VAE 784-256-2 on MNIST',
    spec: vaeSpec(plane),
    set: 'mnist',
    epochs: 150,
  },
  {
    ...common,
    id: 'vae-mnist-20d',
    title: 'VAE 784-400-20 on MNIST',
    spec: vaeSpec(twenty),
    set: 'mnist',
    epochs: 120,
  },
  {
    ...common,
    id: 'vae-fashion-2d',
    title: 'VAE 784-256-2 on Fashion-MNIST',
    spec: vaeSpec(plane),
    set: 'fashion',
    epochs: 100,
  },
  {
    ...common,
    id: 'ae-mnist-2d',
    title: 'Autoencoder 784-256-2 on MNIST',
    spec: aeSpec(plane),
    set: 'mnist',
    epochs: 100,
  },
  {
    ...common,
    id: 'ae-mnist-20d',
    title: 'Autoencoder 784-400-20 on MNIST',
    spec: aeSpec(twenty),
    set: 'mnist',
    epochs: 60,
  },
];

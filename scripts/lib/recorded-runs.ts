// The runs that are recorded for labs: what is trained, and when its pictures are kept.
import { cured } from '../../src/components/labs/hierarchical-vae/dials.ts';
import type { About } from '../../src/components/labs/shared/recorded/recording.ts';
import { aeDefaults, aePresets, aeSpec } from '../../src/lib/models/ae.config.ts';
import { caeDefaults, caePresets, caeSpec } from '../../src/lib/models/cae.config.ts';
import { vaeDefaults, vaePresets, vaeSpec } from '../../src/lib/models/vae.config.ts';
import type { ModelSpec } from '../../src/lib/protocol/model.ts';
import { recipeOf } from '../recipes/index.ts';

export interface RecordedRun {
  readonly about: About;
  readonly spec: ModelSpec;
  /** Packed sets by name. */
  readonly sets: {
    readonly training: string;
    readonly validation: string;
    readonly gallery: string;
  };
  /** Updates after which pictures are kept: each moment about as different from the last as the one before it. */
  readonly moments: readonly number[];
}

export const runs: readonly RecordedRun[] = [
  {
    spec: recipeOf('ae-mnist-d8').spec,
    sets: { training: 'mnist-train', validation: 'mnist-validation', gallery: 'mnist-gallery' },
    moments: [1, 3, 6, 10, 16, 40, 100, 250, 600, 1200, 2000],
    about: {
      version: 1,
      lab: 'autoencoder',
      network: '784-128-64-8',
      family: 'ae',
      dataSet: 'mnist',
      seed: 7,
      batchSize: 128,
      stepsPerEpoch: 156,
      settings: aeDefaults,
      terms: ['mse'],
      command: 'npm run record',
    },
  },
  {
    spec: aeSpec(aePresets['784-128-64-32']),
    sets: { training: 'mnist-train', validation: 'mnist-validation', gallery: 'mnist-gallery' },
    moments: [1, 3, 6, 10, 16, 30, 60, 100, 170, 280, 450, 700, 1050, 1500, 2000, 2500, 3120],
    about: {
      version: 1,
      lab: 'fully-connected',
      network: '784-128-64-32',
      family: 'ae',
      dataSet: 'mnist',
      seed: 7,
      batchSize: 128,
      stepsPerEpoch: 156,
      settings: aeDefaults,
      terms: ['mse'],
      command: 'npm run record',
    },
  },
  {
    spec: caeSpec(caePresets.d32),
    sets: { training: 'mnist-train', validation: 'mnist-validation', gallery: 'mnist-gallery' },
    moments: [1, 3, 6, 10, 16, 40, 80, 150, 300, 600, 1000],
    about: {
      version: 1,
      lab: 'convolutional',
      network: 'Convolutional 16–32, bottleneck 32',
      family: 'cae',
      dataSet: 'mnist',
      seed: 7,
      batchSize: 128,
      stepsPerEpoch: 156,
      settings: caeDefaults,
      terms: ['mse'],
      command: 'npm run record',
    },
  },
  {
    spec: vaeSpec(vaePresets['784-256-2']),
    sets: { training: 'mnist-train', validation: 'mnist-validation', gallery: 'mnist-gallery' },
    moments: [1, 3, 6, 10, 16, 30, 60, 100, 170, 280, 450, 700, 1050, 1500, 2000, 2500, 3120],
    about: {
      version: 1,
      lab: 'vae',
      network: '784-256-2',
      family: 'vae',
      dataSet: 'mnist',
      seed: 7,
      batchSize: 128,
      stepsPerEpoch: 156,
      settings: vaeDefaults,
      terms: ['reconstruction', 'kl'],
      command: 'npm run record',
    },
  },
  {
    // The small ladder with its three cures, as its lab trains it.
    spec: recipeOf('ladder-mnist-mini').spec,
    sets: { training: 'mnist-train', validation: 'mnist-validation', gallery: 'mnist-gallery' },
    moments: [1, 3, 6, 10, 16, 40, 100, 200, 350, 600, 1000, 1600, 2300, 3120],
    about: {
      version: 1,
      lab: 'hierarchical-vae',
      network: 'Ladder 32–8–2',
      family: 'hvae',
      dataSet: 'mnist',
      seed: 7,
      batchSize: 128,
      stepsPerEpoch: 156,
      settings: { ...cured },
      terms: ['reconstruction', 'kl'],
      command: 'npm run record',
    },
  },
];

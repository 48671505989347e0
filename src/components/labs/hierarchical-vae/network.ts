// The networks that the hierarchical lab shows: published weights, the small ladder and a plain VAE of its size to be
// trained from nothing, a reader's own. Pure.
import { hvaeSpec, levelSpans, parseHvae } from '../../../lib/models/hvae.config.ts';
import { parseVae, vaeSpec } from '../../../lib/models/vae.config.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import type { NetworkOf } from '../shared/instrument/network.ts';
import type { Span } from './levels.ts';

export const presetNames = ['ladder', 'ladder-without-norm', 'plain'] as const;
export type PresetName = (typeof presetNames)[number];

export const presetTitles: Readonly<Record<PresetName, string>> = {
  ladder: 'Ladder 32–8–2',
  'ladder-without-norm': 'Ladder, no norm',
  plain: 'Plain VAE 784-285-42',
};

export interface Preset {
  readonly kind: 'preset';
  readonly preset: PresetName;
}

/** What is in a slot or will be. */
export type Network = NetworkOf<Preset>;

/** The sizes of the published small ladder: trained live they collapse, or not, as the switches say. */
const ladder = (normalisation: 'none' | 'batch'): ModelSpec =>
  hvaeSpec({
    inputDim: 784,
    levels: [
      { latent: 32, hidden: [192, 192] },
      { latent: 8, hidden: [96, 96] },
      { latent: 2, hidden: [48, 48] },
    ],
    inference: 'top-down',
    posterior: 'residual',
    activation: 'leaky-relu',
    normalisation,
    skip: true,
  });

const specs: Readonly<Record<PresetName, ModelSpec>> = {
  ladder: ladder('batch'),
  'ladder-without-norm': ladder('none'),
  /** As many parameters and latent dimensions, on one level. */
  plain: vaeSpec({
    inputDim: 784,
    hidden: [285],
    latentDim: 42,
    activation: 'relu',
    likelihood: 'bernoulli',
  }),
};

export function preset(name: PresetName): Preset {
  return { kind: 'preset', preset: name };
}

export function specOf(network: Network): ModelSpec {
  switch (network.kind) {
    case 'published':
      return network.model.spec;
    case 'own':
      return network.checkpoint.spec;
    case 'preset':
      return specs[network.preset];
  }
}

/** Where each level's dimensions lie in a code, z₁ first; a plain VAE has one level. Throws ConfigError. */
export function spansOf({ family, config }: ModelSpec): readonly Span[] {
  return family === 'hvae' ? levelSpans(parseHvae(config)) : [[0, parseVae(config).latentDim]];
}

/** Latent dimensions by level, z₁ first, as 32–8–2. */
export function sizesOf(spec: ModelSpec): string {
  return spansOf(spec)
    .map(([from, to]) => to - from)
    .join('–');
}

/** What a level below the top costs: inferred from below it is a sampled difference, and only the sum is a KL. */
export function costName({ config }: ModelSpec): string {
  return config['inference'] === 'bottom-up' ? 'log q − log p' : 'KL';
}

/** Whether the layers of a network are normalised over the batch. */
export function isNormalised({ config }: ModelSpec): boolean {
  return config['normalisation'] === 'batch';
}

/** The network that is the same but on these data: another published one, or sizes without weights. */
export function networkOn(models: readonly LabModel[], network: Network, set: DataSet): Network {
  if (network.kind !== 'published') return network;
  const sizes = sizesOf(network.model.spec);
  const model = models.find(
    (each) =>
      each.dataSet === set &&
      each.spec.family === network.model.spec.family &&
      sizesOf(each.spec) === sizes,
  );
  if (model) return { kind: 'published', model };
  return preset(network.model.spec.family === 'vae' ? 'plain' : 'ladder');
}

// The networks that the convolutional lab shows: published weights, the chapter's architectures with or without a skip,
// and fully connected ones with codes of the same size. Pure.
import { aePresets, aeSpec, parseAe, type AeConfig } from '../../../lib/models/ae.config.ts';
import {
  caePresets,
  caeShapes,
  caeSpec,
  codeSize,
  parseCae,
  type CaeConfig,
  type CaePreset,
} from '../../../lib/models/cae.config.ts';
import { aeShapes } from '../../../lib/models/ae.config.ts';
import type { LayerShape, ModelSpec } from '../../../lib/protocol/model.ts';
import type { LabModel } from '../shared/data-sets.ts';
import type { NetworkOf } from '../shared/instrument/network.ts';

export const presetNames = ['16-32', '32-64', 'd32', 'pool'] as const satisfies CaePreset[];

export const presetTitles: Readonly<Record<CaePreset, string>> = {
  '16-32': '16 and 32 maps',
  '32-64': '32 and 64 maps',
  d32: '16 and 32 maps, bottleneck of 32',
  pool: '16 and 32 maps, pooling',
};

/** Sizes to be trained from nothing. */
export type Preset =
  | {
      readonly kind: 'preset';
      readonly preset: CaePreset;
      readonly skip: boolean;
    }
  /** Fully connected, with a code of this many numbers. */
  | { readonly kind: 'preset'; readonly preset: 'dense'; readonly code: number };

export type Network = NetworkOf<Preset>;

export function preset(name: CaePreset, skip = false): Preset {
  return { kind: 'preset', preset: name, skip };
}

/**
 * The fully connected network beside a convolutional one of as many numbers in the code: the chapter's own for 32; for
 * codes larger than the image two hidden layers as wide as the image, so that nothing before the code is a bottleneck.
 */
export function denseConfig(code: number): AeConfig {
  const like = aePresets['784-128-64-32'];
  return code <= like.latentDim
    ? { ...like, latentDim: code }
    : { ...like, hidden: [784], latentDim: code };
}

export function specOf(network: Network): ModelSpec {
  switch (network.kind) {
    case 'published':
      return network.model.spec;
    case 'own':
      return network.checkpoint.spec;
    case 'preset':
      return network.preset === 'dense'
        ? aeSpec(denseConfig(network.code))
        : caeSpec({ ...caePresets[network.preset], skip: network.skip });
  }
}

/** The convolutional network's sizes; null for a fully connected one. Throws ConfigError. */
export function convolutionOf({ family, config }: ModelSpec): CaeConfig | null {
  return family === 'cae' ? parseCae(config) : null;
}

/** Numbers in the code. Throws ConfigError. */
export function codeOf(spec: ModelSpec): number {
  const config = convolutionOf(spec);
  return config ? codeSize(config) : parseAe(spec.config).latentDim;
}

/** Every tensor of the network. Throws ConfigError. */
export function shapesOf(spec: ModelSpec): readonly LayerShape[] {
  const config = convolutionOf(spec);
  return config ? caeShapes(config) : aeShapes(parseAe(spec.config));
}

/** What a network is called: cae 16-32, cae 16-32-32 with a skip, ae 784-128-64-32. */
export function nameOf(spec: ModelSpec): string {
  const config = convolutionOf(spec);
  if (!config) {
    const { inputDim, hidden, latentDim } = parseAe(spec.config);
    return `ae ${[inputDim, ...hidden, latentDim].join('-')}`;
  }
  const sizes = [...config.channels, ...(config.bottleneck > 0 ? [config.bottleneck] : [])];
  return [
    'cae',
    sizes.join('-'),
    ...(config.resampling === 'pool' ? ['pooling'] : []),
    ...(config.skip ? ['skip'] : []),
  ].join(' ');
}

/** The chapter's preset of these sizes, whatever its skip; null for sizes of somebody's own. */
export function presetOf(spec: ModelSpec): CaePreset | null {
  const config = convolutionOf(spec);
  if (!config) return null;
  const same = (name: CaePreset): boolean => {
    const one: CaeConfig = caePresets[name];
    return (
      one.channels.join() === config.channels.join() &&
      one.bottleneck === config.bottleneck &&
      one.resampling === config.resampling
    );
  };
  return presetNames.find(same) ?? null;
}

/** Published weights of a spec, where there are some; else the spec's preset, untrained. */
export function networkFor(models: readonly LabModel[], wanted: Preset): Network {
  const spec = specOf(wanted);
  const text = JSON.stringify(shapesOf(spec));
  const model = models.find(
    (each) =>
      each.spec.family === spec.family &&
      JSON.stringify(shapesOf(each.spec)) === text &&
      each.spec.config['resampling'] === spec.config['resampling'],
  );
  return model ? { kind: 'published', model } : wanted;
}

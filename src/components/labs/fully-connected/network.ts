// The networks that the lab shows: published weights, sizes to be trained from nothing, a reader's own. Pure.
import {
  AE_LIKELIHOODS,
  aeSpec,
  parseAe,
  type AeConfig,
  type AeLikelihood,
} from '../../../lib/models/ae.config.ts';
import { ConfigError, type ActivationName } from '../../../lib/models/dense.config.ts';
import { COLOUR, GREY } from '../../../lib/data/own.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import type { PresetNames } from '../shared/instrument/address.ts';
import type { NetworkOf } from '../shared/instrument/network.ts';

export interface Preset {
  readonly kind: 'preset';
  readonly config: AeConfig;
}

/** What is in a slot or will be. */
export type Network = NetworkOf<Preset>;

/** Sizes of the code that the dial stops at. */
export const CODE_SIZES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128] as const;
/** Widths that a hidden layer's dial stops at. */
export const WIDTHS = [16, 32, 64, 128, 256, 400, 512] as const;
export const MOST_LAYERS = 3;

/** Numbers of one image of a data set. */
export function inputDimOf(set: DataSet): number {
  const { width, height, channels } = set === 'colour' ? COLOUR : GREY;
  return width * height * channels;
}

export const activationTitles: Readonly<Record<ActivationName, string>> = {
  relu: 'ReLU',
  'leaky-relu': 'Leaky',
  tanh: 'tanh',
  linear: 'none',
};

/** The losses that the lab offers. The linear output goes with a network that is linear throughout. */
export type Loss = 'mse' | 'cross-entropy';

export function specOf(network: Network): ModelSpec {
  switch (network.kind) {
    case 'published':
      return network.model.spec;
    case 'own':
      return network.checkpoint.spec;
    case 'preset':
      return aeSpec(network.config);
  }
}

/** The widths from the pixels to the code, such as 784-128-64-32. */
export function sizesOf({ inputDim, hidden, latentDim }: AeConfig): string {
  return [inputDim, ...hidden, latentDim].join('-');
}

/**
 * The widths wanted, none less than twice the code: a hidden layer as narrow as the code would be a bottleneck of its
 * own, and the size of the code no longer what is tried.
 */
export function widthsFor(wanted: readonly number[], latentDim: number): readonly number[] {
  return wanted.map((width) => Math.max(width, 2 * latentDim));
}

/** What a likelihood is on a network that is linear throughout, and what it is on others. */
export function likelihoodFor(loss: Loss, activation: ActivationName): AeLikelihood {
  return loss === 'mse' && activation === 'linear' ? 'mse-linear' : loss;
}

export function lossOf({ likelihood }: AeConfig): Loss {
  return likelihood === 'mse' || likelihood === 'mse-linear' ? 'mse' : 'cross-entropy';
}

/** Published weights of exactly this network where there are some, else the sizes alone. */
export function networkFor(
  models: readonly LabModel[],
  config: AeConfig,
  dataSet: DataSet,
): Network {
  const name = presetNames.print({ kind: 'preset', config });
  const model = models.find(
    (each) =>
      each.dataSet === dataSet &&
      presetNames.print({ kind: 'preset', config: parseAe(each.spec.config) }) === name,
  );
  return model ? { kind: 'published', model } : { kind: 'preset', config };
}

/** The same network of images of another size. */
export function resized(config: AeConfig, set: DataSet): AeConfig {
  return { ...config, inputDim: inputDimOf(set) };
}

const PATTERN = /^(\d+(?:-\d+){2,5})\.([a-z-]+)\.([a-z-]+)$/;

/** A network in an address: its widths, activation and loss, as 784-128-64-32.relu.mse. */
export const presetNames: PresetNames<Preset> = {
  expects: 'widths, activation and loss, as 784-128-64-32.relu.mse',
  parse: (text) => {
    const [, widths = '', activation = '', likelihood = ''] = PATTERN.exec(text) ?? [];
    const sizes = widths.split('-').map(Number);
    if (sizes.length < 3 || sizes.some((size) => size > 4096)) return undefined;
    if (!AE_LIKELIHOODS.some((each) => each === likelihood) || sizes[0] !== 784) return undefined;
    try {
      const config = parseAe({
        inputDim: sizes[0],
        hidden: sizes.slice(1, -1),
        latentDim: sizes.at(-1) ?? 0,
        activation,
        likelihood,
      });
      return { kind: 'preset', config };
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
  },
  print: ({ config }) => `${sizesOf(config)}.${config.activation}.${config.likelihood}`,
};

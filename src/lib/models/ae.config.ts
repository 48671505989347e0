// Sizes, presets and settings of the plain autoencoder. Pure: labs and pages may import it.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { denseShapes, LIKELIHOODS, parseSizes, type DenseSizes } from './dense.config.ts';

/**
 * What the autoencoder is trained to make small. On grey images: `mse`, the mean over pixels of the squared error of a
 * sigmoid output; `mse-linear`, the same of a linear output, which may leave [0, 1]; `cross-entropy`, summed over
 * pixels, in nats. `bernoulli` is the cross-entropy of images that are binarised anew each time they are seen, input
 * included, as the VAE of the same sizes sees them; `gaussian` half the squared error summed over pixels, and a constant.
 */
export const AE_LIKELIHOODS = [...LIKELIHOODS, 'mse', 'mse-linear', 'cross-entropy'] as const;
export type AeLikelihood = (typeof AE_LIKELIHOODS)[number];

export interface AeConfig extends DenseSizes {
  readonly likelihood: AeLikelihood;
}

export const aeDefaults = { learningRate: 1e-3 } satisfies Settings;

const base = { inputDim: 784, activation: 'relu', likelihood: 'mse' } as const;

/** The networks of the chapter on the fully connected autoencoder. */
export const aePresets = {
  '784-128-64-32': { ...base, hidden: [128, 64], latentDim: 32 },
  '784-128-64': { ...base, hidden: [128], latentDim: 64 },
  '784-400-400-200': { ...base, hidden: [400, 400], latentDim: 200, activation: 'leaky-relu' },
} as const satisfies Record<string, AeConfig>;

export type AePreset = keyof typeof aePresets;

/** The spec of an autoencoder of these sizes. */
export function aeSpec(config: AeConfig): ModelSpec {
  return { family: 'ae', config: { ...config } };
}

/** Throws ConfigError. */
export function parseAe(config: ModelSpec['config']): AeConfig {
  return parseSizes('ae', config, AE_LIKELIHOODS);
}

export function aeShapes(config: DenseSizes): readonly LayerShape[] {
  return denseShapes(config, ['code']);
}

/** Whether the last layer's outputs go through a sigmoid, so that they lie in (0, 1). */
export function hasSigmoid({ likelihood }: Pick<AeConfig, 'likelihood'>): boolean {
  return likelihood !== 'gaussian' && likelihood !== 'mse-linear';
}

/** The one term of the loss: `mse`, per pixel, or `reconstruction`, nats per image. */
export function aeTerm({ likelihood }: Pick<AeConfig, 'likelihood'>): 'mse' | 'reconstruction' {
  return likelihood === 'mse' || likelihood === 'mse-linear' ? 'mse' : 'reconstruction';
}

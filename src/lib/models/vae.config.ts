// Sizes, presets and settings of the variational autoencoder. Pure: labs and pages may import it.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { denseShapes, parseDense, type DenseConfig, type DenseSizes } from './dense.config.ts';

export type VaeConfig = DenseConfig;

/** What may change while it trains. */
export const vaeDefaults = {
  learningRate: 1e-3,
  /** Weight on the KL; 1 is the plain ELBO. */
  beta: 1,
  /** Steps over which the weight on the KL grows from 0 to β; 0 for none. */
  warmupSteps: 0,
  /** Nats per latent dimension below which the KL is not penalised (Kingma et al. 2016); 0 for none. */
  freeBits: 0,
} satisfies Settings;

const base = { inputDim: 784, activation: 'relu', likelihood: 'bernoulli' } as const;

/** The chapter's networks. */
export const vaePresets = {
  /** Two latent dimensions, so that the whole latent space is one picture. */
  '784-256-2': { ...base, hidden: [256], latentDim: 2 },
  /** PyTorch's own VAE example. */
  '784-400-20': { ...base, hidden: [400], latentDim: 20 },
  '784-256-20': { ...base, hidden: [256], latentDim: 20 },
  '784-400-400-200': { ...base, hidden: [400, 400], latentDim: 200, activation: 'leaky-relu' },
} as const satisfies Record<string, VaeConfig>;

export type VaePreset = keyof typeof vaePresets;

/** The spec of a VAE of these sizes. */
export function vaeSpec(config: VaeConfig): ModelSpec {
  return { family: 'vae', config: { ...config } };
}

/** Throws ConfigError. */
export function parseVae(config: ModelSpec['config']): VaeConfig {
  return parseDense('vae', config);
}

export function vaeShapes(config: DenseSizes): readonly LayerShape[] {
  return denseShapes(config, ['mean', 'log_var']);
}

// Sizes and settings of the plain autoencoder. Pure: labs and pages may import it.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { denseShapes, parseDense, type DenseConfig } from './dense.config.ts';

export type AeConfig = DenseConfig;

export const aeDefaults = { learningRate: 1e-3 } satisfies Settings;

/** The spec of an autoencoder of these sizes. */
export function aeSpec(config: AeConfig): ModelSpec {
  return { family: 'ae', config: { ...config } };
}

/** Throws ConfigError. */
export function parseAe(config: ModelSpec['config']): AeConfig {
  return parseDense('ae', config);
}

export function aeShapes(config: AeConfig): readonly LayerShape[] {
  return denseShapes(config, ['code']);
}

// Sizes of the importance-weighted autoencoder: the VAE's, and how many codes the bound is made of.
// Pure: labs and pages may import it.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { ConfigError, denseShapes, parseDense, type DenseConfig } from './dense.config.ts';

export interface IwaeConfig extends DenseConfig {
  readonly samples: number; // k: codes drawn for each image
}

export const iwaeDefaults = { learningRate: 1e-3 } satisfies Settings;

/** The spec of an importance-weighted autoencoder of these sizes. */
export function iwaeSpec(config: IwaeConfig): ModelSpec {
  return { family: 'iwae', config: { ...config } };
}

/** Throws ConfigError. */
export function parseIwae(config: ModelSpec['config']): IwaeConfig {
  const { samples } = config;
  if (typeof samples !== 'number' || !Number.isInteger(samples) || samples < 1) {
    throw new ConfigError(
      `iwae: "samples" is ${JSON.stringify(samples)}; expected an integer of at least 1.`,
    );
  }
  return { ...parseDense('iwae', config), samples };
}

export function iwaeShapes(config: IwaeConfig): readonly LayerShape[] {
  return denseShapes(config, ['mean', 'log_var']);
}

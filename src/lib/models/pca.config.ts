// Sizes of PCA as a network: the linear autoencoder with tied, orthonormal weights. Pure: labs and pages may import it.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { ConfigError, MAX_WIDTH } from './dense.config.ts';

export interface PcaConfig {
  readonly inputDim: number; // pixels, flattened
  readonly latentDim: number; // components kept, those of largest variance
}

export const pcaDefaults = { learningRate: 1e-3 } satisfies Settings;

export function pcaSpec(config: PcaConfig): ModelSpec {
  return { family: 'pca', config: { ...config } };
}

/** Throws ConfigError. */
export function parsePca(config: ModelSpec['config']): PcaConfig {
  const width = (name: 'inputDim' | 'latentDim'): number => {
    const value = config[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_WIDTH) {
      return value;
    }
    throw new ConfigError(
      `pca: "${name}" is ${JSON.stringify(value)}; expected an integer from 1 to ${MAX_WIDTH}.`,
    );
  };
  return { inputDim: width('inputDim'), latentDim: width('latentDim') };
}

export function pcaShapes({ inputDim, latentDim }: PcaConfig): readonly LayerShape[] {
  return [
    { name: 'mean', shape: [inputDim] },
    { name: 'components', shape: [latentDim, inputDim] },
  ];
}

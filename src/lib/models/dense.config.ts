// Sizes of networks made of dense layers: what the AE and the VAE share. Pure: no tensors, so labs may use it.
import type { LayerShape, ModelSpec } from '../protocol/model.ts';

export type ActivationName = 'relu' | 'leaky-relu' | 'tanh' | 'linear';
export type Likelihood = 'bernoulli' | 'gaussian';

export interface DenseSizes {
  readonly inputDim: number; // pixels, flattened
  readonly hidden: readonly number[]; // widths of the encoder; the decoder mirrors them
  readonly latentDim: number;
  readonly activation: ActivationName; // of the hidden layers
}

export interface DenseConfig extends DenseSizes {
  readonly likelihood: Likelihood; // Gaussian: unit variance
}

/** A model description that is not one. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const ACTIVATIONS: readonly string[] = ['relu', 'leaky-relu', 'tanh', 'linear'];
export const LIKELIHOODS = ['bernoulli', 'gaussian'] as const satisfies readonly Likelihood[];
export const MAX_WIDTH = 8192;

/** Parses outside data (a manifest, a shared address) into a config of the VAE's kind. Throws ConfigError. */
export function parseDense(family: string, config: ModelSpec['config']): DenseConfig {
  return parseSizes(family, config, LIKELIHOODS);
}

/** The same for a family with likelihoods (or losses) of its own. Throws ConfigError. */
export function parseSizes<L extends string>(
  family: string,
  config: ModelSpec['config'],
  likelihoods: readonly L[],
): DenseSizes & { readonly likelihood: L } {
  const { inputDim, hidden, latentDim, activation, likelihood } = config;
  const fail = (name: string, expected: string): never => {
    throw new ConfigError(
      `${family}: "${name}" is ${JSON.stringify(config[name])}; expected ${expected}.`,
    );
  };
  if (!isWidth(inputDim)) return fail('inputDim', `an integer from 1 to ${MAX_WIDTH}`);
  if (!isWidth(latentDim)) return fail('latentDim', `an integer from 1 to ${MAX_WIDTH}`);
  if (!Array.isArray(hidden) || hidden.length === 0 || !hidden.every(isWidth)) {
    return fail('hidden', 'a list of at least one layer width');
  }
  if (typeof activation !== 'string' || !ACTIVATIONS.includes(activation)) {
    return fail('activation', `one of ${ACTIVATIONS.join(', ')}`);
  }
  const known = likelihoods.find((each) => each === likelihood);
  if (known === undefined) return fail('likelihood', `one of ${likelihoods.join(', ')}`);
  return {
    inputDim,
    hidden,
    latentDim,
    activation: activation as ActivationName,
    likelihood: known,
  };
}

/** Dense layers in PyTorch's names: `heads` (mean and log_var, or code) between encoder and decoder. */
export function denseShapes(config: DenseSizes, heads: readonly string[]): readonly LayerShape[] {
  const widths = [config.inputDim, ...config.hidden];
  const mirrored = [config.latentDim, ...[...config.hidden].reverse(), config.inputDim];
  const last = config.hidden.at(-1)!;
  return [
    ...chain('encoder', widths),
    ...heads.flatMap((head) => layer(head, last, config.latentDim)),
    ...chain('decoder', mirrored),
  ];
}

/** Number of parameters of these tensors. */
export function parameterCount(shapes: readonly LayerShape[]): number {
  return shapes.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
}

function chain(name: string, widths: readonly number[]): LayerShape[] {
  return widths.slice(1).flatMap((out, i) => layer(`${name}.${i}`, widths[i]!, out));
}

function layer(name: string, inputs: number, outputs: number): LayerShape[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs] },
    { name: `${name}.bias`, shape: [outputs] },
  ];
}

function isWidth(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_WIDTH;
}

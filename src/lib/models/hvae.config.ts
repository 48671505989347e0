// Sizes and settings of the hierarchical VAE. Pure: labs and pages may import it.
// Levels are counted from the image upwards: level 0 is next to the pixels, the last is the top.
import type { LayerShape, ModelSpec, Plain, Settings } from '../protocol/model.ts';
import { ConfigError, MAX_WIDTH } from './dense.config.ts';

/** One stochastic layer, and the widths of the dense layers below it (mirrored in the decoder). */
export interface Level {
  readonly latent: number;
  readonly hidden: readonly number[];
}

const CHOICES = {
  /** Bottom-up: q(z_l | z_{l−1}), Burda et al. 2016. Top-down: the ladder, Sønderby et al. 2016. */
  inference: ['bottom-up', 'top-down'],
  /** Of the ladder: the product of two Gaussians (Sønderby et al. 2016), or offsets from the prior (Vahdat and Kautz 2020). */
  posterior: ['product', 'residual'],
  activation: ['relu', 'leaky-relu', 'tanh'],
  normalisation: ['none', 'batch'],
} as const;

export interface HvaeConfig {
  readonly inputDim: number;
  readonly levels: readonly Level[];
  readonly inference: (typeof CHOICES.inference)[number];
  readonly posterior: (typeof CHOICES.posterior)[number];
  readonly activation: (typeof CHOICES.activation)[number];
  readonly normalisation: (typeof CHOICES.normalisation)[number];
  /** Whether the decoder's features pass a level beside its code, not only through it. */
  readonly skip: boolean;
}

/** What may change while it trains. */
export const hvaeDefaults = {
  learningRate: 1e-3,
  /** Weight on the KL of all levels. */
  beta: 1,
  /** Steps over which the weight on the KL grows from 0 to β; 0 for none. */
  warmupSteps: 0,
  /** Nats of each level's KL that cost nothing (Kingma et al. 2016); 0 for none. */
  freeBits: 0,
} satisfies Settings;

/** The spec of a hierarchical VAE of these sizes. */
export function hvaeSpec(config: HvaeConfig): ModelSpec {
  return {
    family: 'hvae',
    config: { ...config, levels: config.levels.map(({ latent, hidden }) => ({ latent, hidden })) },
  };
}

/** Parses outside data into a config. Throws ConfigError. */
export function parseHvae(config: ModelSpec['config']): HvaeConfig {
  const { inputDim, levels, skip } = config;
  if (!isWidth(inputDim)) throw wrong('inputDim', inputDim, `an integer from 1 to ${MAX_WIDTH}`);
  if (!Array.isArray(levels) || levels.length === 0 || !levels.every(isLevel)) {
    throw wrong('levels', levels, 'a list of at least one { latent, hidden: [widths] }');
  }
  if (typeof skip !== 'boolean') throw wrong('skip', skip, 'true or false');
  const choose = <K extends keyof typeof CHOICES>(name: K): HvaeConfig[K] => {
    const found = CHOICES[name].find((choice) => choice === config[name]);
    if (found === undefined) throw wrong(name, config[name], `one of ${CHOICES[name].join(', ')}`);
    return found as HvaeConfig[K];
  };
  return {
    inputDim,
    levels,
    inference: choose('inference'),
    posterior: choose('posterior'),
    activation: choose('activation'),
    normalisation: choose('normalisation'),
    skip,
  };
}

/** Latent dimensions of all levels together. */
export function latentTotal({ levels }: HvaeConfig): number {
  return levels.reduce((total, { latent }) => total + latent, 0);
}

/** Where each level's dimensions lie in a row of all of them: [from, to) by level, level 0 first. */
export function levelSpans({ levels }: HvaeConfig): readonly (readonly [number, number])[] {
  let from = 0;
  return levels.map(({ latent }) => [from, (from += latent)] as const);
}

/** Every parameter in PyTorch's names, encoder from the image up, then decoder from the top down. */
export function hvaeShapes(config: HvaeConfig): readonly LayerShape[] {
  const { levels, inference, posterior, skip } = config;
  const top = levels.length - 1;
  const widthAbove = (l: number): number => levels[l + 1]?.hidden[0] ?? 0; // of the decoder's features that reach level l
  const encoder = levels.flatMap(({ latent, hidden }, l) => {
    const below = levels[l - 1];
    const input =
      below === undefined
        ? config.inputDim
        : inference === 'bottom-up'
          ? below.latent
          : below.hidden.at(-1)!;
    const beside =
      inference === 'top-down' && posterior === 'residual' && l < top ? widthAbove(l) : 0;
    return [
      ...mlp(config, `bottom.${l}`, [input, ...hidden]),
      ...heads(`posterior.${l}`, hidden.at(-1)! + beside, latent),
    ];
  });
  const decoder = levels
    .map(({ latent, hidden }, l) => [
      ...mlp(config, `top.${l}`, [
        latent + (skip && l < top ? widthAbove(l) : 0),
        ...[...hidden].reverse(),
      ]),
      ...(l === 0
        ? dense('pixels', hidden[0] ?? 0, config.inputDim)
        : heads(`prior.${l - 1}`, hidden[0] ?? 0, levels[l - 1]?.latent ?? 0)),
    ])
    .reverse()
    .flat();
  return [...encoder, ...decoder];
}

function mlp(config: HvaeConfig, name: string, widths: readonly number[]): LayerShape[] {
  return widths.slice(1).flatMap((outputs, i) => {
    const inputs = widths[i]!;
    if (config.normalisation === 'none') return dense(`${name}.${i}`, inputs, outputs);
    const norm = `${name}.${i}.norm`;
    // A bias in front of a normalisation would be taken away by it.
    return [
      { name: `${name}.${i}.weight`, shape: [outputs, inputs] },
      { name: `${norm}.weight`, shape: [outputs], init: 'ones' },
      { name: `${norm}.bias`, shape: [outputs], init: 'zeros' },
      { name: `${norm}.running_mean`, shape: [outputs], init: 'zeros', buffer: true },
      { name: `${norm}.running_var`, shape: [outputs], init: 'ones', buffer: true },
    ] satisfies LayerShape[];
  });
}

function heads(name: string, inputs: number, latent: number): LayerShape[] {
  return [...dense(`${name}.mean`, inputs, latent), ...dense(`${name}.log_var`, inputs, latent)];
}

function dense(name: string, inputs: number, outputs: number): LayerShape[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs] },
    { name: `${name}.bias`, shape: [outputs] },
  ];
}

function isWidth(value: Plain | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_WIDTH;
}

function isLevel(value: Plain): value is { latent: number; hidden: number[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { latent, hidden } = value as Record<string, Plain>;
  return isWidth(latent) && Array.isArray(hidden) && hidden.length > 0 && hidden.every(isWidth);
}

function wrong(name: string, value: Plain | undefined, expected: string): ConfigError {
  return new ConfigError(`hvae: "${name}" is ${JSON.stringify(value)}; expected ${expected}.`);
}

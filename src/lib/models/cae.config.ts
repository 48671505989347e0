// Sizes, presets and settings of the convolutional autoencoder, and what each of its layers sees. Pure: no tensors, so
// labs and pages may import it.
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { ConfigError, MAX_WIDTH } from './dense.config.ts';

/** How the size of the maps changes, by two in each layer. */
export type Resampling =
  /** Convolutions of stride 2, and transposed convolutions back. */
  | 'stride'
  /** Convolutions of stride 1 and 2 × 2 max pooling; back by doubling each pixel and a convolution of stride 1. */
  | 'pool';

export interface CaeConfig {
  readonly inputDim: number; // pixels of a square grey image, flattened
  readonly channels: readonly number[]; // maps of each encoder layer; the decoder mirrors them
  /** Numbers of the dense bottleneck; 0 for none, where the code is the last maps themselves. */
  readonly bottleneck: number;
  readonly resampling: Resampling;
  /** Whether a decoder layer also sees the encoder's maps of its size, as in a U-Net. */
  readonly skip: boolean;
}

export const caeDefaults = { learningRate: 1e-3 } satisfies Settings;

/** Every kernel of this family is 3 × 3, with one pixel of zeros around the image. */
export const KERNEL = 3;

const base = { inputDim: 784, bottleneck: 0, resampling: 'stride', skip: false } as const;

/** The chapter's networks. */
export const caePresets = {
  '16-32': { ...base, channels: [16, 32] },
  '32-64': { ...base, channels: [32, 64] },
  d32: { ...base, channels: [16, 32], bottleneck: 32 },
  pool: { ...base, channels: [16, 32], resampling: 'pool' },
} as const satisfies Record<string, CaeConfig>;

export type CaePreset = keyof typeof caePresets;

/** The spec of a convolutional autoencoder of these sizes. */
export function caeSpec(config: CaeConfig): ModelSpec {
  return { family: 'cae', config: { ...config } };
}

/** Parses outside data. Throws ConfigError. */
export function parseCae(config: ModelSpec['config']): CaeConfig {
  const { inputDim, channels, bottleneck, resampling, skip } = config;
  const fail = (name: string, expected: string): never => {
    throw new ConfigError(
      `cae: "${name}" is ${JSON.stringify(config[name])}; expected ${expected}.`,
    );
  };
  const isWidth = (value: unknown, least = 1): value is number =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= MAX_WIDTH;
  if (!Array.isArray(channels) || channels.length === 0 || !channels.every((c) => isWidth(c))) {
    return fail('channels', 'a list of at least one number of maps');
  }
  const halvings = 2 ** channels.length;
  if (!isWidth(inputDim) || !Number.isInteger(Math.sqrt(inputDim) / halvings)) {
    return fail('inputDim', `the pixels of a square image whose side ${halvings} divides`);
  }
  if (!isWidth(bottleneck, 0)) return fail('bottleneck', `an integer from 0 to ${MAX_WIDTH}`);
  if (resampling !== 'stride' && resampling !== 'pool') return fail('resampling', 'stride or pool');
  if (typeof skip !== 'boolean') return fail('skip', 'true or false');
  return { inputDim, channels, bottleneck, resampling, skip };
}

/** One layer's output: `channels` maps of `side` × `side`; a dense code has side 1. */
export interface MapSize {
  readonly name: string;
  readonly channels: number;
  readonly side: number;
}

/** What flows through the network, from the image x to its reconstruction x̂, with the names that layers go by. */
export function mapSizes(config: CaeConfig): readonly MapSize[] {
  const { channels, bottleneck } = config;
  const sides = sidesOf(config);
  const last = channels.length - 1;
  const first = decoderOffset(config);
  return [
    { name: 'x', channels: 1, side: sides[0]! },
    ...channels.map((c, i) => ({ name: `encoder.${i}`, channels: c, side: sides[i + 1]! })),
    ...(bottleneck > 0
      ? [
          { name: 'code', channels: bottleneck, side: 1 },
          { name: 'decoder.0', channels: channels[last]!, side: sides[last + 1]! },
        ]
      : []),
    ...channels.map((_, i) => ({
      name: `decoder.${first + i}`,
      channels: channels[last - i - 1] ?? 1,
      side: sides[last - i]!,
    })),
  ];
}

/** The layer whose output is the code. */
export function codeLayer(config: CaeConfig): string {
  return config.bottleneck > 0 ? 'code' : `encoder.${config.channels.length - 1}`;
}

/** The name that a decoder layer's second input goes by: the encoder's maps that skip the code. */
export const skipName = (encoderLayer: number): string => `skip.${encoderLayer}`;

/** Numbers in the code. */
export function codeSize(config: CaeConfig): number {
  const { channels, bottleneck } = config;
  return bottleneck > 0 ? bottleneck : channels.at(-1)! * sidesOf(config).at(-1)! ** 2;
}

/** Sides of the maps: the image's, then after each encoder layer. */
export function sidesOf({ inputDim, channels }: CaeConfig): readonly number[] {
  const side = Math.sqrt(inputDim);
  return [side, ...channels.map((_, i) => side / 2 ** (i + 1))];
}

/** The decoder's first convolution: layer 0 is the dense one where there is a bottleneck. */
export function decoderOffset({ bottleneck }: CaeConfig): number {
  return bottleneck > 0 ? 1 : 0;
}

/**
 * Every tensor in PyTorch's layout: Conv2d (out, in, 3, 3), ConvTranspose2d (in, out, 3, 3), Linear (out, in). The
 * dense layers read and write maps flattened channel by channel, as `flatten` of (batch, channels, height, width) does.
 */
export function caeShapes(config: CaeConfig): readonly LayerShape[] {
  const { channels, bottleneck, resampling, skip } = config;
  const maps = [1, ...channels];
  const last = channels.length - 1;
  const flat = channels[last]! * sidesOf(config).at(-1)! ** 2;
  const offset = decoderOffset(config);
  const kernel = [KERNEL, KERNEL];
  return [
    ...channels.flatMap((out, i) => layer(`encoder.${i}`, [out, maps[i]!, ...kernel], out)),
    ...(bottleneck > 0
      ? [
          ...layer('code', [bottleneck, flat], bottleneck),
          ...layer('decoder.0', [flat, bottleneck], flat),
        ]
      : []),
    ...channels.flatMap((_, i) => {
      // What comes from below, and beside it the maps that skipped: all but the first layer have a twin.
      const inputs = channels[last - i]! * (skip && i > 0 ? 2 : 1);
      const out = maps[last - i]!;
      const shape = resampling === 'stride' ? [inputs, out, ...kernel] : [out, inputs, ...kernel];
      return layer(`decoder.${offset + i}`, shape, out);
    }),
  ];
}

function layer(name: string, shape: readonly number[], out: number): LayerShape[] {
  return [
    { name: `${name}.weight`, shape },
    { name: `${name}.bias`, shape: [out] },
  ];
}

// The convolutional autoencoder: 3 × 3 kernels, maps that halve and double, a dense bottleneck or none, and skips.
// Owns no variables, randomness or backend.
import { conv2d, convTranspose2d, flatten, maxPool2, unflatten, upsample2 } from '../ops/conv.ts';
import { activate, dense, type Parameters } from '../ops/layers.ts';
import { squaredError } from '../ops/losses.ts';
import {
  broadcastTo,
  concat,
  mean,
  reshape,
  sigmoid,
  tensor2d,
  tensor4d,
  transpose,
  zeros,
} from '../ops/tf.ts';
import type { Rank, Scalar, Tensor, Tensor2D, Tensor4D } from '../ops/tf.ts';
import {
  caeDefaults,
  caeShapes,
  codeSize,
  decoderOffset,
  parseCae,
  sidesOf,
  skipName,
  type CaeConfig,
} from './cae.config.ts';
import { caeStages } from './cae-stages.ts';
import type { Activations, Batch, Family, Loss } from './family.ts';

/** Sees what each layer hands on, under the layer's name, and may hand on something else. */
type Tap = <T extends Tensor>(layer: string, value: T) => T;
const untapped: Tap = (_, value) => value;

/** The code, as maps or as rows, and the maps that skip it, the first layer's first. */
interface Encoded {
  readonly code: Tensor4D | Tensor2D;
  readonly skipped: readonly Tensor4D[];
}

const HALVING = { stride: 2, padding: 1 };
const SAME_SIZE = { stride: 1, padding: 1 };

/** The encoder φ: images [batch, side, side, 1] to maps, half the side in each layer. */
function encodeMaps(config: CaeConfig, p: Parameters, x: Tensor4D, tap: Tap): Encoded {
  const skipped: Tensor4D[] = [];
  let h = x;
  config.channels.forEach((_, i) => {
    const layer = `encoder.${i}`;
    if (config.resampling === 'stride') h = activate(conv2d(p, layer, h, HALVING), 'relu');
    else h = maxPool2(activate(conv2d(p, layer, h, SAME_SIZE), 'relu'));
    skipped.push(h);
    h = tap(layer, h);
  });
  skipped.pop(); // the last layer's maps are the code, or make it
  if (config.bottleneck === 0) return { code: h, skipped };
  return { code: tap('code', dense(p, 'code', flatten(h))), skipped };
}

/** The decoder θ: the code to means [batch, side, side, 1] in [0, 1]. */
function decodeMaps(config: CaeConfig, p: Parameters, encoded: Encoded, tap: Tap): Tensor4D {
  const { channels, resampling, skip } = config;
  const last = channels.length - 1;
  let h = encoded.code as Tensor4D;
  if (config.bottleneck > 0) {
    const rows = activate(dense(p, 'decoder.0', encoded.code as Tensor2D), 'relu');
    h = tap('decoder.0', unflatten(rows, channels[last]!));
  }
  const offset = decoderOffset(config);
  for (let i = 0; i <= last; i++) {
    const layer = `decoder.${offset + i}`;
    if (skip && i > 0) {
      const twin = last - i;
      h = concat([h, tap(skipName(twin), encoded.skipped[twin]!)], 3);
    }
    h =
      resampling === 'stride'
        ? convTranspose2d(p, layer, h, { ...HALVING, outputPadding: 1 })
        : conv2d(p, layer, upsample2(h), SAME_SIZE);
    h = tap(layer, i < last ? activate(h, 'relu') : sigmoid(h));
  }
  return h;
}

/** Images [batch, pixels] to their reconstructions, decoder means of the same shape. */
export function reconstruct(
  config: CaeConfig,
  p: Parameters,
  x: Tensor2D,
  tap: Tap = untapped,
): Tensor2D {
  const image = tap('x', imageOf(config, x));
  return reshape(decodeMaps(config, p, encodeMaps(config, p, image, tap), tap), x.shape);
}

/** The mean squared error per pixel, averaged over the batch. */
export function loss(config: CaeConfig, p: Parameters, { input, target }: Batch): Loss {
  const mse = mean<Scalar>(squaredError(reconstruct(config, p, input), target));
  return { objective: mse, terms: [mse] };
}

/** The code as one row of numbers for each image, maps channel by channel: [batch, codeSize]. */
export function encode(config: CaeConfig, p: Parameters, x: Tensor2D): Tensor2D {
  return rowsOf(config, encodeMaps(config, p, imageOf(config, x), untapped));
}

function rowsOf(config: CaeConfig, { code }: Encoded): Tensor2D {
  return config.bottleneck > 0 ? (code as Tensor2D) : flatten(code as Tensor4D);
}

/** What the code alone decodes to, [n, pixels]: maps that would skip it are zero. */
export function decode(config: CaeConfig, p: Parameters, codes: Tensor2D): Tensor2D {
  const { channels, bottleneck, skip } = config;
  const sides = sidesOf(config);
  const batch = codes.shape[0];
  const skipped = channels
    .slice(0, skip ? -1 : 0)
    .map((c, i): Tensor4D => zeros([batch, sides[i + 1]!, sides[i + 1]!, c]));
  const code = bottleneck > 0 ? codes : unflatten(codes, channels.at(-1)!);
  const means = decodeMaps(config, p, { code, skipped }, untapped);
  return reshape(means, [batch, config.inputDim]);
}

/** Every layer's output, as maps; what is in `replaced` is handed on in a layer's place. */
function activations(
  config: CaeConfig,
  p: Parameters,
  x: Tensor2D,
  replaced: ReadonlyMap<string, Float32Array>,
): Activations {
  const seen = new Map<string, Tensor4D>();
  reconstruct(config, p, x, (layer, value) => {
    const values = replaced.get(layer);
    const handed = values ? likeEach(values, value) : value;
    const maps = mapsOf(handed);
    seen.set(layer, maps);
    return handed;
  });
  return seen;
}

/** One image's numbers, channel by channel, for every image of the batch that `value` is of. */
function likeEach<T extends Tensor>(values: Float32Array, value: T): T {
  const { shape } = value;
  const [, height = 1, width = 1, channels = 1] = shape;
  const one: Tensor =
    value.rank === 4
      ? transpose(tensor4d(values, [1, channels, height, width]), [0, 2, 3, 1])
      : tensor2d(values, [1, values.length]);
  return broadcastTo(one, shape) as T;
}

/** Maps as they are; rows [batch, n] as n maps of one pixel. */
function mapsOf(value: Tensor): Tensor4D {
  const [batch = 0, height = 1, width = 1, channels = 1] =
    value.rank === 4 ? value.shape : [value.shape[0], 1, 1, value.shape[1]];
  return reshape(value, [batch, height, width, channels]);
}

function imageOf(config: CaeConfig, x: Tensor2D): Tensor4D {
  const [side = 0] = sidesOf(config);
  return reshape(x, [x.shape[0], side, side, 1]);
}

export const family: Family<CaeConfig> = {
  name: 'cae',
  terms: () => ['mse'],
  defaults: caeDefaults,
  parse: parseCae,
  shapes: caeShapes,
  noiseDim: () => 0,
  latentDim: codeSize,
  inputDim: (config) => config.inputDim,
  binarises: () => false,
  loss,
  objective: (terms) => terms['mse'] ?? NaN,
  evaluate: (config, p, { input, target }) => {
    const encoded = encodeMaps(config, p, imageOf(config, input), untapped);
    const means = reshape<Rank.R2>(decodeMaps(config, p, encoded, untapped), input.shape);
    return {
      perImage: [squaredError(means, target)],
      klPerDimension: null,
      codes: { mean: rowsOf(config, encoded), logVar: null },
    };
  },
  encode: (config, p, x) => ({ mean: encode(config, p, x), logVar: null }),
  decode,
  reconstruct,
  activations,
  stages: (config, p, { input, target }) =>
    caeStages(config, input, activations(config, p, input, new Map()), target),
};

// The networks of the benchmark as plain data, which the PyTorch side reads too, and their losses in this
// project's operations. Weights are (out, in) and filters as tfjs wants them, biases zero.

import * as tf from '../../src/lib/ops/tf.ts';
import type { Parameters } from '../../src/lib/ops/layers.ts';
import { dense, parameter } from '../../src/lib/ops/layers.ts';
import { bernoulliNll, klToStandardNormal } from '../../src/lib/ops/losses.ts';

export interface Network {
  readonly kind: 'dense' | 'vae' | 'conv' | 'ladder';
  readonly batch: number;
  readonly input: number; // pixels or coordinates
  /** Widths of the encoder's hidden layers, or channels of its convolutions; the decoder mirrors them. */
  readonly hidden: readonly number[];
  /** Sizes of the codes, from the image upwards. */
  readonly latent: readonly number[];
  readonly activation: 'relu' | 'tanh';
}

export interface Layer {
  readonly name: string;
  readonly shape: readonly number[];
}

const BATCH = 128;

export const networks: Readonly<Record<string, Network>> = {
  'fully connected AE': network('dense', 784, [128, 64], [32]),
  VAE: network('vae', 784, [400], [20]),
  'convolutional AE': network('conv', 784, [16, 32], []),
  'hierarchical VAE': network('ladder', 784, [512, 512, 256], [64, 32, 16]),
  'toy net': { ...network('dense', 2, [32, 32], [2]), activation: 'tanh' },
};

/** Small enough for a graphics processor that is none: what counts is the ratio on one and the same device. */
export const onGraphics: Readonly<Record<string, Network>> = {
  'small VAE': network('vae', 784, [64], [8], 16),
  'toy net': { ...network('dense', 2, [32, 32], [2]), activation: 'tanh' },
};

export function network(
  kind: Network['kind'],
  input: number,
  hidden: readonly number[],
  latent: readonly number[],
  batch = BATCH,
): Network {
  return { kind, batch, input, hidden, latent, activation: 'relu' };
}

const linear = (name: string, from: number, to: number): Layer[] => [
  { name: `${name}.weight`, shape: [to, from] },
  { name: `${name}.bias`, shape: [to] },
];

const chain = (name: string, widths: readonly number[]): Layer[] =>
  widths.slice(1).flatMap((to, i) => linear(`${name}.${i}`, widths[i]!, to));

/** Every parameter of a network. */
export function layers({ kind, input, hidden, latent }: Network): Layer[] {
  const back = [...hidden].reverse();
  const top = latent.at(-1) ?? 0;
  switch (kind) {
    case 'dense':
      return [...chain('up', [input, ...hidden, top]), ...chain('down', [top, ...back, input])];
    case 'vae':
      return [
        ...chain('up', [input, ...hidden]),
        ...linear('posterior', hidden.at(-1)!, 2 * top),
        ...chain('down', [top, ...back, input]),
      ];
    case 'conv': {
      const channels = [1, ...hidden];
      const filters = channels
        .slice(1)
        .map((to, i) => ({ from: channels[i]!, to, shape: [3, 3, channels[i]!, to] }));
      return [
        ...filters.flatMap(({ shape, to }, i) => filter(`up.${i}`, shape, to)),
        ...filters.flatMap(({ shape, from }, i) => filter(`down.${i}`, shape, from)),
      ];
    }
    case 'ladder':
      return [
        ...chain('up', [input, ...hidden]),
        ...hidden.flatMap((width, i) => [
          ...linear(`posterior.${i}`, width, 2 * latent[i]!),
          // What comes down to level i: the code above it, widened to the level's width.
          ...linear(`down.${i}`, latent[i]!, i === 0 ? width : hidden[i - 1]!),
          ...(i === 0 ? [] : linear(`prior.${i - 1}`, hidden[i - 1]!, 2 * latent[i - 1]!)),
        ]),
        ...linear('out.0', hidden[0]!, hidden[0]!),
        ...linear('out.1', hidden[0]!, input),
      ];
  }
}

const filter = (name: string, shape: readonly number[], bias: number): Layer[] => [
  { name: `${name}.weight`, shape },
  { name: `${name}.bias`, shape: [bias] },
];

/** Mean loss of a batch. @param x [batch, input] @param noise [batch, Σ latent], standard normal */
export function loss(n: Network, p: Parameters, x: tf.Tensor2D, noise: tf.Tensor2D): tf.Scalar {
  switch (n.kind) {
    case 'dense':
      return denseLoss(n, p, x);
    case 'vae':
      return vaeLoss(n, p, x, noise);
    case 'conv':
      return convLoss(n, p, x);
    case 'ladder':
      return ladderLoss(n, p, x, noise);
  }
}

const stack = (n: Network, p: Parameters, name: string, count: number, from: tf.Tensor2D) => {
  let h = from;
  for (let i = 0; i < count; i++) {
    h = dense(p, `${name}.${i}`, h);
    h = n.activation === 'relu' ? tf.relu(h) : tf.tanh(h);
  }
  return h;
};

function denseLoss(n: Network, p: Parameters, x: tf.Tensor2D): tf.Scalar {
  const depth = n.hidden.length;
  const code = dense(p, `up.${depth}`, stack(n, p, 'up', depth, x));
  const y = dense(p, `down.${depth}`, stack(n, p, 'down', depth, code));
  return tf.mean(tf.square(tf.sub(y, x)));
}

function vaeLoss(n: Network, p: Parameters, x: tf.Tensor2D, noise: tf.Tensor2D): tf.Scalar {
  const depth = n.hidden.length;
  const [mean, logVar] = halves(dense(p, 'posterior', stack(n, p, 'up', depth, x)));
  const z = tf.add<tf.Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
  const logits = dense(p, `down.${depth}`, stack(n, p, 'down', depth, z));
  const kl = tf.sum(klToStandardNormal(mean, logVar), 1);
  return tf.mean(tf.add(bernoulliNll(logits, x), kl));
}

function convLoss(n: Network, p: Parameters, x: tf.Tensor2D): tf.Scalar {
  const side = Math.sqrt(n.input);
  const image = tf.reshape<tf.Rank.R4>(x, [n.batch, side, side, 1]);
  const sizes = [side];
  let h = image;
  for (let i = 0; i < n.hidden.length; i++) {
    h = tf.conv2d(h, filterOf(p, `up.${i}.weight`), 2, 'same');
    h = tf.relu(tf.add<tf.Tensor4D>(h, parameter(p, `up.${i}.bias`)));
    sizes.push(h.shape[1]);
  }
  for (let i = n.hidden.length - 1; i >= 0; i--) {
    const weight = filterOf(p, `down.${i}.weight`);
    const size = sizes[i]!;
    const shape: [number, number, number, number] = [n.batch, size, size, weight.shape[2]];
    h = tf.conv2dTranspose(h, weight, shape, 2, 'same');
    h = tf.add<tf.Tensor4D>(h, parameter(p, `down.${i}.bias`));
    if (i > 0) h = tf.relu(h);
  }
  return tf.mean(tf.square(tf.sub(h, image)));
}

function filterOf(p: Parameters, name: string): tf.Tensor4D {
  const weight: tf.Tensor = parameter(p, name);
  return weight as tf.Tensor4D;
}

/** Three levels: each posterior reads its level on the way up, each prior the level above on the way down. */
function ladderLoss(n: Network, p: Parameters, x: tf.Tensor2D, noise: tf.Tensor2D): tf.Scalar {
  const up: tf.Tensor2D[] = [];
  let h = x;
  for (let i = 0; i < n.hidden.length; i++) {
    h = tf.relu(dense(p, `up.${i}`, h));
    up.push(h);
  }
  const own = tf.split(noise, [...n.latent], 1);
  let kl: tf.Tensor | undefined;
  let down: tf.Tensor2D | undefined;
  for (let i = n.latent.length - 1; i >= 0; i--) {
    const [mean, logVar] = halves(dense(p, `posterior.${i}`, up[i]!));
    const level = down
      ? klBetween(mean, logVar, ...halves(dense(p, `prior.${i}`, down)))
      : klToStandardNormal(mean, logVar);
    const sum = tf.sum(level, 1);
    kl = kl ? tf.add(kl, sum) : sum;
    const z = tf.add<tf.Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), own[i]!));
    down = tf.relu(dense(p, `down.${i}`, z));
  }
  if (!down || !kl) throw new Error('A hierarchical VAE needs at least one level.');
  const logits = dense(p, 'out.1', tf.relu(dense(p, 'out.0', down)));
  return tf.mean(tf.add(bernoulliNll(logits, x), kl));
}

const halves = (t: tf.Tensor2D) => tf.split(t, 2, 1) as [tf.Tensor2D, tf.Tensor2D];

/** KL(N(μ, σ²) ‖ N(μ₂, σ₂²)) of each dimension. */
function klBetween(
  mean: tf.Tensor2D,
  logVar: tf.Tensor2D,
  mean2: tf.Tensor2D,
  logVar2: tf.Tensor2D,
): tf.Tensor2D {
  const ratio = tf.exp(tf.sub(logVar, logVar2));
  const shift = tf.mul(tf.square(tf.sub(mean, mean2)), tf.exp(tf.neg(logVar2)));
  return tf.mul(tf.sub(tf.add(ratio, shift), tf.add(tf.sub(logVar, logVar2), 1)), 0.5);
}

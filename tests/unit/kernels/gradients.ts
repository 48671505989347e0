// Every gradient that lib/ops registers, on this backend, against finite differences of the same operation.

import { describe, expect, test } from 'vitest';
import {
  conv2d,
  convTranspose2d,
  flatten,
  maxPool2,
  upsample2,
} from '../../../src/lib/ops/conv.ts';
import * as tf from '../../../src/lib/ops/tf.ts';
import type { Rank, Tensor, Tensor4D } from '../../../src/lib/ops/tf.ts';
import { read, values } from './reference.ts';

interface Case {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  readonly shape?: readonly number[];
  /** Moves the points to where the function is defined and smooth. */
  readonly at?: (x: number) => number;
}

const positive = (x: number) => Math.abs(x) + 0.4;
/** At least 0.15 from zero, where the pieces of a piecewise function meet. */
const awayFromZero = (x: number) => x + 0.15 * Math.sign(x);
/** Ten times as far from each other, so that no step passes a neighbour. */
const apart = (x: number) => 10 * x;
const table = (x: Tensor) => tf.reshape<Rank.R2>(x, [4, 6]);
const image = (x: Tensor) => tf.reshape<Rank.R4>(x, [1, 4, 3, 2]);
const filter = (x: Tensor) => tf.reshape<Rank.R4>(x, [2, 2, 2, 3]);
const fixed = (count: number, shape: number[], seed = 99) => tf.tensor(values(count, seed), shape);
const rows = () => tf.tensor1d([3, 0, 3], 'int32');

const layer = (weight: Tensor, bias: Tensor) => ({ 'layer.weight': weight, 'layer.bias': bias });
const halving = { stride: 2, padding: 1 };
const doubling = { ...halving, outputPadding: 1 };
const even = (x: Tensor) => tf.reshape<Rank.R4>(x, [1, 2, 6, 2]);

const cases: readonly Case[] = [
  { name: 'abs', f: tf.abs, at: awayFromZero },
  { name: 'add with broadcast', f: (x) => tf.add(table(x), fixed(6, [6])) },
  { name: 'add, the one that is broadcast', f: (x) => tf.add(x, fixed(48, [2, 24])) },
  { name: 'addN', f: (x) => tf.addN([x, tf.square(x), x]) },
  { name: 'broadcastTo', f: (x) => tf.broadcastTo(x, [3, 24]) },
  {
    name: 'clipByValue',
    f: (x) => tf.clipByValue(x, -0.5, 0.5),
    at: (x) => (Math.abs(Math.abs(x) - 0.5) < 0.05 ? 0 : x),
  },
  { name: 'concat', f: (x) => tf.concat([table(x), tf.square(table(x))], 1) },
  {
    name: 'conv2d, the image',
    f: (x) => tf.conv2d(image(x), fixed(54, [3, 3, 2, 3]) as Tensor4D, 2, 'same'),
  },
  {
    name: 'conv2d, the filter',
    f: (x) => tf.conv2d(fixed(50, [1, 5, 5, 2]) as Tensor4D, filter(x), 1, 'valid'),
  },
  {
    name: 'conv2dTranspose, the image',
    f: (x) =>
      tf.conv2dTranspose(image(x), fixed(54, [3, 3, 3, 2]) as Tensor4D, [1, 8, 6, 3], 2, 'same'),
  },
  {
    name: 'conv2dTranspose, the filter',
    f: (x) =>
      tf.conv2dTranspose(fixed(12, [1, 2, 2, 3]) as Tensor4D, filter(x), [1, 4, 4, 2], 2, 'same'),
  },
  {
    name: 'PyTorch’s convolution of stride 2, the image',
    f: (x) => conv2d(layer(fixed(54, [3, 2, 3, 3]), fixed(3, [3])), 'layer', image(x), halving),
  },
  {
    name: 'PyTorch’s convolution of stride 2, the weight',
    f: (x) =>
      conv2d(
        layer(tf.reshape(x, [3, 2, 2, 2]), fixed(3, [3])),
        'layer',
        fixed(72, [1, 6, 6, 2]) as Tensor4D,
        halving,
      ),
  },
  {
    name: 'PyTorch’s transposed convolution, the image',
    f: (x) =>
      convTranspose2d(layer(fixed(54, [2, 3, 3, 3]), fixed(3, [3])), 'layer', image(x), doubling),
  },
  {
    name: 'PyTorch’s transposed convolution, the weight',
    f: (x) =>
      convTranspose2d(
        layer(tf.reshape(x, [2, 3, 2, 2]), fixed(3, [3])),
        'layer',
        fixed(18, [1, 3, 3, 2]) as Tensor4D,
        doubling,
      ),
  },
  {
    name: 'PyTorch’s transposed convolution, the bias',
    f: (x) =>
      convTranspose2d(
        layer(fixed(2 * 24 * 9, [2, 24, 3, 3]), x),
        'layer',
        fixed(18, [1, 3, 3, 2]) as Tensor4D,
        doubling,
      ),
  },
  { name: 'max pooling', f: (x) => maxPool2(even(x)), at: apart },
  { name: 'max pooling of negative numbers', f: (x) => maxPool2(even(x)), at: (x) => 10 * x - 20 },
  { name: 'doubling of pixels', f: (x) => upsample2(image(x)) },
  {
    name: 'doubling of the pixels of several images',
    f: (x) => upsample2(tf.reshape<Rank.R4>(x, [4, 1, 3, 2])),
  },
  { name: 'flattening of maps', f: (x) => flatten(image(x)) },
  { name: 'cos', f: tf.cos },
  { name: 'cumsum', f: (x) => tf.cumsum(table(x), 1) },
  { name: 'div, above', f: (x) => tf.div(x, fixed(24, [24])) },
  { name: 'div, below', f: (x) => tf.div(1, x), at: positive },
  { name: 'elu', f: tf.elu, at: awayFromZero },
  { name: 'exp', f: tf.exp },
  { name: 'expandDims', f: (x) => tf.expandDims(x, 0) },
  { name: 'expm1', f: tf.expm1 },
  { name: 'gather', f: (x) => tf.gather(table(x), rows()) },
  { name: 'gather along columns', f: (x) => tf.gather(table(x), rows(), 1) },
  { name: 'leakyRelu', f: (x) => tf.leakyRelu(x, 0.2), at: awayFromZero },
  { name: 'log', f: tf.log, at: positive },
  { name: 'log1p', f: tf.log1p, at: positive },
  { name: 'logSigmoid', f: tf.logSigmoid },
  { name: 'logSoftmax', f: (x) => tf.logSoftmax(table(x)) },
  { name: 'logSumExp', f: (x) => tf.logSumExp(table(x), 1) },
  { name: 'matMul, left', f: (x) => tf.matMul(table(x), fixed(18, [6, 3])) },
  { name: 'matMul, right', f: (x) => tf.matMul(fixed(12, [3, 4]), table(x)) },
  {
    name: 'matMul, left transposed',
    f: (x) => tf.matMul(table(x), fixed(12, [3, 4]), true, true),
  },
  {
    name: 'matMul, right transposed',
    f: (x) => tf.matMul(fixed(18, [6, 3]), table(x), true, true),
  },
  {
    name: 'fused matMul',
    f: (x) =>
      tf.fused.matMul({
        a: table(x),
        b: fixed(18, [6, 3]),
        bias: tf.tensor1d([1, 2, 3]),
      }),
  },
  { name: 'max', f: (x) => tf.max(table(x), 1), at: apart },
  { name: 'maximum', f: (x) => tf.maximum(x, 0), at: awayFromZero },
  { name: 'mean of columns', f: (x) => tf.mean(table(x), 0) },
  { name: 'mean of rows', f: (x) => tf.mean(table(x), 1) },
  { name: 'min', f: (x) => tf.min(table(x), 1), at: apart },
  { name: 'minimum', f: (x) => tf.minimum(x, 0), at: awayFromZero },
  { name: 'mul', f: (x) => tf.mul(table(x), tf.reshape(tf.slice(x, 0, 6), [6])) },
  { name: 'neg', f: tf.neg },
  {
    name: 'pad',
    f: (x) =>
      tf.pad(table(x), [
        [1, 2],
        [0, 1],
      ]),
  },
  { name: 'pow', f: (x) => tf.pow(x, 2.5), at: positive },
  { name: 'reciprocal', f: tf.reciprocal, at: positive },
  { name: 'relu', f: tf.relu, at: awayFromZero },
  { name: 'reshape', f: (x) => tf.reshape(x, [2, 12]) },
  { name: 'reverse', f: (x) => tf.reverse(table(x), 1) },
  { name: 'rsqrt', f: tf.rsqrt, at: positive },
  { name: 'sigmoid', f: tf.sigmoid },
  { name: 'sin', f: tf.sin },
  { name: 'slice', f: (x) => tf.slice(table(x), [1, 2], [2, 3]) },
  { name: 'softmax', f: (x) => tf.softmax(table(x)) },
  { name: 'softplus', f: tf.softplus },
  { name: 'split', f: (x) => tf.mul(...(tf.split(table(x), 2, 1) as [Tensor, Tensor])) },
  { name: 'sqrt', f: tf.sqrt, at: positive },
  { name: 'square', f: tf.square },
  { name: 'squaredDifference', f: (x) => tf.squaredDifference(table(x), fixed(6, [6])) },
  { name: 'stack', f: (x) => tf.stack([x, tf.exp(x)]) },
  { name: 'sub', f: (x) => tf.sub(fixed(24, [24]), x) },
  { name: 'sum of columns', f: (x) => tf.sum(table(x), 0) },
  { name: 'sum of rows', f: (x) => tf.sum(table(x), 1, true) },
  { name: 'tanh', f: tf.tanh },
  { name: 'tile', f: (x) => tf.tile(table(x), [2, 3]) },
  { name: 'transpose', f: (x) => tf.transpose(table(x)) },
  {
    name: 'unsortedSegmentSum',
    f: (x) => tf.unsortedSegmentSum(table(x), tf.tensor1d([1, 0, 1, 2], 'int32'), 3),
  },
  {
    name: 'unstack',
    f: (x) => tf.mul(...(tf.unstack(tf.slice(table(x), [0, 0], [2, 6])) as [Tensor, Tensor])),
  },
  {
    name: 'where',
    f: (x) =>
      tf.where(
        tf.tensor1d(
          values(24, 5).map((v) => Number(v > 0)),
          'bool',
        ),
        tf.square(x),
        x,
      ),
  },
];

/** Between points: the errors of truncation and of rounding are then both near 1e-4. */
const STEP = 0.02;

/** The derivative from the four points around, exact for polynomials of degree four; f in float32. */
function slope(f: (x: Float32Array) => number, x: Float32Array, i: number): number {
  const at = (offset: number) => {
    const moved = Float32Array.from(x);
    moved[i] = x[i]! + offset;
    return f(moved);
  };
  return (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP);
}

export function gradientTests(): void {
  describe('gradients agree with finite differences', () => {
    test.each(cases)('$name', ({ f, shape = [24], at = (x) => x }) => {
      const x = values(24, 11).map(at);
      // A random weight on every output, so that no error cancels another.
      const weighted = (t: Tensor) => {
        const y = f(t);
        return tf.sum(tf.mul(y, fixed(y.size, y.shape, 3)));
      };
      tf.tidy(() => {
        const got = read(tf.grad(weighted)(tf.tensor(x, [...shape])));
        const height = (point: Float32Array) =>
          tf.tidy(() => weighted(tf.tensor(point, [...shape])).dataSync()[0] ?? Number.NaN);
        for (let i = 0; i < x.length; i++) {
          const expected = slope(height, x, i);
          expect(Math.abs(got[i]! - expected), `at ${i}: ${got[i]} and ${expected}`).toBeLessThan(
            1e-3 * Math.max(1, Math.abs(expected)),
          );
        }
      });
    });

    test.each(['MirrorPad', 'MaxPool', 'ResizeNearestNeighbor'])(
      'tfjs is wrong about %s, so it has no gradient here',
      (kernel) => {
        expect(tf.getGradient(kernel)).toBeUndefined();
        expect(tf.getKernel(kernel, 'wasm')).toBeUndefined();
      },
    );
  });
}

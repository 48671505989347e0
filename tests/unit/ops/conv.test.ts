// The convolutions against PyTorch's own definitions, written as loops over (channel, row, column) in float64.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import {
  conv2d,
  convTranspose2d,
  flatten,
  maxPool2,
  unflatten,
  upsample2,
} from '../../../src/lib/ops/conv.ts';
import type { Parameters } from '../../../src/lib/ops/layers.ts';
import { mul, sum, tensor, tensor4d, tidy, transpose, variable } from '../../../src/lib/ops/tf.ts';
import type { Tensor4D } from '../../../src/lib/ops/tf.ts';
import { expectClose, values } from '../kernels/reference.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

/** (channels, side, side) as PyTorch has an image. */
interface Maps {
  readonly channels: number;
  readonly side: number;
  readonly at: Float32Array | Float64Array;
}

const maps = (channels: number, side: number, seed: number): Maps => ({
  channels,
  side,
  at: values(channels * side * side, seed),
});

const toTensor = ({ channels, side, at }: Maps): Tensor4D =>
  transpose(tensor4d(Float32Array.from(at), [1, channels, side, side]), [0, 2, 3, 1]);
const fromTensor = (t: Tensor4D) => transpose(t, [0, 3, 1, 2]).dataSync();

const layer = (weight: Float32Array, shape: number[], bias: Float32Array): Parameters => ({
  'layer.weight': variable(tensor(weight, shape)),
  'layer.bias': variable(tensor(bias, [bias.length])),
});

/** Every (input place, output place, kernel place) that stride 2 and padding 1 connect. */
function eachPair(
  large: number,
  small: number,
  visit: (large: number, small: number, kernel: number) => void,
): void {
  for (let y = 0; y < small; y++) {
    for (let x = 0; x < small; x++) {
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          const [row, column] = [2 * y + i - 1, 2 * x + j - 1];
          if (row < 0 || column < 0 || row >= large || column >= large) continue;
          visit(row * large + column, y * small + x, i * 3 + j);
        }
      }
    }
  }
}

test.each([6, 8, 28])('nn.Conv2d(2, 3, 3, stride=2, padding=1) of side %i', (side) => {
  const [x, weight, bias] = [maps(2, side, 1), values(3 * 2 * 9, 2), values(3, 3)];
  const small = side / 2;
  const out = new Float64Array(3 * small * small).map((_, k) => bias[Math.floor(k / small ** 2)]!);
  for (let o = 0; o < 3; o++) {
    for (let c = 0; c < 2; c++) {
      eachPair(side, small, (l, s, k) => {
        out[o * small * small + s]! += weight[(o * 2 + c) * 9 + k]! * x.at[c * side * side + l]!;
      });
    }
  }
  const y = conv2d(layer(weight, [3, 2, 3, 3], bias), 'layer', toTensor(x), {
    stride: 2,
    padding: 1,
  });
  expect(y.shape).toEqual([1, small, small, 3]);
  expectClose(
    fromTensor(y),
    out,
    out.map(() => 10),
    1e-6,
  );
});

test.each([3, 4, 14])(
  'nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1) of side %i',
  (side) => {
    const [x, weight, bias] = [maps(3, side, 4), values(3 * 2 * 9, 5), values(2, 6)];
    const large = side * 2;
    const out = new Float64Array(2 * large * large).map(
      (_, k) => bias[Math.floor(k / large ** 2)]!,
    );
    for (let c = 0; c < 3; c++) {
      for (let o = 0; o < 2; o++) {
        eachPair(large, side, (l, s, k) => {
          out[o * large * large + l]! += weight[(c * 2 + o) * 9 + k]! * x.at[c * side * side + s]!;
        });
      }
    }
    const y = convTranspose2d(layer(weight, [3, 2, 3, 3], bias), 'layer', toTensor(x), {
      stride: 2,
      padding: 1,
      outputPadding: 1,
    });
    expect(y.shape).toEqual([1, large, large, 2]);
    expectClose(
      fromTensor(y),
      out,
      out.map(() => 10),
      1e-6,
    );
  },
);

describe('the transposed convolution', () => {
  const weight = values(3 * 2 * 9, 7); // Conv2d reads it as 2 → 3 maps, ConvTranspose2d as 3 → 2
  const convolved = (x: Tensor4D) =>
    conv2d(layer(weight, [3, 2, 3, 3], new Float32Array(3)), 'layer', x, { stride: 2, padding: 1 });
  const transposed = (y: Tensor4D) =>
    convTranspose2d(layer(weight, [3, 2, 3, 3], new Float32Array(2)), 'layer', y, {
      stride: 2,
      padding: 1,
      outputPadding: 1,
    });

  test('is the transpose: ⟨C x, y⟩ = ⟨x, Cᵀ y⟩ for every x and y', () => {
    const [x, y] = [toTensor(maps(2, 8, 8)), toTensor(maps(3, 4, 9))];
    const left = tidy(() => sum(mul(convolved(x), y))).dataSync()[0]!;
    const right = tidy(() => sum(mul(x, transposed(y)))).dataSync()[0]!;
    expect(left).toBeCloseTo(right, 4);
    expect(Math.abs(left)).toBeGreaterThan(0.1);
  });

  test('is not the inverse: what was convolved does not come back', () => {
    const x = toTensor(maps(2, 8, 8));
    const back = transposed(convolved(x)).dataSync();
    const worst = [...x.dataSync()].reduce(
      (most, v, i) => Math.max(most, Math.abs(v - back[i]!)),
      0,
    );
    expect(worst).toBeGreaterThan(1);
  });
});

test('max pooling takes the largest of each two by two, of negative numbers too', () => {
  const x = [-1, -5, 3, 3, -2, -9, 1, 2, 7, 0, -4, -3, 6, 8, -6, -7];
  const pooled = maxPool2(toTensor({ channels: 1, side: 4, at: Float32Array.from(x) }));
  expect([...pooled.dataSync()]).toEqual([-1, 3, 8, -3]);
  const two = maxPool2(toTensor(maps(2, 4, 3)));
  expect(two.shape).toEqual([1, 2, 2, 2]);
  const { at } = maps(2, 4, 3);
  const largest = (c: number, y: number, x_: number) =>
    Math.max(...[0, 1, 4, 5].map((k) => at[c * 16 + 2 * y * 4 + 2 * x_ + k]!));
  const expected = [0, 1].flatMap((c) =>
    [0, 1].flatMap((y) => [0, 1].map((column) => largest(c, y, column))),
  );
  expectClose(fromTensor(two), expected);
});

test('doubling repeats each pixel four times', () => {
  const twice = upsample2(toTensor({ channels: 1, side: 2, at: Float32Array.of(1, 2, 3, 4) }));
  expect([...twice.dataSync()]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test('maps are flattened channel by channel, and come back', () => {
  const x = maps(3, 4, 11);
  const rows = flatten(toTensor(x));
  expect([...rows.dataSync()]).toEqual([...x.at]);
  expect([...fromTensor(unflatten(rows, 3))]).toEqual([...x.at]);
});

// Convolutions and their gradients against float64 loops, for any stride, padding and dilation.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conv2d,
  conv2dTranspose,
  fused,
  grads,
  mul,
  sum,
  tensor1d,
  tensor4d,
  tidy,
  type Tensor,
  type Tensor4D,
} from '../../../src/lib/ops/tf.ts';
import { expectClose, read, values } from './reference.ts';

interface Case {
  readonly image: [batch: number, height: number, width: number, channels: number];
  readonly filter: [height: number, width: number, channels: number, out: number];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dilation: number;
  readonly seed: number;
}

/** Calls back with each triple of input, filter and output index that the convolution multiplies. */
function eachTerm(
  { image, filter, strides, pad, dilation }: Case,
  outHeight: number,
  outWidth: number,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch, height, width, channels] = image;
  const [filterHeight, filterWidth, , out] = filter;
  // TensorFlow's rule for 'same': what is needed, the odd pixel after rather than before.
  const before = (size: number, outSize: number, filterSize: number, stride: number) => {
    if (pad === 'valid') return 0;
    if (pad !== 'same') return pad;
    const needed = (outSize - 1) * stride + (filterSize - 1) * dilation + 1 - size;
    return Math.floor(Math.max(0, needed) / 2);
  };
  const top = before(height, outHeight, filterHeight, strides[0]);
  const left = before(width, outWidth, filterWidth, strides[1]);
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let fy = 0; fy < filterHeight; fy++) {
          for (let fx = 0; fx < filterWidth; fx++) {
            const iy = oy * strides[0] + fy * dilation - top;
            const ix = ox * strides[1] + fx * dilation - left;
            if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
            for (let c = 0; c < channels; c++) {
              for (let o = 0; o < out; o++) {
                visit(
                  ((b * height + iy) * width + ix) * channels + c,
                  ((fy * filterWidth + fx) * channels + c) * out + o,
                  ((b * outHeight + oy) * outWidth + ox) * out + o,
                );
              }
            }
          }
        }
      }
    }
  }
}

/** Σ over the terms of a product, into one of its three parts, with the magnitudes. */
function gather(size: number, add: (into: (at: number, term: number) => void) => void) {
  const sums = new Float64Array(size);
  const magnitudes = new Float64Array(size);
  add((at, term) => {
    sums[at]! += term;
    magnitudes[at]! += Math.abs(term);
  });
  return { sums, magnitudes };
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

const cases: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 11 }),
    width: fc.integer({ min: 1, max: 11 }),
    channels: fc.integer({ min: 1, max: 9 }),
    filterHeight: fc.integer({ min: 1, max: 5 }),
    filterWidth: fc.integer({ min: 1, max: 5 }),
    out: fc.integer({ min: 1, max: 19 }),
    strides: fc.constantFrom<[number, number]>([1, 1], [2, 2], [1, 2], [3, 1]),
    pad: fc.constantFrom<Case['pad']>('same', 'valid', 1, 2),
    dilation: fc.constantFrom(1, 1, 1, 2),
    seed: fc.nat(1000),
  })
  .filter(({ height, width, filterHeight, filterWidth, dilation, pad, strides }) => {
    const room = pad === 'same' ? 99 : pad === 'valid' ? 0 : 2 * pad;
    const fits =
      height + room > (filterHeight - 1) * dilation && width + room > (filterWidth - 1) * dilation;
    // tfjs allows strides or dilations, not both.
    return fits && (dilation === 1 || (strides[0] === 1 && strides[1] === 1));
  })
  .map(({ batch, height, width, channels, filterHeight, filterWidth, out, ...rest }) => ({
    ...rest,
    image: [batch, height, width, channels],
    filter: [filterHeight, filterWidth, channels, out],
  }));

export function convTests(): void {
  describe('convolution', () => {
    test('and both gradients agree with float64', () => {
      fc.assert(
        fc.property(cases, (given) => {
          const { image, filter, strides, pad, dilation, seed } = given;
          const x = values(product(image), seed);
          const w = values(product(filter), seed + 1);
          const rounding = typeof pad === 'number' ? 'floor' : undefined;
          tidy(() => {
            const y: Tensor4D = conv2d(
              tensor4d(x, image),
              tensor4d(w, filter),
              strides,
              pad,
              'NHWC',
              dilation,
              rounding,
            );
            const [, height, width] = y.shape;
            const terms = (visit: (x: number, w: number, y: number) => void) =>
              eachTerm(given, height, width, visit);
            const forward = gather(y.size, (into) => terms((i, j, k) => into(k, x[i]! * w[j]!)));
            expectClose(y.dataSync(), forward.sums, forward.magnitudes);
            if (dilation > 1) return; // tfjs defines no gradient for these

            const dy = values(y.size, seed + 2);
            const [dx, dw] = grads((a: Tensor, b: Tensor) =>
              sum(
                mul(
                  conv2d(a as Tensor4D, b as Tensor4D, strides, pad, 'NHWC', 1, rounding),
                  tensor4d(dy, y.shape),
                ),
              ),
            )([tensor4d(x, image), tensor4d(w, filter)]);
            const toImage = gather(x.length, (into) => terms((i, j, k) => into(i, w[j]! * dy[k]!)));
            expectClose(read(dx), toImage.sums, toImage.magnitudes);
            const toFilter = gather(w.length, (into) =>
              terms((i, j, k) => into(j, x[i]! * dy[k]!)),
            );
            expectClose(read(dw), toFilter.sums, toFilter.magnitudes);
          });
        }),
        { numRuns: 150 },
      );
    });

    test('takes more places than are patched at once', () => {
      const given: Case = {
        image: [9, 28, 28, 8],
        filter: [3, 3, 8, 5],
        strides: [1, 1],
        pad: 'same',
        dilation: 1,
        seed: 3,
      };
      const x = values(product(given.image), 3);
      const w = values(product(given.filter), 4);
      const y = conv2d(tensor4d(x, given.image), tensor4d(w, given.filter), 1, 'same');
      const forward = gather(y.size, (into) =>
        eachTerm(given, 28, 28, (i, j, k) => into(k, x[i]! * w[j]!)),
      );
      expectClose(y.dataSync(), forward.sums, forward.magnitudes);
    });

    test('transposed at stride 2 doubles an image, and its gradients flow', () => {
      const given: Case = {
        image: [2, 8, 6, 3], // what comes out
        filter: [3, 3, 3, 5],
        strides: [2, 2],
        pad: 'same',
        dilation: 1,
        seed: 5,
      };
      const y = values(2 * 4 * 3 * 5, 5); // what goes in
      const w = values(product(given.filter), 6);
      const up = (a: Tensor4D, b: Tensor4D) => conv2dTranspose(a, b, [2, 8, 6, 3], 2, 'same');
      const inputs = [tensor4d(y, [2, 4, 3, 5]), tensor4d(w, given.filter)] as const;
      const x = up(...inputs);
      const expected = gather(x.size, (into) =>
        eachTerm(given, 4, 3, (i, j, k) => into(i, w[j]! * y[k]!)),
      );
      expectClose(x.dataSync(), expected.sums, expected.magnitudes);

      const dx = values(x.size, 7);
      const [dy, dw] = grads((a: Tensor, b: Tensor) =>
        sum(mul(up(a as Tensor4D, b as Tensor4D), tensor4d(dx, x.shape))),
      )([...inputs]);
      const toInput = gather(y.length, (into) =>
        eachTerm(given, 4, 3, (i, j, k) => into(k, w[j]! * dx[i]!)),
      );
      expectClose(read(dy), toInput.sums, toInput.magnitudes);
      const toFilter = gather(w.length, (into) =>
        eachTerm(given, 4, 3, (i, j, k) => into(j, y[k]! * dx[i]!)),
      );
      expectClose(read(dw), toFilter.sums, toFilter.magnitudes);
    });

    test('fused with bias and activation is the same as apart', () => {
      const given: Case = {
        image: [2, 7, 7, 4],
        filter: [3, 3, 4, 10],
        strides: [2, 2],
        pad: 'same',
        dilation: 1,
        seed: 1,
      };
      const x = values(product(given.image), 1);
      const w = values(product(given.filter), 2);
      const bias = values(10, 3);
      const y = fused.conv2d({
        x: tensor4d(x, given.image),
        filter: tensor4d(w, given.filter),
        strides: 2,
        pad: 'same',
        bias: tensor1d(bias),
        activation: 'leakyrelu',
        leakyreluAlpha: 0.2,
      });
      const { sums, magnitudes } = gather(y.size, (into) =>
        eachTerm(given, 4, 4, (i, j, k) => into(k, x[i]! * w[j]!)),
      );
      expectClose(
        y.dataSync(),
        sums.map((s, i) => {
          const biased = s + bias[i % 10]!;
          return biased < 0 ? 0.2 * biased : biased;
        }),
        magnitudes.map((m) => m + 1),
      );
    });

    test('empty images are refused', () => {
      expect(() => conv2d(tensor4d([], [0, 3, 3, 1]), tensor4d([1], [1, 1, 1, 1]), 1, 0)).toThrow(
        /empty/,
      );
    });
  });
}

// What training asks of memory: nothing more after a thousand steps than after one, and no harm when it grows.

import { describe, expect, test } from 'vitest';
import { Trainer } from '../../../src/lib/train/trainer.ts';
import { family } from '../../../src/lib/models/vae.ts';
import * as tf from '../../../src/lib/ops/tf.ts';
import { expectClose, values } from './reference.ts';

/** Bytes of the module's memory, which only ever grows. */
function heapBytes(): number {
  const wasm: unknown = Reflect.get(tf.backend(), 'wasm');
  const heap: unknown = typeof wasm === 'object' && wasm !== null ? Reflect.get(wasm, 'HEAPU8') : 0;
  if (!(heap instanceof Uint8Array)) throw new Error('tfjs-wasm shows no heap.');
  return heap.byteLength;
}

function convolutionStep(weights: readonly tf.Variable[]): void {
  tf.tidy(() => {
    const [filter, up] = weights.map((weight): tf.Tensor => weight) as [tf.Tensor4D, tf.Tensor4D];
    const x = tf.tensor4d(values(8 * 12 * 12, 1), [8, 12, 12, 1]);
    const { grads } = tf.variableGrads(() => {
      const h = tf.relu(tf.conv2d(x, filter, 2, 'same'));
      const y = tf.conv2dTranspose(h, up, [8, 12, 12, 1], 2, 'same');
      return tf.mean(tf.square(tf.sub(y, x)));
    });
    for (const weight of weights) {
      const gradient = grads[weight.name];
      if (gradient) weight.assign(tf.sub<tf.Tensor>(weight, tf.mul(gradient, 0.01)));
    }
  });
}

export function memoryTests(): void {
  describe('memory', () => {
    test('a thousand steps of a VAE leave tensors and memory as they were', () => {
      const config = {
        inputDim: 64,
        hidden: [32],
        latentDim: 3,
        activation: 'relu',
        likelihood: 'bernoulli',
      };
      const trainer = new Trainer(family, { family: 'vae', config }, 7);
      const pixels = Uint8Array.from({ length: 200 * 64 }, (_, i) => (i * 37) % 256);
      trainer.feed(
        { pixels, labels: new Uint8Array(200), count: 200, width: 8, height: 8, channels: 1 },
        50,
      );
      for (let i = 0; i < 50; i++) trainer.update().dispose();
      const before = { ...tf.memory(), heap: heapBytes() };
      for (let i = 0; i < 1000; i++) trainer.update().dispose();
      expect({ ...tf.memory(), heap: heapBytes() }).toEqual(before);
      trainer.dispose();
    });

    test('a thousand steps of a convolutional network, too', () => {
      const weights = [[3, 3, 1, 4] as const, [3, 3, 1, 4] as const].map((shape, i) =>
        tf.tidy(() => tf.variable(tf.tensor4d(values(36, i), [...shape]))),
      );
      for (let i = 0; i < 50; i++) convolutionStep(weights);
      const before = { ...tf.memory(), heap: heapBytes() };
      for (let i = 0; i < 1000; i++) convolutionStep(weights);
      expect({ ...tf.memory(), heap: heapBytes() }).toEqual(before);
      tf.dispose([...weights]);
    });

    test('memory that grows between steps and within one is survived', () => {
      const a = tf.tensor2d(values(40 * 30, 1), [40, 30]);
      const b = tf.tensor2d(values(30 * 20, 2), [30, 20]);
      const expected = tf.matMul(a, b).dataSync();
      const before = heapBytes();
      const large: tf.Tensor[] = [];
      while (heapBytes() === before) large.push(tf.zeros([1 << 22]));
      expectClose(tf.matMul(a, b).dataSync(), expected);
      // The result of this one does not fit into what there is.
      const grown = heapBytes();
      const size = Math.ceil(Math.sqrt(grown / 4)) + 1;
      const column = tf.ones([size, 1]);
      const outer = tf.matMul(column, tf.ones([1, size]));
      expect(heapBytes()).toBeGreaterThan(grown);
      expect(tf.min(outer).arraySync()).toBe(1);
      expect(tf.max(outer).arraySync()).toBe(1);
      tf.dispose([a, b, column, outer, ...large]);
    });
  });
}

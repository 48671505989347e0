// Trains one network of the benchmark on whatever backend is current, and measures it. Runs in Node and in a page.
// Data and noise are fixed: a step is the forward pass, the gradients and the update of Adam.

import { Adam } from '../../src/lib/train/adam.ts';
import { fillNormal, fillUniform, Stream } from '../../src/lib/ops/random.ts';
import * as tf from '../../src/lib/ops/tf.ts';
import { layers, loss } from './networks.ts';
import type { Network } from './networks.ts';

/** Milliseconds: of the wall, or of the processor where others share it. */
export type Clock = () => number;

export class Runner {
  private readonly weights: Record<string, tf.Variable> = {};
  private readonly optimiser: Adam;
  private readonly x: tf.Tensor2D;
  private readonly noise: tf.Tensor2D;

  constructor(private readonly network: Network) {
    for (const [row, { name, shape }] of layers(network).entries()) {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      const inputs = shape.length === 4 ? 9 * shape[2]! : (shape[1] ?? 0);
      if (inputs > 0) {
        fillUniform(values, 1, Stream.weights, row);
        for (let i = 0; i < values.length; i++)
          values[i] = (2 * values[i]! - 1) / Math.sqrt(inputs);
      }
      this.weights[name] = tf.tidy(() => tf.variable(tf.tensor(values, [...shape])));
    }
    this.optimiser = new Adam(this.weights);
    const { batch, input, latent } = network;
    const pixels = new Float32Array(batch * input);
    fillUniform(pixels, 1, Stream.data, 0);
    this.x = tf.tensor2d(pixels, [batch, input]);
    const width = Math.max(
      1,
      latent.reduce((a, b) => a + b, 0),
    );
    const normal = new Float32Array(batch * width);
    fillNormal(normal, 1, Stream.noise, 0);
    this.noise = tf.tensor2d(normal, [batch, width]);
  }

  /** One update; returns the loss before it. */
  step(): tf.Scalar {
    return tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => loss(this.network, this.weights, this.x, this.noise),
        Object.values(this.weights),
      );
      const named = Object.entries(this.weights).map(([name, { name: id }]) => [name, grads[id]!]);
      this.optimiser.apply(Object.fromEntries(named) as tf.NamedTensorMap, 1e-3);
      return value;
    });
  }

  /** Steps for about so many seconds by `clock`. @returns milliseconds a step */
  measure(seconds: number, clock: Clock): number {
    const start = clock();
    let steps = 0;
    let elapsed = 0;
    while (elapsed < 1000 * seconds) {
      this.step().dispose();
      steps++;
      elapsed = clock() - start;
    }
    return elapsed / steps;
  }

  dispose(): void {
    this.optimiser.dispose();
    tf.dispose([this.x, this.noise, ...Object.values(this.weights)]);
  }
}

export interface Answer {
  readonly ms: number;
  readonly loss: number;
}

let current: { key: string; runner: Runner } | undefined;

/** Measures a network, kept from the last call where it is the same one. */
export function answer(network: Network, seconds: number, clock: Clock): Answer {
  const key = JSON.stringify(network);
  if (current?.key !== key) {
    current?.runner.dispose();
    current = { key, runner: new Runner(network) };
    for (let i = 0; i < 3; i++) current.runner.step().dispose();
  }
  const { runner } = current;
  const ms = runner.measure(seconds, clock);
  const value = runner.step();
  const [number = Number.NaN] = value.dataSync();
  value.dispose();
  return { ms, loss: number };
}

// Trains one network of the benchmark on whatever backend is current, and measures it. Runs in Node and in a page.
// Data and noise are fixed: a step is the forward pass, the gradients and the update of Adam.

import { Adam } from '../../src/lib/train/adam.ts';
import { fillNormal, fillUniform, Stream } from '../../src/lib/ops/random.ts';
import * as tf from '../../src/lib/ops/tf.ts';
import { layers, loss } from './networks.ts';
import type { Network } from './networks.ts';

/** Milliseconds: of the wall, or of the processor where others share it. */
export type Clock = () => number;

export interface Answer {
  readonly ms: number;
  readonly loss: number;
}

/** Steps between two readings of the loss, as in src/lib/worker/run.ts. */
const READ_EVERY = 5;

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

  /**
   * Steps for about so many seconds by `clock`, the loss read every few of them, as a run does: what a graphics
   * processor was told is done only then.
   */
  async measure(seconds: number, clock: Clock): Promise<Answer> {
    const start = clock();
    let steps = 0;
    let elapsed = 0;
    let loss = Number.NaN;
    while (elapsed < 1000 * seconds) {
      for (let i = 1; i < READ_EVERY; i++) this.step().dispose();
      const value = this.step();
      [loss = Number.NaN] = await value.data();
      value.dispose();
      steps += READ_EVERY;
      elapsed = clock() - start;
    }
    return { ms: elapsed / steps, loss };
  }

  dispose(): void {
    this.optimiser.dispose();
    tf.dispose([this.x, this.noise, ...Object.values(this.weights)]);
  }
}

let current: { key: string; runner: Runner } | undefined;

/** Measures a network, kept from the last call where it is the same one. */
export async function answer(network: Network, seconds: number, clock: Clock): Promise<Answer> {
  const key = JSON.stringify(network);
  if (current?.key !== key) {
    current?.runner.dispose();
    current = { key, runner: new Runner(network) };
    await current.runner.measure(Number.MIN_VALUE, clock); // compiles and fills what is kept
  }
  return current.runner.measure(seconds, clock);
}

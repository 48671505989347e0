// Importance sampling of log p(x) against a model whose likelihood is known exactly: a decoder that ignores its code
// has p(x) = Π Bernoulli(x | σ(bias)) whatever the encoder proposes.
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { importanceLogLikelihood } from '../../../src/lib/metrics/tensors/likelihood.ts';
import { memory } from '../../../src/lib/ops/tf.ts';
import { evaluationBatch } from '../../../src/lib/train/batches.ts';
import { evaluate } from '../../../src/lib/train/evaluate.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const spec = {
  family: 'vae',
  config: { inputDim: 4, hidden: [3], latentDim: 2, activation: 'relu', likelihood: 'bernoulli' },
} as const;

/** Black and white images, so that binarisation changes nothing. */
const images = {
  pixels: Uint8Array.of(255, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255, 255),
  labels: new Uint8Array(3),
  count: 3,
  width: 2,
  height: 2,
  channels: 1,
};
const logits = [0.5, -1, 2, 0];
const exact = [0, 1, 2].map((image) =>
  logits.reduce((sum, logit, i) => {
    const x = images.pixels[image * 4 + i]! / 255;
    return sum + x * logit - Math.log1p(Math.exp(logit));
  }, 0),
);

/** A VAE whose decoder has only its last bias, and whose encoder proposes N(mean, exp(logVar)) for every image. */
async function blind(mean: number, logVar: number): Promise<Trainer> {
  const trainer = new Trainer(await loadFamily('vae'), spec, 0);
  const weights = new Map(
    trainer.shapes.map(({ name, shape }) => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      if (name === 'decoder.1.bias') values.set(logits);
      if (name === 'mean.bias') values.fill(mean);
      if (name === 'log_var.bias') values.fill(logVar);
      return [name, { shape, values }];
    }),
  );
  trainer.assign(weights);
  return trainer;
}

/** Estimates for all three images with k samples each. */
async function estimate(trainer: Trainer, k: number): Promise<Float64Array> {
  const { values } = await importanceLogLikelihood(trainer, {
    count: 3,
    k,
    batchAt: (from, count) =>
      evaluationBatch(images, from, count, { binarises: true, noiseDim: 0 }),
  });
  return values;
}

test('with the prior as proposal one sample is enough: the estimate is exact', async () => {
  const trainer = await blind(0, 0);
  const values = await estimate(trainer, 1);
  values.forEach((value, i) => expect(value).toBeCloseTo(exact[i]!, 4));
  trainer.dispose();
});

test('with another proposal the estimate comes near as samples grow, from below on average', async () => {
  const trainer = await blind(0.6, -0.5);
  const [few, many] = [await estimate(trainer, 2), await estimate(trainer, 5000)];
  const error = (values: Float64Array) =>
    values.reduce((sum, value, i) => sum + Math.abs(value - exact[i]!), 0) / 3;
  expect(error(many)).toBeLessThan(0.03);
  expect(error(many)).toBeLessThan(error(few));
  trainer.dispose();
});

test('the ELBO lies below log p(x) by the KL of the proposal, which is exactly its gap here', async () => {
  const trainer = await blind(0.6, -0.5);
  const { terms } = await evaluate(trainer, images);
  const kl = 2 * 0.5 * (0.36 + Math.exp(-0.5) + 0.5 - 1);
  expect(terms['kl']).toBeCloseTo(kl, 5);
  expect(terms['reconstruction']).toBeCloseTo(-exact.reduce((a, b) => a + b) / 3, 4);
  trainer.dispose();
});

test('an estimate leaves no tensor behind', async () => {
  const trainer = await blind(0.6, -0.5);
  const before = memory().numTensors;
  await estimate(trainer, 1500);
  expect(memory().numTensors).toBe(before);
  trainer.dispose();
});

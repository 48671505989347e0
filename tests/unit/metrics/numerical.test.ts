// The estimators against VAEs whose likelihood is known by integration: one latent dimension, random weights, and
// p(x) = ∫ p(x|z) p(z) dz by the trapezoid rule over a fine grid, in float64.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { importanceLogLikelihood } from '../../../src/lib/metrics/tensors/likelihood.ts';
import { initialWeights } from '../../../src/lib/ops/init.ts';
import { fillNormal, Stream } from '../../../src/lib/ops/random.ts';
import { tensor2d, tidy } from '../../../src/lib/ops/tf.ts';
import { family } from '../../../src/lib/models/vae.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const PIXELS = 6;
const IMAGES = 4;
const spec = {
  family: 'vae',
  config: {
    inputDim: PIXELS,
    hidden: [8],
    latentDim: 1,
    activation: 'tanh',
    likelihood: 'bernoulli',
  },
} as const;

/** Random weights, the decoder's three times as large, so that the posterior is far from the prior and from Gaussian. */
async function randomTrainer(seed: number): Promise<Trainer> {
  const trainer = new Trainer(await loadFamily('vae'), spec, seed);
  const values = initialWeights(trainer.shapes, seed);
  trainer.assign(
    new Map(
      trainer.shapes.map(({ name, shape }) => {
        const factor = name.startsWith('decoder') ? 3 : 1;
        return [name, { shape, values: values.get(name)!.map((w) => w * factor) }];
      }),
    ),
  );
  return trainer;
}

/** Black and white images, [IMAGES · PIXELS]. */
const pixels = Float32Array.from({ length: IMAGES * PIXELS }, (_, i) => ((i * 7) % 5 < 2 ? 1 : 0));

const STEP = 0.002;
const EDGE = 9; // beyond it the prior has less than 1e-18 of its mass
const grid = Float32Array.from({ length: Math.round((2 * EDGE) / STEP) + 1 }, (_, i) =>
  Math.fround(-EDGE + i * STEP),
);

const logPrior = (z: number): number => -0.5 * (z * z + Math.log(2 * Math.PI));

/** log p(x, z) of one image on the grid. */
function logJoint(trainer: Trainer, image: number): Float64Array {
  const means = tidy(() => trainer.decode(tensor2d(grid, [grid.length, 1])));
  const values = means.dataSync();
  means.dispose();
  return Float64Array.from(grid, (z, i) => {
    let log = logPrior(z);
    for (let j = 0; j < PIXELS; j++) {
      const mean = values[i * PIXELS + j]!;
      log += Math.log(pixels[image * PIXELS + j] === 1 ? mean : 1 - mean);
    }
    return log;
  });
}

/** ∫ f dz over the grid. */
const integral = (f: (i: number) => number): number => {
  let sum = -0.5 * (f(0) + f(grid.length - 1));
  for (let i = 0; i < grid.length; i++) sum += f(i);
  return STEP * sum;
};

const batchAt = (from: number, count: number) => {
  const input = tensor2d(pixels.slice(from * PIXELS, (from + count) * PIXELS), [count, PIXELS]);
  return { input, target: input, noise: null };
};

describe.each([1, 2, 3, 4, 5])('model %i', (seed) => {
  test('five thousand importance samples agree with the integral within three standard errors', async () => {
    const trainer = await randomTrainer(seed);
    const { values, standardErrors } = await importanceLogLikelihood(trainer, {
      count: IMAGES,
      k: 5000,
      batchAt,
    });
    for (let image = 0; image < IMAGES; image++) {
      const joint = logJoint(trainer, image);
      const exact = Math.log(integral((i) => Math.exp(joint[i]!)));
      expect(standardErrors[image]!).toBeLessThan(0.1);
      expect(Math.abs(values[image]! - exact)).toBeLessThan(3 * standardErrors[image]! + 1e-4);
    }
    trainer.dispose();
  });

  test('the ELBO is log p(x) minus the KL from q to the exact posterior', async () => {
    const trainer = await randomTrainer(seed);
    const draws = 20_000;
    const codes = tidy(() => {
      const { mean, logVar } = trainer.encode(tensor2d(pixels, [IMAGES, PIXELS]));
      return [mean.dataSync(), logVar?.dataSync() ?? []] as const;
    });
    for (let image = 0; image < IMAGES; image++) {
      const joint = logJoint(trainer, image);
      const exact = Math.log(integral((i) => Math.exp(joint[i]!)));
      const [mu, logVar] = [codes[0][image]!, codes[1][image]!];
      const logQ = (z: number): number =>
        -0.5 * (Math.log(2 * Math.PI) + logVar + (z - mu) ** 2 / Math.exp(logVar));
      const gap = integral((i) => {
        const log = logQ(grid[i]!);
        return Math.exp(log) * (log - (joint[i]! - exact));
      });

      // The model's own terms, one code sample for each of many copies of the image.
      const noise = new Float32Array(draws);
      fillNormal(noise, seed, Stream.noise, image);
      const perImage = tidy(() => {
        const row = pixels.slice(image * PIXELS, (image + 1) * PIXELS);
        const input = tensor2d(
          Float32Array.from({ length: draws * PIXELS }, (_, i) => row[i % PIXELS]!),
          [draws, PIXELS],
        );
        const batch = { input, target: input, noise: tensor2d(noise, [draws, 1]) };
        const terms = family.evaluate(family.parse(spec.config), trainer.parameters, batch);
        return terms.perImage.map((term) => Array.from(term.dataSync()));
      });
      const elbos = perImage[0]!.map((reconstruction, i) => -reconstruction - perImage[1]![i]!);
      const mean = elbos.reduce((a, b) => a + b, 0) / draws;
      const spread = Math.sqrt(elbos.reduce((a, b) => a + (b - mean) ** 2, 0) / draws / draws);
      expect(gap).toBeGreaterThan(0);
      expect(Math.abs(mean - (exact - gap))).toBeLessThan(4 * spread + 1e-4);
    }
    trainer.dispose();
  });
});

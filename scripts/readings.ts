// What chapter 7 says of its models beyond their manifests: `node scripts/run.mjs readings`.
// Other inputs, other codes and other splits than the published protocol has, each reading with a protocol of its own.
import { writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageSize, sliceImages, type ImageSet } from '../src/lib/data/images.ts';
import { meanOf } from '../src/lib/metrics/arrays/moments.ts';
import { tidy, zerosLike } from '../src/lib/ops/tf.ts';
import { evaluationBatch } from '../src/lib/train/batches.ts';
import type { Trainer } from '../src/lib/train/trainer.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/vae-readings.json';
const PREFIXES = { 'vae-mnist-2d': '2d', 'vae-mnist-20d': '20d' } as const;
const BATCH = 250;
const HALF = 128; // of a grey byte
const EMPTY = new Float32Array(0);

interface Reading {
  readonly value: number;
  readonly unit: string;
  readonly protocol: string;
}
interface Terms {
  /** Nats, image by image. */
  readonly reconstruction: Float32Array;
  readonly kl: Float32Array;
  /** Standard deviation of the aggregated posterior: the root of Var[μ] + E[σ²], its mean over the axes. */
  readonly aggregatedDeviation: number;
}

await startBackend('auto', nodeAssets());
const test = await loadPacked('mnist-test');
const training = sliceImages(await loadPacked('mnist-train'), 0, test.count);
const readings: Record<string, Reading> = {};
const drawn = 'test digits 1–10,000, dynamic binarisation, one draw per image';

for (const [model, prefix] of Object.entries(PREFIXES)) {
  const { trainer } = await loadPublished(model);
  const note = (name: string, value: number, unit: string, protocol: string): void => {
    readings[`${prefix}-${name}`] = {
      value: rounded(value),
      unit,
      protocol: `${model}: ${protocol}`,
    };
  };
  const sampled = await termsOf(trainer, test);
  const atMean = await termsOf(trainer, test, { noise: false });
  const better = sampled.reconstruction.filter(
    (nats, n) => nats < atMean.reconstruction[n]!,
  ).length;
  note(
    'at-mean',
    meanOf(atMean.reconstruction),
    'nats',
    `reconstruction at the posterior mean, ${drawn}`,
  );
  note(
    'draw-beats-mean',
    (100 * better) / test.count,
    'of 100',
    `${drawn}: images whose drawn code reconstructs better than the posterior mean`,
  );
  note(
    'aggregated-deviation',
    sampled.aggregatedDeviation,
    '',
    `standard deviation of the aggregated posterior, root of the mean variance over the axes, ${drawn}`,
  );
  note(
    'kl-training',
    meanOf((await termsOf(trainer, training)).kl),
    'nats',
    `KL, training digits 1–10,000, dynamic binarisation, one draw per image`,
  );
  const thresholded = await termsOf(trainer, {
    ...test,
    pixels: test.pixels.map((byte) => (byte < HALF ? 0 : 255)),
  });
  note(
    'thresholded',
    negElbo(thresholded),
    'nats',
    'negative ELBO, test digits 1–10,000, pixels thresholded at ½, one code sample per image',
  );
  const grey = await termsOf(trainer, test, { binarises: false });
  note(
    'grey',
    negElbo(grey),
    'nats',
    'negative ELBO with grey pixels as input and target, test digits 1–10,000, one code sample per image',
  );
  trainer.dispose();
}
readings['average-image'] = {
  value: rounded(costOfAverage(await loadPacked('mnist-train'), test)),
  unit: 'nats',
  protocol:
    'cross-entropy of the test digits, mean over their binarisations, under the average of the 20,000 packed training digits',
};

const protocol = { command: 'node scripts/run.mjs readings' };
await writeFile(REPORT, `${JSON.stringify({ protocol, readings }, null, 2)}\n`);
for (const [name, { value, unit }] of Object.entries(readings)) console.error(name, value, unit);

/** Both terms of every image with the project's evaluation draws; without `noise` the code is the posterior mean. */
async function termsOf(
  { family, config, parameters }: Trainer,
  set: ImageSet,
  { noise = true, binarises = true }: { noise?: boolean; binarises?: boolean } = {},
): Promise<Terms> {
  const latent = family.latentDim(config);
  const shape = { binarises, noiseDim: family.noiseDim(config) };
  const reconstruction = new Float32Array(set.count);
  const kl = new Float32Array(set.count);
  const [sums, squares] = [new Float64Array(latent), new Float64Array(latent)];
  for (let from = 0; from < set.count; from += BATCH) {
    const tensors = tidy(() => {
      const batch = evaluationBatch(set, from, BATCH, shape);
      const still = noise || !batch.noise ? batch : { ...batch, noise: zerosLike(batch.noise) };
      const { perImage, codes } = family.evaluate(config, parameters, still);
      const [first, second] = perImage;
      if (!first || !second || !codes.logVar) throw new Error(`A ${family.name} has no posterior.`);
      return [first, second, codes.mean, codes.logVar] as const;
    });
    const [first = EMPTY, second = EMPTY, mean = EMPTY, logVar = EMPTY] = await Promise.all(
      tensors.map((t) => t.data()),
    );
    for (const t of tensors) t.dispose();
    reconstruction.set(first, from);
    kl.set(second, from);
    mean.forEach((value, i) => {
      sums[i % latent]! += value;
      squares[i % latent]! += value ** 2 + Math.exp(logVar[i]!);
    });
  }
  const variances = sums.map((sum, j) => squares[j]! / set.count - (sum / set.count) ** 2);
  return { reconstruction, kl, aggregatedDeviation: Math.sqrt(meanOf(variances)) };
}

function negElbo({ reconstruction, kl }: Terms): number {
  return meanOf(reconstruction) + meanOf(kl);
}

/** Nats per image of `set`, whose pixels are on with probability byte / 255, under the average image of `from`. */
function costOfAverage(from: ImageSet, set: ImageSet): number {
  const [p, g] = [averageOf(from), averageOf(set)];
  // The cost is linear in the pixels, so the average of the images costs what they cost on average. A pixel that
  // is black in all of `from` gets half a count, so that one grey test pixel there does not cost infinitely much.
  return p.reduce((nats, share, d) => {
    const on = (share * from.count + 0.5) / (from.count + 1);
    return nats - g[d]! * Math.log(on) - (1 - g[d]!) * Math.log(1 - on);
  }, 0);
}

/** The mean of each pixel over the images, in [0, 1]. */
function averageOf(set: ImageSet): Float64Array {
  const size = imageSize(set);
  const average = new Float64Array(size);
  set.pixels.forEach((byte, i) => (average[i % size]! += byte / 255 / set.count));
  return average;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

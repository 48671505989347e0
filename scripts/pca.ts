// Principal components of the training images, and what they lose on the test images: `node scripts/run.mjs pca`.
// Writes public/pca/<set>.safetensors (the mean and the first 128 components, float16), which labs show beside an
// autoencoder, and src/content/reports/pca-<set>.json: the error on all test images against the number of components,
// computed with all components in float64, and beside it that of the published autoencoders.
// In the report, too: the errors on the held-out images by which a lab measures a network while it trains, so that both are
// judged by the same ones. With `autoencoders` after it, only that list is made anew, with `held-out` only those errors. PCA chooses nothing, so it needs no validation images, and
// leaves them out all the same: both see the same 55,000 (of Fashion-MNIST the 8,000 that the site serves).
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageSize, sliceImages, type ImageSet } from '../src/lib/data/images.ts';
import { symmetricEigen } from '../src/lib/metrics/arrays/eigen.ts';
import { psnrOf } from '../src/lib/metrics/arrays/reconstruction.ts';
import { matMul, tensor2d, tidy } from '../src/lib/ops/tf.ts';
import { readSafetensors, writeSafetensors } from '../src/lib/weights/safetensors.ts';
import { loadManifest, loadPacked, publishedIds } from './lib/packed.ts';
import { loadSet, type SetName } from './lib/sets.ts';

const KEPT = 128;
const CHUNK = 5_000;
/** Images that a run in a lab is measured on: HELD_OUT_IMAGES of src/lib/worker/run.ts. */
const HELD_OUT = 500;
const SETS = { mnist: 'MNIST', fashion: 'Fashion-MNIST' } as const satisfies Record<
  SetName,
  string
>;
const DIMENSIONS = [1, 2, 8, 16, 32, 64, 128];
const COMMAND = 'node scripts/run.mjs pca';

if (process.argv[2] === 'autoencoders') {
  await refreshAutoencoders();
  process.exit();
}
await startBackend('auto', nodeAssets());
if (process.argv[2] === 'held-out') {
  await refreshHeldOut();
  process.exit();
}
await mkdir('public/pca', { recursive: true });
for (const set of ['mnist', 'fashion'] as const) {
  const { training, test } = await imagesOf(set);
  const size = imageSize(training);
  const mean = meanOf(training);
  const { values, vectors } = symmetricEigen(covarianceOf(training, mean), size);
  const errors = errorsOf(test, mean, vectors);
  const variance = values.reduce((a, b) => a + b, 0);

  const file = writeSafetensors(
    new Map([
      ['mean', { shape: [size], values: Float32Array.from(mean) }],
      [
        'components',
        { shape: [KEPT, size], values: Float32Array.from(vectors.subarray(0, KEPT * size)) },
      ],
    ]),
    'F16',
    { id: `pca-${set}` },
  );
  await writeFile(`public/pca/${set}.safetensors`, file);

  const images = `components of training images 1–${training.count.toLocaleString('en')} of ${SETS[set]}, mean over test images 1–${test.count.toLocaleString('en')}, pixels in [0, 1], not clipped`;
  const share = (k: number): number => values.slice(0, k).reduce((a, b) => a + b, 0) / variance;
  const report = {
    protocol: { command: COMMAND },
    file: {
      path: `pca/${set}.safetensors`,
      bytes: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
      components: KEPT,
    },
    /** Squared error per pixel with 0, 1, … components. */
    errors: errors.slice(0, KEPT + 1).map(rounded),
    heldOut: await heldOutOf(set),
    autoencoders: await autoencodersOn(SETS[set]),
    readings: Object.fromEntries(
      DIMENSIONS.flatMap((k) => [
        [`mse-${k}`, { value: rounded(errors[k]!), unit: 'per pixel', protocol: `${k} ${images}` }],
        [
          `psnr-${k}`,
          {
            value: rounded(psnrOf(errors[k]!)),
            unit: 'dB',
            protocol: `of the mean squared error of ${k} ${images}`,
          },
        ],
        [
          `variance-${k}`,
          {
            value: rounded(100 * share(k)),
            unit: '%',
            protocol: `share of the training images’ variance along the first ${k} ${images}`,
          },
        ],
      ]),
    ),
  };
  const out = path.join('src/content/reports', `pca-${set}.json`);
  await writeFile(out, `${JSON.stringify(report, null, 1)}\n`);
  console.log(`${set}: ${DIMENSIONS.map((k) => `${k} ${errors[k]!.toFixed(5)}`).join(', ')}`);
}

/**
 * MNIST whole. Of Fashion-MNIST what the site serves: its source is not on every machine, and the lab's networks are
 * trained on no more.
 */
async function imagesOf(set: SetName): Promise<{ training: ImageSet; test: ImageSet }> {
  if (set === 'mnist') return loadSet(set);
  return { training: await loadPacked('fashion-train'), test: await loadPacked('fashion-test') };
}

function meanOf({ pixels, count }: ImageSet): Float64Array {
  const size = pixels.length / count;
  const sums = new Float64Array(size);
  pixels.forEach((byte, i) => {
    sums[i % size]! += byte;
  });
  return sums.map((sum) => sum / 255 / count);
}

/** [size, size]: products in float32 on the backend, chunks added up in float64. */
function covarianceOf(set: ImageSet, mean: Float64Array): Float64Array {
  const size = mean.length;
  const sum = new Float64Array(size * size);
  for (let from = 0; from < set.count; from += CHUNK) {
    const rows = Math.min(CHUNK, set.count - from);
    const centred = centredRows(set, mean, from, rows);
    const product = tidy(() => {
      const x = tensor2d(centred, [rows, size]);
      return matMul(x, x, true, false);
    });
    product.dataSync().forEach((value, i) => {
      sum[i]! += value / set.count;
    });
    product.dispose();
  }
  // Rounding differs by which of the two factors a pixel was in.
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const both = (sum[i * size + j]! + sum[j * size + i]!) / 2;
      sum[i * size + j] = sum[j * size + i] = both;
    }
  }
  return sum;
}

/** Squared error per pixel with 0, 1, … components: what is left of the centred images off the first ones. */
function errorsOf(set: ImageSet, mean: Float64Array, vectors: Float64Array): number[] {
  const size = mean.length;
  const components = Float32Array.from(vectors);
  const kept = vectors.length / size;
  let total = 0;
  const along = new Float64Array(kept);
  for (let from = 0; from < set.count; from += CHUNK) {
    const rows = Math.min(CHUNK, set.count - from);
    const centred = centredRows(set, mean, from, rows);
    for (const value of centred) total += value * value;
    const scores = tidy(() =>
      matMul(tensor2d(centred, [rows, size]), tensor2d(components, [kept, size]), false, true),
    );
    scores.dataSync().forEach((value, i) => {
      along[i % kept]! += value * value;
    });
    scores.dispose();
  }
  const errors = [total];
  for (const sum of along) errors.push(errors.at(-1)! - sum);
  return errors.map((sum) => sum / set.count / size);
}

function centredRows(set: ImageSet, mean: Float64Array, from: number, rows: number): Float32Array {
  const size = mean.length;
  return Float32Array.from(
    set.pixels.subarray(from * size, (from + rows) * size),
    (byte, i) => byte / 255 - mean[i % size]!,
  );
}

/** Squared error per pixel of 0, 1, … published components on the first images of the validation set. */
async function heldOutOf(set: SetName): Promise<{ images: number; errors: number[] }> {
  const tensors = readSafetensors(new Uint8Array(await readFile(`public/pca/${set}.safetensors`)));
  const numbers = (name: string): Float64Array =>
    Float64Array.from(tensors.get(name)?.values ?? []);
  const images = sliceImages(await loadPacked(`${set}-validation`), 0, HELD_OUT);
  const errors = errorsOf(images, numbers('mean'), numbers('components'));
  return { images: HELD_OUT, errors: errors.map(rounded) };
}

/** Those errors alone: they need no full data set. */
async function refreshHeldOut(): Promise<void> {
  for (const set of ['mnist', 'fashion'] as const) {
    const out = path.join('src/content/reports', `pca-${set}.json`);
    const report = JSON.parse(await readFile(out, 'utf8')) as object;
    const heldOut = await heldOutOf(set);
    await writeFile(out, `${JSON.stringify({ ...report, heldOut }, null, 1)}\n`);
  }
}

/** After a model was trained again: the list of the reports alone. */
async function refreshAutoencoders(): Promise<void> {
  for (const set of ['mnist', 'fashion'] as const) {
    const out = path.join('src/content/reports', `pca-${set}.json`);
    const report = JSON.parse(await readFile(out, 'utf8')) as object;
    const autoencoders = await autoencodersOn(SETS[set]);
    await writeFile(out, `${JSON.stringify({ ...report, autoencoders }, null, 1)}\n`);
  }
}

/** The published autoencoders of the chapter by code size, with the test error of their manifests. */
async function autoencodersOn(
  set: string,
): Promise<{ id: string; dimensions: number; mse: number }[]> {
  const found = [];
  for (const id of await publishedIds()) {
    const { spec, data, chapter, metrics } = await loadManifest(id);
    if (chapter !== '/foundations/fully-connected/' || data.set !== set) continue;
    const mse = metrics['mse']?.value ?? NaN;
    found.push({ id, dimensions: Number(spec.config['latentDim']), mse: rounded(mse) });
  }
  return found.sort((a, b) => a.dimensions - b.dimensions);
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

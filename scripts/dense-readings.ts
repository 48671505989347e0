// What chapter 2 says of plain autoencoders beyond their manifests: `node scripts/run.mjs dense-readings`.
// Short runs on the 20,000 digits that the site serves, at the lab's learning rate, so that a reader can repeat them
// there; decoded noise; a table whose truth is known.
import { writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageAt, imageSize, sliceImages, type ImageSet } from '../src/lib/data/images.ts';
import { drawTable, TABLE_COLUMNS, withFaults } from '../src/lib/data/table.ts';
import { priorCodes } from '../src/lib/metrics/arrays/draws.ts';
import { symmetricEigen } from '../src/lib/metrics/arrays/eigen.ts';
import { drawFrom, fitGaussian } from '../src/lib/metrics/arrays/fitted-gaussian.ts';
import { meanOf } from '../src/lib/metrics/arrays/moments.ts';
import { shareAbove } from '../src/lib/metrics/arrays/ranking.ts';
import { aeSpec, aePresets, type AeConfig } from '../src/lib/models/ae.config.ts';
import { loadFamily } from '../src/lib/train/families.ts';
import { evaluate } from '../src/lib/train/evaluate.ts';
import { Trainer } from '../src/lib/train/trainer.ts';
import { encode } from './lib/codes.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/dense-readings.json';
const SEED = 7;
const BATCH = 128;
const EPOCHS = 5;
const DRAWS = 200;
const LOOKED_AT = 5_000;
const CLASSES = 10;

const readings: Record<string, { value: number; unit: string; protocol: string }> = {};
function note(name: string, value: number, unit: string, protocol: string): void {
  readings[name] = { value: Number(value.toPrecision(5)), unit, protocol };
  console.log(`${name} ${value.toPrecision(5)} ${unit}`);
}

await startBackend('auto', nodeAssets());
const [training, validation] = [
  await loadPacked('mnist-train'),
  await loadPacked('mnist-validation'),
];

await decodedNoise();
await table();
await shortRuns();
await writeFile(
  REPORT,
  `${JSON.stringify({ protocol: { command: 'node scripts/run.mjs dense-readings' }, readings }, null, 1)}\n`,
);

async function trained(
  config: AeConfig,
  set: ImageSet,
  epochs: number,
  rate = 1e-3,
): Promise<Trainer> {
  const spec = aeSpec(config);
  const trainer = new Trainer(await loadFamily(spec.family), spec, SEED);
  trainer.set({ learningRate: rate });
  trainer.feed(set, BATCH);
  const steps = epochs * trainer.stepsPerEpoch;
  for (let step = 0; step < steps; step++) trainer.update().dispose();
  return trainer;
}

/** Networks of the lab after a few epochs, beside PCA of the same images. */
async function shortRuns(): Promise<void> {
  const network = aePresets['784-128-64-32'];
  const protocol = (what: string): string =>
    `${what}, seed ${SEED}, ${EPOCHS} epochs of the ${training.count.toLocaleString('en')} training digits that the site serves, Adam at 1e-3, batches of ${BATCH}; squared error per pixel on the 5,000 validation digits`;
  const runs: readonly (readonly [string, AeConfig])[] = [
    ['narrow-128', { ...network, latentDim: 128 }],
    ['wide-128', { ...network, hidden: [256, 256], latentDim: 128 }],
    ['short-32', network],
    [
      'linear-8',
      { ...network, hidden: [128], latentDim: 8, activation: 'linear', likelihood: 'mse-linear' },
    ],
  ];
  for (const [name, config] of runs) {
    const trainer = await trained(config, training, EPOCHS);
    const { terms } = await evaluate(trainer, validation);
    const sizes = [784, ...config.hidden, config.latentDim].join('-');
    note(
      `${name}-mse`,
      terms['mse'] ?? NaN,
      'per pixel',
      protocol(`${sizes}, ${config.activation}`),
    );
    trainer.dispose();
  }
}

/** How far draws of several kinds lie from the codes that the decoder was trained on. */
async function decodedNoise(): Promise<void> {
  const near = sliceImages(training, 0, LOOKED_AT);
  for (const id of ['ae-mnist-d2', 'ae-mnist-d32']) {
    const { trainer } = await loadPublished(id);
    const images = greyOf(near);
    const { mean: codes, dimensions } = await encode(trainer, images);
    const noise = priorCodes(DRAWS, dimensions, 0);
    const fitted = drawFrom(fitGaussian(codes, dimensions), noise);
    const sets = {
      digits: (await encode(trainer, greyOf(sliceImages(validation, 0, DRAWS)))).mean,
      normal: noise,
      fitted,
      mixture: mixtureDraws(codes, dimensions, near.labels, noise),
    };
    const names = {
      normal: 'draws from N(0, I)',
      fitted: 'draws from the Gaussian fitted to the codes',
      mixture: 'draws from a mixture of ten Gaussians, one fitted to the codes of each class',
    };
    const { digits, ...drawn } = sets;
    const usual = nearestDistance(digits, codes, dimensions);
    const prefix = id.replace('ae-mnist-', '');
    for (const [kind, draws] of Object.entries(drawn)) {
      const away = nearestDistance(draws, codes, dimensions) / usual;
      const how = `distance to the nearest code of training digits 1–${LOOKED_AT.toLocaleString('en')}, mean over ${DRAWS} ${names[kind as keyof typeof names]}, over the same mean of validation digits 1–${DRAWS}`;
      note(`${prefix}-gap-${kind}`, away, 'times', `${id}: ${how}`);
    }
    const deviations = Array.from({ length: dimensions }, (_, d) => {
      const column = codes.filter((_, i) => i % dimensions === d);
      const mean = meanOf(column);
      return Math.sqrt(meanOf(column.map((value) => (value - mean) ** 2)));
    });
    const of = `of the codes of training digits 1–${LOOKED_AT.toLocaleString('en')}`;
    note(
      `${prefix}-deviation`,
      meanOf(deviations),
      'units of the code',
      `${id}: standard deviation ${of}, mean over the dimensions`,
    );
    const centre = fitGaussian(codes, dimensions).mean;
    const size = Math.sqrt(meanOf(centre.map((value) => value ** 2)));
    note(
      `${prefix}-offset`,
      size,
      'units of the code',
      `${id}: root mean square over the dimensions of the mean ${of}`,
    );
    trainer.dispose();
  }
}

/** A draw for each row of noise: a class in turn, then its Gaussian. */
function mixtureDraws(
  codes: Float32Array,
  dimensions: number,
  labels: Uint8Array,
  noise: Float32Array,
): Float32Array {
  const fits = Array.from({ length: CLASSES }, (_, label) => {
    const own = codes.filter((_, i) => labels[Math.floor(i / dimensions)] === label);
    return fitGaussian(own, dimensions);
  });
  const out = new Float32Array(noise.length);
  for (let row = 0; row * dimensions < noise.length; row++) {
    const [from, to] = [row * dimensions, (row + 1) * dimensions];
    out.set(drawFrom(fits[row % CLASSES]!, noise.subarray(from, to)), from);
  }
  return out;
}

/** Mean over codes of the distance to the nearest of others. */
function nearestDistance(from: Float32Array, to: Float32Array, dimensions: number): number {
  let total = 0;
  for (let p = 0; p < from.length; p += dimensions) {
    let best = Infinity;
    for (let i = 0; i < to.length; i += dimensions) {
      let sum = 0;
      for (let d = 0; d < dimensions && sum < best; d++) sum += (from[p + d]! - to[i + d]!) ** 2;
      best = Math.min(best, sum);
    }
    total += Math.sqrt(best);
  }
  return total / (from.length / dimensions);
}

function greyOf({ pixels }: ImageSet): Float32Array {
  return Float32Array.from(pixels, (byte) => byte / 255);
}

/** Twelve sensors, three causes: an autoencoder of three numbers beside PCA of three, and faults found by the error. */
async function table(): Promise<void> {
  const [rows, held] = [drawTable(1, 20_000), drawTable(2, 5_000)];
  const faulty = withFaults(held);
  const epochs = 40;
  const config: AeConfig = {
    inputDim: TABLE_COLUMNS,
    hidden: [64, 32],
    latentDim: 3,
    activation: 'tanh',
    likelihood: 'mse-linear',
  };
  const trainer = await trained(config, rows, epochs);
  const errorsOf = async (set: ImageSet): Promise<Float32Array> =>
    (await evaluate(trainer, set)).perImage[0] ?? new Float32Array(0);
  const [good, bad] = [await errorsOf(held), await errorsOf(faulty)];
  trainer.dispose();
  const pca = pcaErrors(rows, config.latentDim);
  const [pcaGood, pcaBad] = [pca(held), pca(faulty)];
  const data =
    'table drawn from seed 1 (20,000 rows of 12 sensors, 3 hidden quantities), on 5,000 rows drawn from seed 2';
  const ae = `12-64-32-3, tanh, linear output, ${epochs} epochs, Adam at 1e-3; ${data}`;
  const by = `PCA, 3 components; ${data}`;
  const ranked =
    'share of pairs of a sound and a faulty row in which the faulty one has the larger squared error';
  note('table-ae-mse', meanOf(good), 'per sensor', ae);
  note('table-pca-mse', meanOf(pcaGood), 'per sensor', by);
  note('table-ae-auc', shareAbove(bad, good), 'AUC', `${ranked}; ${ae}`);
  note('table-pca-auc', shareAbove(pcaBad, pcaGood), 'AUC', `${ranked}; ${by}`);
}

/** Squared error per column of PCA fitted to a set, row by row of another. */
function pcaErrors(fitted: ImageSet, kept: number): (set: ImageSet) => Float32Array {
  const n = imageSize(fitted);
  const values = greyOf(fitted);
  const mean = new Float64Array(n);
  values.forEach((value, i) => {
    mean[i % n]! += value / fitted.count;
  });
  const covariance = new Float64Array(n * n);
  for (let from = 0; from < values.length; from += n) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        covariance[i * n + j]! +=
          ((values[from + i]! - mean[i]!) * (values[from + j]! - mean[j]!)) / fitted.count;
      }
    }
  }
  const { vectors } = symmetricEigen(covariance, n);
  return (set) =>
    Float32Array.from({ length: set.count }, (_, row) => {
      const rest = Float64Array.from(imageAt(set, row), (byte, d) => byte / 255 - mean[d]!);
      for (let k = 0; k < kept; k++) {
        const v = vectors.subarray(k * n, (k + 1) * n);
        const score = rest.reduce((sum, value, d) => sum + value * v[d]!, 0);
        rest.forEach((value, d) => {
          rest[d] = value - score * v[d]!;
        });
      }
      return rest.reduce((sum, value) => sum + value * value, 0) / n;
    });
}

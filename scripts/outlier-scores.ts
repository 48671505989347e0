// What tells an outlier and what does not: `node scripts/run.mjs outlier-scores`. Each score of the lab, by each of its
// models, on the galleries of both data sets (the first thousand of each test split), as areas under ROC curves; the
// entropy of the grey pixels, which no model can save; and the simplest images. The report that chapter 7 quotes.
import { writeFile } from 'node:fs/promises';
import { probes, scores, scoresOf, type Scored } from '../src/components/labs/outlier/scores.ts';
import type { Subject } from '../src/components/labs/shared/gallery.ts';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageAt, sliceImages, type ImageSet } from '../src/lib/data/images.ts';
import { binarised } from '../src/lib/metrics/arrays/draws.ts';
import { meanOf } from '../src/lib/metrics/arrays/moments.ts';
import { areaStandardError, shareAbove } from '../src/lib/metrics/arrays/ranking.ts';
import { importanceLogLikelihood } from '../src/lib/metrics/tensors/likelihood.ts';
import { tensor2d, tidy } from '../src/lib/ops/tf.ts';
import type { Trainer } from '../src/lib/train/trainer.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/vae-outlier-scores.json';
const MODELS = {
  'vae-fashion-2d': ['clothes', 'digits'],
  'vae-mnist-2d': ['digits', 'clothes'],
  'vae-mnist-20d': ['digits', 'clothes'],
} as const;
const COUNT = 1000;
const K = 50;
const PIXELS = 784;
const AT_ONCE = 100;

await startBackend('auto', nodeAssets());
const sets = {
  digits: subjectsOf(await loadPacked('mnist-test')),
  clothes: subjectsOf(await loadPacked('fashion-test')),
};
const readings: Record<string, { value: number; unit: string; protocol: string }> = {};
for (const [name, subjects] of Object.entries(sets)) {
  readings[`${name}-entropy`] = {
    value: rounded(meanOf(subjects.map(({ grey }) => entropyOf(grey)))),
    unit: 'nats',
    protocol: `entropy of the binarisation, a coin for each grey pixel, mean of the first ${COUNT} test ${name}`,
  };
}
for (const [id, [known, strange]] of Object.entries(MODELS)) {
  const { trainer } = await loadPublished(id);
  const [own, other] = [await judge(trainer, sets[known]), await judge(trainer, sets[strange])];
  for (const { key, name } of scores) {
    const of = (judged: readonly Scored[]): number[] => judged.map((scored) => scored[key]);
    const area = shareAbove(of(other), of(own));
    const error = areaStandardError(area, COUNT, COUNT).toPrecision(2);
    readings[`${id}-${key}`] = {
      value: rounded(area),
      unit: '',
      protocol: `${id}: area under the ROC curve of ${name} as a detector of ${strange}, first ${COUNT} test images of each set, ${K} importance samples, standard error ${error}`,
    };
  }
  const tried = await judge(
    trainer,
    probes.map(({ subject }) => subject),
  );
  readings[`${id}-empty`] = {
    value: rounded(tried[0]!.nll),
    unit: 'nats',
    protocol: `${id}: −log p(x) of the image whose pixels are all 0, ${K} importance samples`,
  };
  trainer.dispose();
}
const protocol = { command: 'node scripts/run.mjs outlier-scores' };
await writeFile(REPORT, `${JSON.stringify({ protocol, readings }, null, 2)}\n`);
for (const [name, { value, unit }] of Object.entries(readings)) console.error(name, value, unit);

function subjectsOf(images: ImageSet): Subject[] {
  const gallery = sliceImages(images, 0, COUNT);
  return Array.from({ length: COUNT }, (_, index) => {
    const grey = imageAt(gallery, index);
    return { index, label: gallery.labels[index]!, grey, binary: binarised(grey, index) };
  });
}

async function judge(trainer: Trainer, subjects: readonly Subject[]): Promise<Scored[]> {
  const judged: Scored[] = [];
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = subjects.slice(from, from + AT_ONCE);
    const images = new Float32Array(some.length * PIXELS);
    some.forEach(({ binary }, i) => {
      images.set(binary, i * PIXELS);
    });
    const batch = (first: number, count: number) => {
      const input = tensor2d(images.subarray(first * PIXELS, (first + count) * PIXELS), [
        count,
        PIXELS,
      ]);
      return { input, target: input, noise: null };
    };
    const likelihood = await importanceLogLikelihood(trainer, {
      count: some.length,
      k: K,
      draw: from,
      batchAt: batch,
    });
    const tensors = tidy(() => {
      const { mean, logVar } = trainer.encode(batch(0, some.length).input);
      if (!logVar) throw new Error('A model without a posterior bounds no likelihood.');
      return [mean, logVar, trainer.decode(mean)];
    });
    const none = new Float32Array(0);
    const [mean = none, logVar = none, means = none] = tensors.map((t) =>
      Float32Array.from(t.dataSync()),
    );
    for (const t of tensors) t.dispose();
    const dimensions = trainer.family.latentDim(trainer.config);
    judged.push(
      ...scoresOf({
        subjects: some,
        likelihood,
        codes: { mean, logVar, dimensions },
        means,
      }),
    );
  }
  return judged;
}

/** Σ H(g) over the pixels, nats: what a model must pay on average that knows every grey value. */
function entropyOf(grey: Uint8Array): number {
  return grey.reduce((sum, byte) => {
    const g = byte / 255;
    return g === 0 || g === 1 ? sum : sum - g * Math.log(g) - (1 - g) * Math.log(1 - g);
  }, 0);
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

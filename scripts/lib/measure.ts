// The published figures of a model, computed from its weights. One protocol for manifests and `npm run evaluate`.
import type { ImageSet } from '../../src/lib/data/images.ts';
import { importanceLogLikelihood } from '../../src/lib/metrics/tensors/likelihood.ts';
import { meanOf, standardErrorOf, type Numbers } from '../../src/lib/metrics/arrays/moments.ts';
import { mseOf, psnrOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
import { fitProbe, probeAccuracy, type Labelled } from '../../src/lib/metrics/arrays/probe.ts';
import { tensor2d, tidy } from '../../src/lib/ops/tf.ts';
import { evaluationBatch } from '../../src/lib/train/batches.ts';
import { evaluate } from '../../src/lib/train/evaluate.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import type { Metric } from '../../src/lib/weights/manifest.ts';
import { ProgressBar } from './progress.ts';

/** A latent unit is active when its posterior mean varies by more than this (Burda et al. 2016). */
const ACTIVE_VARIANCE = 0.01;

const QUICK = { images: 1_000, k: 100 };
const FULL_IMAGES = 10_000;
const DEFAULT_K = 500;
/** Float32 sums in another order, over hundreds of pixels: far below, but this is what is promised. */
const NATS_TOLERANCE = 0.01;
/** Ten of ten thousand images lie so near a border that another order of sums may turn them. */
const PROBE_TOLERANCE = 0.001;
const CLASSES = 10;

/** What a model is measured on, and what its linear probes are fitted on. */
export interface Splits {
  readonly test: ImageSet;
  readonly validation: ImageSet;
}

/**
 * All metrics of the model in `trainer` on a test split. With `quick` the importance-sampled likelihood with
 * `k` samples over all images is left out; its quick estimate is always there.
 */
export async function measure(
  label: string,
  trainer: Trainer,
  { test, validation }: Splits,
  { quick, k = DEFAULT_K }: { quick: boolean; k?: number | undefined },
): Promise<Record<string, Metric>> {
  const images = `test images 1–${test.count.toLocaleString('en')}`;
  const drawn = trainer.family.binarises(trainer.config)
    ? `${images}, dynamic binarisation, one draw per image, binarised input`
    : images;
  const { perImage, codeVariance, klPerDimension, klPerLevel } = await evaluate(trainer, test);
  const nats = (values: Numbers, protocol: string): Metric => ({
    value: meanOf(values),
    unit: 'nats',
    protocol,
    standardError: standardErrorOf(values),
    tolerance: NATS_TOLERANCE,
  });

  const metrics: Record<string, Metric> = {};
  const term = (name: string) => perImage[trainer.terms.indexOf(name)];
  const [reconstruction, kl] = [term('reconstruction'), term('kl')];
  const codes = trainer.family.noiseDim(trainer.config) / trainer.family.latentDim(trainer.config);
  const sampled = `${drawn}, ${codes === 1 ? 'one code sample' : `${codes} code samples`} per image`;
  if (reconstruction && kl) {
    const sum = reconstruction.map((value, i) => value + kl[i]!);
    metrics['neg-elbo-nats'] = nats(sum, sampled);
    metrics['reconstruction-nats'] = nats(reconstruction, sampled);
    metrics['kl-nats'] = nats(kl, drawn);
    const active = (from: number, to: number): Metric => ({
      value: codeVariance.slice(from, to).filter((variance) => variance > ACTIVE_VARIANCE).length,
      unit: `of ${to - from}`,
      protocol: `${drawn}; variance of the posterior mean above ${ACTIVE_VARIANCE}`,
      tolerance: 0,
    });
    metrics['active-units'] = active(0, klPerDimension.length);
    const levels = trainer.family.levels?.(trainer.config) ?? [];
    const probes = levels.length > 0 ? await probe(trainer, levels, { test, validation }) : [];
    levels.forEach(([from, to], l) => {
      metrics[`kl-level-${l + 1}-nats`] = nats(klPerLevel[l]!, sampled);
      metrics[`active-units-level-${l + 1}`] = active(from, to);
      metrics[`probe-accuracy-level-${l + 1}`] = {
        value: probes[l]!,
        unit: 'share',
        protocol: `${drawn}; ridge regression from the level's posterior means to the class, fitted on the ${validation.count.toLocaleString('en')} validation images`,
        tolerance: PROBE_TOLERANCE,
      };
    });
    const estimate = async ({ images: count, k: samples }: typeof QUICK): Promise<Metric> => {
      const bar = new ProgressBar(`${label}, likelihood`, count);
      const { family, config } = trainer;
      const shape = { binarises: family.binarises(config), noiseDim: 0 };
      const { values: logs } = await importanceLogLikelihood(trainer, {
        count,
        k: samples,
        batchAt: (from, images) => evaluationBatch(test, from, images, shape),
        onProgress: (done) => {
          bar.show(done, `k = ${samples}`);
        },
      });
      bar.end();
      return nats(
        logs.map((value) => -value),
        `test images 1–${count.toLocaleString('en')}, dynamic binarisation, one draw per image, ${samples.toLocaleString('en')} importance samples from q`,
      );
    };
    metrics['nll-nats-quick'] = await estimate(QUICK);
    if (!quick) metrics['nll-nats'] = await estimate({ images: FULL_IMAGES, k });
  } else if (reconstruction) {
    metrics['reconstruction-nats'] = nats(reconstruction, drawn);
  }
  return { ...metrics, ...(await squaredErrors(trainer, test, images)) };
}

/** Accuracy on the test images of a linear probe on each level's posterior means alone. */
async function probe(
  trainer: Trainer,
  levels: readonly (readonly [number, number])[],
  { test, validation }: Splits,
): Promise<number[]> {
  const [fitted, scored] = [await codesOf(trainer, validation), await codesOf(trainer, test)];
  const latent = trainer.family.latentDim(trainer.config);
  return levels.map(([from, to]) => {
    const level = (codes: Float32Array, { labels }: ImageSet): Labelled => ({
      codes: codes.filter((_, i) => i % latent >= from && i % latent < to),
      dimensions: to - from,
      labels,
    });
    return probeAccuracy(fitProbe(level(fitted, validation), CLASSES), level(scored, test));
  });
}

/** Posterior means of all images of a split, [images, latent]. */
async function codesOf(trainer: Trainer, set: ImageSet): Promise<Float32Array> {
  const latent = trainer.family.latentDim(trainer.config);
  const shape = { binarises: trainer.family.binarises(trainer.config), noiseDim: 0 };
  const codes = new Float32Array(set.count * latent);
  const batch = 500;
  for (let from = 0; from < set.count; from += batch) {
    const count = Math.min(batch, set.count - from);
    const mean = tidy(() => trainer.encode(evaluationBatch(set, from, count, shape).input).mean);
    codes.set(await mean.data(), from * latent);
    mean.dispose();
  }
  return codes;
}

/** Of decoder means at the posterior mean (or the code), from grey images against the same grey images. */
async function squaredErrors(
  trainer: Trainer,
  test: ImageSet,
  images: string,
): Promise<Record<string, Metric>> {
  const size = test.width * test.height * test.channels;
  const errors = new Float64Array(test.count);
  const batch = 500;
  for (let from = 0; from < test.count; from += batch) {
    const count = Math.min(batch, test.count - from);
    const grey = Float32Array.from(
      test.pixels.subarray(from * size, (from + count) * size),
      (byte) => byte / 255,
    );
    const means = tidy(() => {
      const { family, config, parameters } = trainer;
      const input = tensor2d(grey, [count, size]);
      return (
        family.reconstruct?.(config, parameters, input) ??
        trainer.decode(trainer.encode(input).mean)
      );
    });
    const values = await means.data();
    means.dispose();
    for (let i = 0; i < count; i++) {
      const span = [i * size, (i + 1) * size] as const;
      errors[from + i] = mseOf(grey.subarray(...span), values.subarray(...span));
    }
  }
  const protocol = `${images}, grey input, decoder mean at the posterior mean, pixels in [0, 1]`;
  const decibels = errors.map(psnrOf);
  return {
    mse: {
      value: meanOf(errors),
      unit: 'per pixel',
      protocol,
      standardError: standardErrorOf(errors),
      // A network that copies has errors below any fixed tolerance.
      tolerance: Math.min(1e-5, 0.1 * meanOf(errors)),
    },
    'psnr-db': {
      value: meanOf(decibels),
      unit: 'dB',
      protocol: `${protocol}; mean over images of each image's PSNR`,
      standardError: standardErrorOf(decibels),
      tolerance: 0.01,
    },
  };
}

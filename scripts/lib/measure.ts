// The published figures of a model, computed from its weights. One protocol for manifests and `npm run evaluate`.
import type { ImageSet } from '../../src/lib/data/images.ts';
import { importanceLogLikelihood } from '../../src/lib/metrics/tensors/likelihood.ts';
import { meanOf, standardErrorOf, type Numbers } from '../../src/lib/metrics/arrays/moments.ts';
import { mseOf, psnrOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
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

/**
 * All metrics of the model in `trainer` on a test split. With `quick` the importance-sampled likelihood with
 * `k` samples over all images is left out; its quick estimate is always there.
 */
export async function measure(
  label: string,
  trainer: Trainer,
  test: ImageSet,
  { quick, k = DEFAULT_K }: { quick: boolean; k?: number | undefined },
): Promise<Record<string, Metric>> {
  const images = `test images 1–${test.count.toLocaleString('en')}`;
  const drawn = trainer.family.binarises(trainer.config)
    ? `${images}, dynamic binarisation, one draw per image, binarised input`
    : images;
  const { perImage, codeVariance, klPerDimension } = await evaluate(trainer, test);
  const nats = (values: Numbers, protocol: string): Metric => ({
    value: meanOf(values),
    unit: 'nats',
    protocol,
    standardError: standardErrorOf(values),
    tolerance: NATS_TOLERANCE,
  });

  const metrics: Record<string, Metric> = {};
  const term = (name: string) => perImage[trainer.family.terms.indexOf(name)];
  const [reconstruction, kl] = [term('reconstruction'), term('kl')];
  const codes = trainer.family.noiseDim(trainer.config) / trainer.family.latentDim(trainer.config);
  const sampled = `${drawn}, ${codes === 1 ? 'one code sample' : `${codes} code samples`} per image`;
  if (reconstruction && kl) {
    const sum = reconstruction.map((value, i) => value + kl[i]!);
    metrics['neg-elbo-nats'] = nats(sum, sampled);
    metrics['reconstruction-nats'] = nats(reconstruction, sampled);
    metrics['kl-nats'] = nats(kl, drawn);
    metrics['active-units'] = {
      value: codeVariance.filter((variance) => variance > ACTIVE_VARIANCE).length,
      unit: `of ${klPerDimension.length}`,
      protocol: `${drawn}; variance of the posterior mean above ${ACTIVE_VARIANCE}`,
      tolerance: 0,
    };
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
    const means = tidy(() => trainer.decode(trainer.encode(tensor2d(grey, [count, size])).mean));
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
      tolerance: 1e-5,
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

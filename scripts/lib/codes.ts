// Codes of a gallery and decoder means of codes, as plain numbers, from a trainer that holds the weights.
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import { binarised } from '../../src/lib/metrics/arrays/draws.ts';
import type { CodeArrays } from '../../src/lib/metrics/arrays/posterior.ts';
import { tensor2d, tidy } from '../../src/lib/ops/tf.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';

const PIXELS = 28 * 28;

/** A gallery as the networks see it: [count, PIXELS], binarised as in every evaluation. */
export function binarisedGallery(gallery: ImageSet): Float32Array {
  const images = new Float32Array(gallery.count * PIXELS);
  for (let i = 0; i < gallery.count; i++) {
    images.set(binarised(imageAt(gallery, i), i), i * PIXELS);
  }
  return images;
}

/** Means and log-variances of images [count, PIXELS]; `logVar` is empty for a deterministic code. */
export async function encode(trainer: Trainer, images: Float32Array): Promise<CodeArrays> {
  const codes = tidy(() => {
    const { mean, logVar } = trainer.encode(tensor2d(images, [images.length / PIXELS, PIXELS]));
    return logVar ? { mean, logVar } : { mean };
  });
  const mean = Float32Array.from(await codes.mean.data());
  const logVar = Float32Array.from((await codes.logVar?.data()) ?? []);
  codes.mean.dispose();
  codes.logVar?.dispose();
  return { mean, logVar, dimensions: trainer.family.latentDim(trainer.config) };
}

/** Decoder means of codes, row by row. */
export async function decode(trainer: Trainer, codes: Float32Array): Promise<Float32Array> {
  const latent = trainer.family.latentDim(trainer.config);
  const means = tidy(() => trainer.decode(tensor2d(codes, [codes.length / latent, latent])));
  const values = Float32Array.from(await means.data());
  means.dispose();
  return values;
}

// The first test image of each class, and what PCA and an autoencoder make of it with equally many numbers: a sheet of
// three rows.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { readSafetensors } from '../../src/lib/weights/safetensors.ts';
import { decode, encode } from './codes.ts';
import { writeSheet } from './sheets.ts';

const PIXELS = 28 * 28;
const CLASSES = 10;
const COMPONENTS = 'public/pca/mnist.safetensors';
/** Between the pictures. */
const GAP = 2;

/** Writes beside-pca.png. */
export async function drawBesidePca(
  folder: string,
  trainer: Trainer,
  gallery: ImageSet,
): Promise<void> {
  const labels = [...gallery.labels];
  const x = new Float32Array(CLASSES * PIXELS);
  for (let label = 0; label < CLASSES; label++) {
    const bytes = imageAt(gallery, labels.indexOf(label));
    x.set(
      Float32Array.from(bytes, (byte) => byte / 255),
      label * PIXELS,
    );
  }
  const { mean } = await encode(trainer, x);
  const numbers = trainer.family.latentDim(trainer.config);
  const sheet = new Float32Array(3 * x.length);
  sheet.set(x);
  sheet.set(projected(x, await components(), numbers), x.length);
  sheet.set(await decode(trainer, mean), 2 * x.length);
  await writeSheet(path.join(folder, 'beside-pca.png'), sheet, CLASSES, GAP);
}

interface Components {
  readonly mean: Float32Array;
  /** [kept, PIXELS], orthonormal, by falling variance. */
  readonly directions: Float32Array;
}

async function components(): Promise<Components> {
  const tensors = readSafetensors(new Uint8Array(await readFile(COMPONENTS)));
  const [mean, directions] = [tensors.get('mean'), tensors.get('components')];
  if (!mean || !directions) {
    throw new Error(
      `${COMPONENTS} has no "mean" or "components". Make it with: node scripts/run.mjs pca`,
    );
  }
  return { mean: mean.values, directions: directions.values };
}

/** Images [n, PIXELS] after a code of this many principal components. */
function projected(
  images: Float32Array,
  { mean, directions }: Components,
  numbers: number,
): Float32Array {
  const out = new Float32Array(images.length);
  for (let from = 0; from < images.length; from += PIXELS) {
    out.set(mean, from);
    for (let k = 0; k < numbers; k++) {
      const direction = directions.subarray(k * PIXELS, (k + 1) * PIXELS);
      let score = 0;
      for (let d = 0; d < PIXELS; d++) score += (images[from + d]! - mean[d]!) * direction[d]!;
      for (let d = 0; d < PIXELS; d++) out[from + d]! += score * direction[d]!;
    }
  }
  return out.map((value) => Math.min(1, Math.max(0, value)));
}

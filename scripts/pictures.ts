// The first pictures of the labs, made at build from the published models: `npm run pictures`.
// For every plain autoencoder of grey images the same on the principal plane of its codes (codes.json).
// For every other model with a two-dimensional code: the first test image (x.png), the decoded plane (latent.png),
// the decoder mean at its code (mean.png), and the numbers beside them (numbers.json). For every variational model:
// decoder means of codes from the prior (samples.png); for a hierarchy those of lib/level-pictures.ts, for a
// convolutional network those of lib/layer-pictures.ts, for a small code on grey images those of lib/unit-pictures.ts.
// Pictures are black ink on nothing; a dark theme inverts them.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { niceExtent } from '../src/components/ui/plane.ts';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageAt, type ImageSet } from '../src/lib/data/images.ts';
import { priorCodes } from '../src/lib/metrics/arrays/draws.ts';
import { onPlane, principalPlane } from '../src/lib/metrics/arrays/pca.ts';
import { MANIFOLD_SIDE, tileCentres } from '../src/lib/metrics/arrays/plane.ts';
import { mseOf } from '../src/lib/metrics/arrays/reconstruction.ts';
import { bernoulliNll, klOfOne } from '../src/lib/metrics/arrays/posterior.ts';
import type { Trainer } from '../src/lib/train/trainer.ts';
import { drawBesidePca } from './lib/beside-pca.ts';
import { binarisedGallery, decode, encode } from './lib/codes.ts';
import { drawLayers } from './lib/layer-pictures.ts';
import { drawLevels, drawPasses } from './lib/level-pictures.ts';
import { loadManifest, loadPacked, loadPublished, publishedIds } from './lib/packed.ts';
import { writeSheet } from './lib/sheets.ts';
import { drawUnits, MOST_UNITS } from './lib/unit-pictures.ts';

const OUT = 'public/pictures';
const SIDE = 28;
const SAMPLES = { columns: 8, rows: 2 };
/** Counts up when other pictures are drawn from the same weights: those made before are made again. */
const DRAWN = 3;
/** Codes drawn in the static picture; the live plane shows a thousand. */
const DOTS = 400;
const GALLERIES: Readonly<Record<string, string>> = {
  MNIST: 'mnist-gallery',
  'Fashion-MNIST': 'fashion-gallery',
};

/** The network that a page shows beside as many principal components. */
const BESIDE_PCA = 'ae-mnist-d8';
/** The network whose samples a page shows after some passes through it. */
const PASSED = 'ladder-mnist-mini';

const stampOf = (sha256: string): string => `${sha256} ${DRAWN}`;
const stale: string[] = [];
for (const id of await publishedIds()) {
  const { sha256 } = await loadManifest(id);
  const stamp = path.join(OUT, id, 'made-from');
  if (!existsSync(stamp) || (await readFile(stamp, 'utf8')) !== stampOf(sha256)) stale.push(id);
}
if (stale.length > 0) await startBackend('auto', nodeAssets());
for (const id of stale) {
  const { manifest, trainer } = await loadPublished(id);
  const folder = path.join(OUT, id);
  await mkdir(folder, { recursive: true });
  const gallery = await loadPacked(GALLERIES[manifest.data.set] ?? manifest.data.set);
  const latent = trainer.family.latentDim(trainer.config);
  const plain =
    trainer.family.noiseDim(trainer.config) === 0 && !trainer.family.binarises(trainer.config);
  if (trainer.family.activations) await drawLayers(folder, trainer, gallery);
  else if (plain) await drawCodes(folder, trainer, gallery);
  else if (latent === 2) await drawPlane(folder, trainer, gallery);
  if (plain && !trainer.family.activations && latent <= MOST_UNITS) {
    await drawUnits(folder, trainer, gallery);
  }
  if (id === BESIDE_PCA) await drawBesidePca(folder, trainer, gallery);
  if (trainer.family.descend) {
    await drawLevels(folder, trainer, gallery, DOTS);
    if (id === PASSED) await drawPasses(folder, trainer, gallery);
  } else if (trainer.family.noiseDim(trainer.config) > 0) {
    const count = SAMPLES.columns * SAMPLES.rows;
    const means = await decode(trainer, priorCodes(count, latent, 0));
    await writeSheet(path.join(folder, 'samples.png'), means, SAMPLES.columns);
  }
  trainer.dispose();
  await writeFile(path.join(folder, 'made-from'), stampOf(manifest.sha256));
  console.log(`pictures of ${id}`);
}

async function drawPlane(folder: string, trainer: Trainer, gallery: ImageSet): Promise<void> {
  const images = binarisedGallery(gallery);
  const { mean, logVar } = await encode(trainer, images);

  const extent = niceExtent(mean);
  const first = mean.slice(0, 2);
  const plane = await decode(trainer, tileCentres(extent));
  const reconstruction = await decode(trainer, first);
  const binary = images.subarray(0, SIDE * SIDE);
  const own = [0, 1].map((d) => [first[d] ?? NaN, logVar[d] ?? NaN] as const);

  const grey = Float32Array.from(imageAt(gallery, 0), (byte) => byte / 255);
  await writeSheet(path.join(folder, 'x.png'), grey, 1);
  await writeSheet(path.join(folder, 'mean.png'), reconstruction, 1);
  await writeSheet(path.join(folder, 'latent.png'), plane, MANIFOLD_SIDE);
  const numbers = {
    label: gallery.labels[0],
    mean: [...first],
    logVar: [...logVar.subarray(0, 2)],
    nll: bernoulliNll(reconstruction, binary),
    kl: logVar.length > 0 ? own.reduce((sum, [m, v]) => sum + klOfOne(m, v), 0) : 0,
    extent,
    codes: Array.from({ length: Math.min(DOTS, gallery.count) }, (_, i) => [
      round(mean[2 * i]),
      round(mean[2 * i + 1]),
      gallery.labels[i],
    ]),
  };
  await writeFile(path.join(folder, 'numbers.json'), `${JSON.stringify(numbers)}\n`);
}

/** What a lab of a plain autoencoder shows first: the plane through the code of the first image. */
async function drawCodes(folder: string, trainer: Trainer, gallery: ImageSet): Promise<void> {
  const images = Float32Array.from(gallery.pixels, (byte) => byte / 255);
  const { mean: codes, dimensions } = await encode(trainer, images);
  const plane = principalPlane(codes, dimensions);
  const points = onPlane(plane, codes, dimensions);
  const extent = niceExtent(points);
  const first = codes.slice(0, dimensions);
  const centres = tileCentres(extent);
  const tiles = new Float32Array((centres.length / 2) * dimensions);
  for (let i = 0; 2 * i < centres.length; i++) {
    const [dx, dy] = [centres[2 * i]! - points[0]!, centres[2 * i + 1]! - points[1]!];
    first.forEach((value, d) => {
      tiles[i * dimensions + d] = value + dx * plane.axes[0][d]! + dy * plane.axes[1][d]!;
    });
  }
  const x = images.subarray(0, SIDE * SIDE);
  const reconstruction = await decode(trainer, first);
  await writeSheet(path.join(folder, 'x.png'), x, 1);
  await writeSheet(path.join(folder, 'mean.png'), reconstruction, 1);
  await writeSheet(path.join(folder, 'latent.png'), await decode(trainer, tiles), MANIFOLD_SIDE);
  const numbers = {
    label: gallery.labels[0],
    mse: mseOf(x, reconstruction),
    extent,
    code: [points[0], points[1]],
    codes: Array.from({ length: Math.min(DOTS, gallery.count) }, (_, i) => [
      round(points[2 * i]),
      round(points[2 * i + 1]),
      gallery.labels[i],
    ]),
  };
  await writeFile(path.join(folder, 'codes.json'), `${JSON.stringify(numbers)}\n`);
}

function round(value: number | undefined): number {
  return Math.round((value ?? NaN) * 100) / 100;
}

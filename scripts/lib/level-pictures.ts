// The first pictures of a hierarchy, as its lab shows them: the plane of the top level, the ladder of the first test
// image, sixteen samples. Made by the lab's own code.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  costs,
  folded,
  ladderOf,
  NARROW,
  RUNG,
  sixteenOf,
  type Descend,
} from '../../src/components/labs/hierarchical-vae/descents.ts';
import { leading, project, type Span } from '../../src/components/labs/hierarchical-vae/levels.ts';
import { manifoldCodes } from '../../src/components/labs/shared/plane-codes.ts';
import { joined } from '../../src/components/labs/shared/slices.ts';
import { niceExtent } from '../../src/components/ui/plane.ts';
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import { MANIFOLD_SIDE } from '../../src/lib/metrics/arrays/plane.ts';
import { codeVariance } from '../../src/lib/metrics/arrays/posterior.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { queries } from '../../src/lib/worker/queries.ts';
import { binarisedGallery, encode } from './codes.ts';
import { writeSheet } from './sheets.ts';

const PIXELS = 28 * 28;
/** Between pictures that the lab shows as a grid. */
const GAP = 2;
/** Rows of passes.png: how often its pictures have passed through the network. */
const PASSES = [0, 1, 4, 16];
const PASSED = 8;

/** Writes x.png, latent.png, rung-1.png …, sixteen.png and levels.json; of the codes `dots` are kept. */
export async function drawLevels(
  folder: string,
  trainer: Trainer,
  gallery: ImageSet,
  dots: number,
): Promise<void> {
  const { spans, top, descend } = hierarchyOf(trainer);
  const images = binarisedGallery(gallery);
  const codes = await encode(trainer, images);
  const axes = leading(codeVariance(codes), top);
  const points = project(codes, axes);
  const extent = niceExtent(points);
  const z = codes.mean.slice(0, codes.dimensions);
  const levels = spans.length;
  const tops = manifoldCodes(z, axes, extent);
  const ladder = await ladderOf(descend, { z, tops, levels, seed: 0 });
  const temperatures = spans.map(() => 1);
  const samples = await sixteenOf(descend, { z, held: 0, temperatures, seed: 0, by: axes });

  const grey = Float32Array.from(imageAt(gallery, 0), (byte) => byte / 255);
  await writeSheet(path.join(folder, 'x.png'), grey, 1);
  await writeSheet(path.join(folder, 'latent.png'), ladder.tops, MANIFOLD_SIDE);
  await writeSheet(path.join(folder, 'sixteen.png'), folded(samples.means), NARROW, GAP);
  for (let i = 0; i < levels; i++) {
    const rung = ladder.rungs.subarray(i * RUNG * PIXELS, (i + 1) * RUNG * PIXELS);
    await writeSheet(path.join(folder, `rung-${i + 1}.png`), rung, RUNG, GAP);
  }
  const shown = (values: Float32Array): number[] => axes.map((d) => values[d] ?? NaN);
  const numbers = {
    label: gallery.labels[0],
    levels,
    mean: shown(codes.mean),
    logVar: shown(codes.logVar),
    nll: costs(ladder.rungs, images.subarray(0, PIXELS)),
    extent,
    codes: Array.from({ length: Math.min(dots, gallery.count) }, (_, i) => [
      hundredths(points[2 * i]),
      hundredths(points[2 * i + 1]),
      gallery.labels[i],
    ]),
  };
  await writeFile(path.join(folder, 'levels.json'), `${JSON.stringify(numbers)}\n`);
}

/** Writes passes.png: the first eight of the lab's sixteen, before and after some passes. */
export async function drawPasses(
  folder: string,
  trainer: Trainer,
  gallery: ImageSet,
): Promise<void> {
  const { spans, top, descend } = hierarchyOf(trainer);
  const codes = await encode(trainer, binarisedGallery(gallery));
  const draw = {
    z: codes.mean.slice(0, codes.dimensions),
    held: 0,
    temperatures: spans.map(() => 1),
    seed: 0,
    by: leading(codeVariance(codes), top),
  };
  const rows: Float32Array[] = [];
  for (const passes of PASSES) {
    const { means } = await sixteenOf(descend, { ...draw, passes });
    rows.push(folded(means).subarray(0, PASSED * PIXELS));
  }
  await writeSheet(path.join(folder, 'passes.png'), joined(rows), PASSED, GAP);
}

function hierarchyOf(trainer: Trainer): {
  readonly spans: readonly Span[];
  readonly top: Span;
  readonly descend: Descend;
} {
  const spans = trainer.family.levels?.(trainer.config);
  const top = spans?.at(-1);
  if (!spans || !top) throw new Error(`The family ${trainer.family.name} has no levels to draw.`);
  const { descend } = queries(
    () => trainer,
    () => Promise.resolve(),
  );
  return { spans, top, descend: (request) => descend({ slot: 'pictures', ...request }) };
}

function hundredths(value: number | undefined): number {
  return Math.round((value ?? NaN) * 100) / 100;
}

// The first picture of a small code, as the introduction's lab shows it: the first test image, its reconstruction, the
// reconstruction without each unit, and the numbers beside them. Made by the lab's own code.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  statisticsOf,
  UNCHANGED,
  withoutEach,
} from '../../src/components/labs/what-is-an-autoencoder/units.ts';
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import { mseOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { decode, encode } from './codes.ts';
import { writeSheet } from './sheets.ts';

const PIXELS = 28 * 28;
/** Units up to which each has a row and a picture of its own. */
export const MOST_UNITS = 16;

/** Writes x.png, picture.png, without-1.png … and units.json. */
export async function drawUnits(
  folder: string,
  trainer: Trainer,
  gallery: ImageSet,
): Promise<void> {
  const ink = Float32Array.from(gallery.pixels, (byte) => byte / 255);
  const { mean: codes } = await encode(trainer, ink);
  const dimensions = trainer.family.latentDim(trainer.config);
  const statistics = statisticsOf(codes, dimensions);
  const code = codes.slice(0, dimensions);
  const x = Float32Array.from(imageAt(gallery, 0), (byte) => byte / 255);
  const picture = await decode(trainer, code);
  const without = await decode(trainer, withoutEach(code, UNCHANGED, statistics));
  await writeSheet(path.join(folder, 'x.png'), x, 1);
  await writeSheet(path.join(folder, 'picture.png'), picture, 1);
  const errors: number[] = [];
  for (let unit = 0; unit < dimensions; unit++) {
    const one = without.slice(unit * PIXELS, (unit + 1) * PIXELS);
    errors.push(mseOf(x, one));
    await writeSheet(path.join(folder, `without-${unit + 1}.png`), one, 1);
  }
  const { mean, low, high } = statistics;
  const numbers = {
    label: gallery.labels[0],
    code: [...code],
    statistics: { mean: [...mean], low: [...low], high: [...high] },
    error: mseOf(x, picture),
    errors,
  };
  await writeFile(path.join(folder, 'units.json'), `${JSON.stringify(numbers)}\n`);
}

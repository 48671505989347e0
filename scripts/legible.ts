// How many samples of the published hierarchies can be named: `node scripts/run.mjs legible <folder>` draws sheets of
// samples into the folder, without a word of what they are, and of real test digits as a control.
// Two readers, people or models that see, write down what they see, apart from each other, into <folder>/<id>.1.txt and <id>.2.txt: a digit for
// each picture, row by row, and "?" for one that they hesitate at; blanks and new lines count for nothing.
// `node scripts/run.mjs legible <folder> score` then counts what both named alike, and writes the report.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { givenFromTop } from '../src/components/labs/hierarchical-vae/levels.ts';
import { fitTop, withTops } from '../src/components/labs/hierarchical-vae/top-prior.ts';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageAt } from '../src/lib/data/images.ts';
import { noise } from '../src/lib/metrics/arrays/draws.ts';
import { codeVariance } from '../src/lib/metrics/arrays/posterior.ts';
import { queries } from '../src/lib/worker/queries.ts';
import { binarisedGallery, encode } from './lib/codes.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';
import { writeSheet } from './lib/sheets.ts';

const REPORT = 'src/content/reports/hvae-legible.json';
/** Number of the draw: chosen before anything drawn with it was seen. */
const DRAW = 4242;
const SAMPLES = 100;
const SHEET = 25;
const PIXELS = 28 * 28;

interface Arm {
  readonly id: string;
  /** τ of each level, z_1 first. */
  readonly temperatures: readonly number[];
  readonly prior: 'round' | 'fitted';
}
const arms: readonly Arm[] = [
  { id: 'ladder-mnist', temperatures: [0.3, 0.3, 0.5, 1.4], prior: 'round' },
  { id: 'vae2-mnist', temperatures: [0.2, 0.5], prior: 'fitted' },
  { id: 'ladder-mnist-mini', temperatures: [0, 1.5, 1.2], prior: 'round' },
];
const CONTROL = 'digits';

const [folder, task] = process.argv.slice(2);
if (!folder || (task !== undefined && task !== 'score')) {
  console.error('Usage: node scripts/run.mjs legible <folder> [score]');
  process.exit(2);
}
await (task === 'score' ? score(folder) : draw(folder));

async function draw(into: string): Promise<void> {
  await startBackend('wasm', nodeAssets());
  await mkdir(into, { recursive: true });
  for (const arm of arms) await sheets(into, arm.id, await samplesOf(arm));
  const test = await loadPacked('mnist-test');
  const digits = new Float32Array(SAMPLES * PIXELS);
  for (let i = 0; i < SAMPLES; i++) {
    digits.set(
      Float32Array.from(imageAt(test, i), (byte) => byte / 255),
      i * PIXELS,
    );
  }
  await sheets(into, CONTROL, digits);
}

/** Decoder means of samples of a published model, as its lab draws them: [SAMPLES, PIXELS]. */
async function samplesOf({ id, temperatures, prior }: Arm): Promise<Float32Array> {
  const { trainer } = await loadPublished(id);
  const top = trainer.family.levels?.(trainer.config).at(-1);
  if (!top) throw new Error(`${id} has no levels.`);
  const codes = await encode(trainer, binarisedGallery(await loadPacked('mnist-gallery')));
  const fitted = prior === 'fitted' ? await fitTop(codes, codeVariance(codes), top) : null;
  const epsilon = noise(SAMPLES * codes.dimensions, DRAW);
  const temperature = temperatures.at(-1) ?? 1;
  const drawn = fitted ? withTops(fitted, epsilon, { top, temperature, seed: DRAW }) : epsilon;
  const { descend } = queries(
    () => trainer,
    () => Promise.resolve(),
  );
  const { means } = await descend({
    slot: 'samples',
    codes: drawn,
    noise: drawn,
    given: givenFromTop(fitted ? 1 : 0, temperatures.length),
    temperatures: [...temperatures],
  });
  return means;
}

/** Sheets of five by five: <id>-1.png … */
async function sheets(into: string, id: string, images: Float32Array): Promise<void> {
  for (let from = 0; from < SAMPLES; from += SHEET) {
    const file = path.join(into, `${id}-${from / SHEET + 1}.png`);
    const sheet = images.subarray(from * PIXELS, (from + SHEET) * PIXELS);
    await writeSheet(file, sheet, Math.sqrt(SHEET), 6);
    const { data, info } = await sharp(file).flatten({ background: 'white' }).toBuffer({
      resolveWithObject: true,
    });
    await sharp(data)
      .resize({ width: 5 * info.width, kernel: 'nearest' })
      .extend({ top: 20, bottom: 20, left: 20, right: 20, background: 'white' })
      .toFile(file);
  }
}

async function score(from: string): Promise<void> {
  const readings: Record<string, { value: number; unit: string; protocol: string }> = {};
  const controls = 'grey test digits 1–100';
  for (const id of [...arms.map((arm) => arm.id), CONTROL]) {
    const arm = arms.find((each) => each.id === id);
    const taus = arm?.temperatures.map((tau, l) => `τ_${l + 1} = ${tau}`).join(', ');
    const top = `z_${arm?.temperatures.length} drawn from ${arm?.prior === 'fitted' ? 'the mixture of ten Gaussians fitted to the posterior means of the 1,000 gallery digits' : 'N(0, I)'}`;
    const [first, second] = await Promise.all([namesOf(from, id, 1), namesOf(from, id, 2)]);
    const agreed = first.filter((name, i) => name !== '?' && name === second[i]);
    readings[id] = {
      value: agreed.length,
      unit: `of ${SAMPLES}`,
      protocol: `${arm ? `decoder means of ${SAMPLES} samples, draw ${DRAW}, ${taus}, ${top}` : controls}, named alike and without hesitation by two readers (vision-language models, each alone with the pictures) who were given no labels`,
    };
    console.log(id, agreed.length, `of ${SAMPLES}`);
  }
  const protocol = { command: 'node scripts/run.mjs legible <folder> score', draw: DRAW, arms };
  await writeFile(REPORT, `${JSON.stringify({ protocol, readings }, null, 1)}\n`);
}

/** What one reader wrote down. */
async function namesOf(from: string, id: string, reader: number): Promise<string[]> {
  const file = path.join(from, `${id}.${reader}.txt`);
  const names = (await readFile(file, 'utf8')).match(/\S/gu) ?? [];
  if (names.length !== SAMPLES || !names.every((name) => /[0-9?]/.test(name))) {
    throw new Error(`${file}: ${names.length} names of ${SAMPLES}, each a digit or "?"`);
  }
  return names;
}

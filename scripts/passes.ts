// What a pass through encoder and decoder does, at the means of both: `node scripts/run.mjs passes`, half a minute.
// How many pictures of the mended hundred of lib/level-samples.ts move slowly, and how many go elsewhere in the long
// run; and by how much a pass changes the size of noise in a digit, of a haze over it, and of a step towards another
// digit.
import { writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { noise } from '../src/lib/metrics/arrays/draws.ts';
import type { Trainer } from '../src/lib/train/trainer.ts';
import { decode, encode } from './lib/codes.ts';
import {
  COUNT,
  distance,
  DRAW,
  models,
  nearestOf,
  pictureAt,
  PIXELS,
  samplesOf,
  testDigits,
  ways,
} from './lib/level-samples.ts';
import { loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/hvae-passes.json';
/** A pass that changes a picture by less than this, squared error per pixel, changes little. */
const LITTLE = 1e-4;
const LONG = 1000;
/** Digits of the test set, spread over its second half, of which no mixture has seen any. */
const DIGITS = 400;
const FIRST_DIGIT = 5000;
const DIGIT_STEP = 12;
/** Standard deviation of the noise of a pixel. */
const NOISE = 0.1;
/** Grey laid over the paper, of 1 for black. */
const HAZE = 0.05;
/** Share of the way to another digit. */
const STEP = 0.1;

const readings: Record<string, { value: number; unit: string; protocol: string }> = {};
await startBackend('wasm', nodeAssets());
const digits = await testDigits(DIGITS, FIRST_DIGIT, DIGIT_STEP);
for (const id of models) {
  const { trainer } = await loadPublished(id);
  const { passes } = ways.mended;
  const mended = await samplesOf(id, ways.mended);
  const further = await pass(trainer, mended);
  let last = further;
  for (let made = passes + 1; made < LONG; made++) last = await pass(trainer, last);
  const apart = nearestOf(mended);
  const every = Array.from({ length: COUNT }, (_, i) => i);
  const moved = (to: Float32Array, i: number): number =>
    distance(pictureAt(mended, i), pictureAt(to, i));
  note(
    `${id}-slow`,
    every.filter((i) => moved(further, i) < LITTLE).length,
    `of ${COUNT}`,
    `mended pictures (draw ${DRAW}, ${passes} passes) that one more pass changes by less than ${LITTLE} per pixel, squared`,
  );
  note(
    `${id}-moved`,
    every.filter((i) => moved(last, i) > apart[i]!.distance).length,
    `of ${COUNT}`,
    `mended pictures (draw ${DRAW}) that after ${LONG} passes lie further from what they were after ${passes} than that lay from the nearest other of the ${COUNT}`,
  );

  const told = `median over ${DIGITS} test digits, each after one pass`;
  const clean = await pass(trainer, digits);
  const nearest = nearestOf(clean);
  const epsilon = noise(clean.length, DRAW);
  const noisy = clean.map((value, i) => value + NOISE * epsilon[i]!);
  const hazy = clean.map((value) => value + HAZE * (1 - value));
  const towards = clean.map((value, i) => {
    const { index: other } = nearest[Math.floor(i / PIXELS)]!;
    return value + STEP * (clean[other * PIXELS + (i % PIXELS)]! - value);
  });
  note(
    `${id}-noise`,
    await shareLeft(trainer, clean, noisy),
    'of its size',
    `what a pass leaves of normal noise of deviation ${NOISE} in every pixel, not clipped, as a root mean square; ${told}`,
  );
  note(
    `${id}-haze`,
    await shareLeft(trainer, clean, hazy),
    'of its size',
    `what a pass leaves of a grey of ${HAZE} over the paper, as a root mean square; ${told}`,
  );
  note(
    `${id}-between`,
    await shareLeft(trainer, clean, towards),
    'of its size',
    `what a pass leaves of a step of ${STEP} of the way to the digit that is nearest, as a root mean square; ${told}`,
  );
}
const protocol = { command: 'node scripts/run.mjs passes', draw: DRAW, way: ways.mended };
await writeFile(REPORT, `${JSON.stringify({ protocol, readings }, null, 1)}\n`);

function note(name: string, value: number, unit: string, told: string): void {
  readings[name] = { value, unit, protocol: told };
  console.log(name, value);
}

/** Decoder means at the encoder's means of images. */
async function pass(trainer: Trainer, images: Float32Array): Promise<Float32Array> {
  return decode(trainer, (await encode(trainer, images)).mean);
}

/** The median ratio of how far two pictures are apart after a pass and before it. */
async function shareLeft(trainer: Trainer, from: Float32Array, to: Float32Array): Promise<number> {
  const [a, b] = [await pass(trainer, from), await pass(trainer, to)];
  const ratios = Array.from({ length: DIGITS }, (_, i) =>
    Math.sqrt(
      distance(pictureAt(a, i), pictureAt(b, i)) / distance(pictureAt(from, i), pictureAt(to, i)),
    ),
  ).sort((x, y) => x - y);
  return (ratios[DIGITS / 2 - 1]! + ratios[DIGITS / 2]!) / 2;
}

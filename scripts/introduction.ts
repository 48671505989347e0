// What the introduction says of its networks besides their published errors: what each makes of images that it was never
// trained on, and how much the error rises when a unit is off: `node scripts/run.mjs introduction`. Writes
// src/content/reports/introduction.json.
import { writeFile } from 'node:fs/promises';
import {
  changed,
  onlyOff,
  randomHalf,
  statisticsOf,
  UNCHANGED,
  withoutEach,
} from '../src/components/labs/what-is-an-autoencoder/units.ts';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { noise } from '../src/lib/metrics/arrays/draws.ts';
import { mseOf } from '../src/lib/metrics/arrays/reconstruction.ts';
import type { Trainer } from '../src/lib/train/trainer.ts';
import { decode, encode } from './lib/codes.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';
import { loadSet } from './lib/sets.ts';

const PIXELS = 28 * 28;
const CHUNK = 500;
/** Digits whose units are switched off. */
const DIGITS = 1000;
/** Units of the overcomplete code that are switched off, one at a time. */
const EVERY = 40;
/** An error this many times as large is a rise that one sees. */
const RISE = 3;
const DRAW = 1;
const OUT = 'src/content/reports/introduction.json';

interface Reading {
  readonly value: number;
  readonly unit: string;
  readonly protocol: string;
}
const readings: Record<string, Reading> = {};
const note = (name: string, value: number, protocol: string, unit = 'per pixel'): void => {
  readings[name] = { value: Number(value.toPrecision(6)), unit, protocol };
};

await startBackend('auto', nodeAssets());
const digits = inkOf((await loadPacked('mnist-test')).pixels);
const clothes = inkOf((await loadPacked('fashion-test')).pixels);
const { training } = await loadSet('mnist');
const average = new Float32Array(PIXELS);
training.pixels.forEach((byte, i) => (average[i % PIXELS]! += byte / 255 / training.count));
note(
  'mean-image-digits',
  distance(digits, average),
  'test digits 1–10,000 against the mean training digit',
);
note(
  'mean-image-clothes',
  distance(clothes, average),
  'test clothes 1–10,000 against the mean training digit',
);

const some = digits.slice(0, DIGITS * PIXELS);
for (const size of [2, 8, 32, 800]) {
  const { trainer } = await loadPublished(`ae-mnist-d${size}`);
  note(
    `clothes-d${size}`,
    await errorOf(trainer, clothes),
    `ae-mnist-d${size}, trained on digits, on test clothes 1–10,000`,
  );
  if (size === 8) await oneOfEight(trainer);
  if (size === 800) await ofEightHundred(trainer);
  trainer.dispose();
}
const protocol = { command: 'node scripts/run.mjs introduction' };
await writeFile(OUT, `${JSON.stringify({ protocol, readings }, null, 1)}\n`);
console.log(readings);

/** How many times the error rises when the unit that matters most to a digit is at its mean. */
async function oneOfEight(trainer: Trainer): Promise<void> {
  const { mean: codes, dimensions } = await encode(trainer, some);
  const statistics = statisticsOf(codes, dimensions);
  const worst: number[] = [];
  for (let i = 0; i < DIGITS; i++) {
    const code = codes.slice(i * dimensions, (i + 1) * dimensions);
    const x = some.subarray(i * PIXELS, (i + 1) * PIXELS);
    const whole = mseOf(x, await decode(trainer, code));
    const without = await decode(trainer, withoutEach(code, UNCHANGED, statistics));
    const errors = Array.from({ length: dimensions }, (_, unit) =>
      mseOf(x, without.subarray(unit * PIXELS, (unit + 1) * PIXELS)),
    );
    worst.push(Math.max(...errors) / whole);
  }
  const who = `ae-mnist-d8, test digits 1–${DIGITS}: the unit whose absence hurts most at its mean over these digits`;
  note(
    'worst-unit-d8',
    worst.reduce((a, b) => a + b, 0) / DIGITS,
    `${who}, mean of the ratios`,
    'times',
  );
  const seen = worst.filter((ratio) => ratio > RISE).length;
  note(
    'worst-unit-share-d8',
    (100 * seen) / DIGITS,
    `${who}; error more than ${RISE} times as large`,
    '%',
  );
}

/** The error with one unit off, and with half of them. */
async function ofEightHundred(trainer: Trainer): Promise<void> {
  const { mean: codes, dimensions } = await encode(trainer, some);
  const statistics = statisticsOf(codes, dimensions);
  const withOff = async (units: readonly number[]): Promise<number> => {
    const z = new Float32Array(codes.length);
    for (let at = 0; at < codes.length; at += dimensions) {
      const code = codes.slice(at, at + dimensions);
      z.set(changed(code, onlyOff(UNCHANGED, units), statistics), at);
    }
    const pictures = await decode(trainer, z);
    return mseOf(some, pictures);
  };
  let sum = 0;
  for (let unit = 0; unit < dimensions; unit += EVERY) sum += await withOff([unit]);
  const who = `ae-mnist-d${dimensions}, test digits 1–${DIGITS}, units at their means over these`;
  note(
    'one-off-d800',
    (sum * EVERY) / dimensions,
    `${who}, one unit off, mean over every ${EVERY}th`,
  );
  note(
    'half-off-d800',
    await withOff(randomHalf(noise(dimensions, DRAW))),
    `${who}, half of the units off`,
  );
  const order = Array.from(noise(PIXELS, DRAW), (value, pixel) => [value, pixel] as const).sort(
    ([a], [b]) => a - b,
  );
  const scrambled = some.map((_, i) => some[i - (i % PIXELS) + order[i % PIXELS]![1]]!);
  note(
    'scrambled-d800',
    await errorOf(trainer, scrambled),
    `ae-mnist-d${dimensions}, test digits 1–${DIGITS} with their pixels in another order, the same for all`,
  );
}

/** Mean squared error of the reconstructions of images [count, PIXELS]. */
async function errorOf(trainer: Trainer, images: Float32Array): Promise<number> {
  let sum = 0;
  for (let from = 0; from < images.length; from += CHUNK * PIXELS) {
    const part = images.slice(from, from + CHUNK * PIXELS);
    const { mean } = await encode(trainer, part);
    sum += mseOf(part, await decode(trainer, mean)) * part.length;
  }
  return sum / images.length;
}

/** Mean squared error of images [count, PIXELS] against one picture. */
function distance(images: Float32Array, picture: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < images.length; i++) sum += (images[i]! - picture[i % PIXELS]!) ** 2;
  return sum / images.length;
}

function inkOf(pixels: Uint8Array): Float32Array {
  return Float32Array.from(pixels, (byte) => byte / 255);
}

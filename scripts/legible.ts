// How many samples of the published hierarchies can be named, and how much the samples of a kind differ:
// `node scripts/run.mjs legible <folder>` draws sheets of pictures into the folder, samples of every model drawn in
// several ways and real test digits, all mixed, and instructions for readers.
// Two readers, people or models that see, follow the instructions, each alone; they write <folder>/reader-1.txt and
// <folder>/reader-2.txt. What they are stands in <folder>/readers.txt, in one line.
// `node scripts/run.mjs legible <folder> score` then counts what both named alike, and writes the report.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { meanOf } from '../src/lib/metrics/arrays/moments.ts';
import { permutation, Stream } from '../src/lib/ops/random.ts';
import { encode } from './lib/codes.ts';
import {
  asked,
  COUNT,
  DRAW,
  models,
  nearestOf,
  PIXELS,
  samplesOf,
  testDigits,
  ways,
  type Way,
} from './lib/level-samples.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';
import { writeSheet } from './lib/sheets.ts';

const REPORT = 'src/content/reports/hvae-legible.json';
const SHEET = 25;
/** The control: digits spread over the second half of the test set, of which no mixture has seen any. */
const FIRST_DIGIT = 5000;
const DIGIT_STEP = 50;

const INSTRUCTIONS = `Each page, sheet-01.png, sheet-02.png and so on, shows ${SHEET} small pictures in five rows of five. Look at the pages in order, one at a time. Write down for each picture which digit, 0 to 9, you see at first sight, and ? if you hesitate between digits or see none. Be strict: as soon as you hesitate between two digits, or a picture is no clear digit, the answer is ?. Some pictures may be no digit at all. Expect no order and no proportions. Write one line for each page, row by row from left to right, ${SHEET} answers in each line; blanks count for nothing. Look at nothing else, enlarge nothing, and do not go back.`;

/** The model through which test digits pass, as often as the mended samples. */
const [passed] = models;

interface PictureSet {
  readonly name: string;
  readonly told: string;
  /** Pictures, [COUNT, PIXELS]. */
  readonly draw: () => Promise<Float32Array>;
  readonly digits: boolean;
}
const sets: readonly PictureSet[] = [
  ...models.flatMap((id) =>
    Object.entries(ways).map(([name, way]) => ({
      name: `${id}-${name}`,
      told: toldOf(way),
      draw: () => samplesOf(id, way),
      digits: false,
    })),
  ),
  ...[0, ways.mended.passes].map((passes) => ({
    name: passes > 0 ? 'digits-passed' : 'digits',
    told: `grey test digits ${FIRST_DIGIT + 1}, ${FIRST_DIGIT + 1 + DIGIT_STEP} and so on${passes > 0 ? ` after ${passes} passes through ${passed}` : ''}`,
    draw: () => digitsAfter(passes),
    digits: true,
  })),
];
/** Which picture stands at each place of the sheets. */
const order = permutation(sets.length * COUNT, DRAW, Stream.order, 0);

interface Reading {
  readonly value: number;
  readonly unit: string;
  readonly protocol: string;
}
type Readings = Record<string, Reading>;

const [folder, task] = process.argv.slice(2);
if (!folder || (task !== undefined && task !== 'score')) {
  console.error('Usage: node scripts/run.mjs legible <folder> [score]');
  process.exit(2);
}
await (task === 'score' ? score(folder) : draw(folder));

async function draw(into: string): Promise<void> {
  await startBackend('wasm', nodeAssets());
  await mkdir(into, { recursive: true });
  const pictures = new Float32Array(sets.length * COUNT * PIXELS);
  const measured: Readings = {};
  for (const [i, set] of sets.entries()) {
    const images = await set.draw();
    pictures.set(images, i * COUNT * PIXELS);
    measured[`${set.name}-nearest`] = {
      value: meanOf(nearestOf(images).map(({ distance }) => distance)),
      unit: 'per pixel',
      protocol: `${set.told}: squared distance of a picture to the nearest other of the ${COUNT}, mean over the pictures`,
    };
  }
  const mixed = new Float32Array(pictures.length);
  order.forEach((picture, place) => {
    mixed.set(pictures.subarray(picture * PIXELS, (picture + 1) * PIXELS), place * PIXELS);
  });
  for (let from = 0; from < order.length; from += SHEET) {
    const number = String(from / SHEET + 1).padStart(2, '0');
    const file = path.join(into, `sheet-${number}.png`);
    await sheet(file, mixed.subarray(from * PIXELS, (from + SHEET) * PIXELS));
  }
  await writeFile(path.join(into, 'instructions.txt'), `${INSTRUCTIONS}\n`);
  await writeFile(path.join(into, 'measured.json'), JSON.stringify(measured));
}

/** Grey digits of the test set, or what they become. */
async function digitsAfter(passes: number): Promise<Float32Array> {
  const images = await testDigits(COUNT, FIRST_DIGIT, DIGIT_STEP);
  if (passes === 0) return images;
  const { trainer } = await loadPublished(passed);
  const { mean: codes } = await encode(trainer, images);
  const every = trainer.family.levels?.(trainer.config) ?? [];
  // The first pass is the decoder's mean of codes that are all given.
  const { means } = await asked(trainer).descend({
    slot: 'samples',
    codes,
    noise: codes,
    given: every.map(() => true),
    temperatures: every.map(() => 1),
    passes: passes - 1,
  });
  return means;
}

/** Five by five pictures, on white and enlarged. */
async function sheet(file: string, images: Float32Array): Promise<void> {
  await writeSheet(file, images, Math.sqrt(SHEET), 6);
  const { data, info } = await sharp(file).flatten({ background: 'white' }).toBuffer({
    resolveWithObject: true,
  });
  await sharp(data)
    .resize({ width: 5 * info.width, kernel: 'nearest' })
    .extend({ top: 20, bottom: 20, left: 20, right: 20, background: 'white' })
    .toFile(file);
}

async function score(from: string): Promise<void> {
  const [first, second, readers, measured, test] = await Promise.all([
    namesOf(from, 1),
    namesOf(from, 2),
    readFile(path.join(from, 'readers.txt'), 'utf8'),
    readFile(path.join(from, 'measured.json'), 'utf8'),
    loadPacked('mnist-test'),
  ]);
  const who = readers.trim();
  const agreed = sets.map(() => ({ alike: 0, right: 0 }));
  order.forEach((picture, place) => {
    const counts = agreed[Math.floor(picture / COUNT)]!;
    if (first[place] === '?' || first[place] !== second[place]) return;
    const label = test.labels[FIRST_DIGIT + (picture % COUNT) * DIGIT_STEP];
    counts.alike++;
    counts.right += Number(Number(first[place]) === label);
  });
  const readings: Readings = {};
  sets.forEach(({ name, told, digits }, i) => {
    const { alike, right } = agreed[i]!;
    const named = `${told}, mixed with those of ${sets.length - 1} other sets on sheets without labels; named alike${digits ? ', as the label has it,' : ''} and without hesitation by two readers (${who})`;
    readings[name] = { value: digits ? right : alike, unit: `of ${COUNT}`, protocol: named };
    console.log(name, alike, digits ? `of which ${right} right` : '');
  });
  readings['pictures'] = {
    value: order.length,
    unit: 'pictures',
    protocol: `mixed on sheets of ${SHEET}, which each reader saw alone`,
  };
  const protocol = {
    command: 'node scripts/run.mjs legible <folder> score',
    draw: DRAW,
    ways,
    readers: who,
    instructions: INSTRUCTIONS,
  };
  Object.assign(readings, JSON.parse(measured));
  await writeFile(REPORT, `${JSON.stringify({ protocol, readings }, null, 1)}\n`);
}

function toldOf({ below, top, prior, passes }: Way): string {
  const drawn =
    prior === 'fitted'
      ? 'the mixture of ten Gaussians fitted to the posterior means of 1,000 test digits'
      : 'N(0, I)';
  return `decoder means of ${COUNT} samples, draw ${DRAW}, from the same noise in each way, top level from ${drawn} at τ = ${top}, the levels below at τ = ${below}, ${passes} passes`;
}

/** What one reader wrote down, place by place. */
async function namesOf(from: string, reader: number): Promise<string[]> {
  const file = path.join(from, `reader-${reader}.txt`);
  const lines = (await readFile(file, 'utf8'))
    .split('\n')
    .map((line) => line.replaceAll(/\s/g, ''))
    .filter((line) => line !== '');
  const wrong = lines.findIndex((line) => !/^[0-9?]+$/.test(line) || line.length !== SHEET);
  if (wrong >= 0 || lines.length !== order.length / SHEET) {
    throw new Error(
      `${file}: ${wrong >= 0 ? `line ${wrong + 1} is not ${SHEET} digits or "?"` : `${lines.length} lines for ${order.length / SHEET} sheets`}`,
    );
  }
  return lines.join('').match(/./g) ?? [];
}

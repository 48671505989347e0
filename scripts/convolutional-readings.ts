// What chapter 3 says of its networks beyond their manifests: `node scripts/run.mjs convolutional-readings`, or some of
// its parts: swaps, movements, boards, beside, slower. What a skip leaves to the code, how maps move with the image, how
// evenly decoders paint, convolutional beside fully connected networks of as many numbers in the code after the same
// updates, and what a smaller learning rate does for pooling.
import { readFile, writeFile } from 'node:fs/promises';
import { levelled, unevenness } from '../src/components/labs/convolutional/checkerboard.ts';
import { compareMoved, movedImage } from '../src/components/labs/convolutional/equivariance.ts';
import { denseConfig } from '../src/components/labs/convolutional/network.ts';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageAt, type ImageSet } from '../src/lib/data/images.ts';
import { meanOf } from '../src/lib/metrics/arrays/moments.ts';
import { mseOf } from '../src/lib/metrics/arrays/reconstruction.ts';
import { aeSpec } from '../src/lib/models/ae.config.ts';
import {
  caePresets,
  caeSpec,
  codeSize,
  parseCae,
  type CaePreset,
} from '../src/lib/models/cae.config.ts';
import type { LayerReport } from '../src/lib/protocol/queries.ts';
import type { ModelSpec } from '../src/lib/protocol/model.ts';
import { tensor2d, tidy } from '../src/lib/ops/tf.ts';
import { evaluate } from '../src/lib/train/evaluate.ts';
import { loadFamily } from '../src/lib/train/families.ts';
import { Trainer } from '../src/lib/train/trainer.ts';
import { queries } from '../src/lib/worker/queries.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/convolutional-readings.json';
const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Test images behind the readings of published networks. */
const IMAGES = 1_000;
const MOVED = 100;
/** Class of the digit that lends its code. */
const LENDER = 3;
const BORDER = 6;
/** Updates of the comparison at equal code size. */
const UPDATES = 150;
const BATCH = 128;
const SEED = 7;

/** The lab's own, and one at which the network with pooling learns. */
const RATE = 1e-3;
const SMALL_RATE = 3e-4;

const aboutAt = (rate: number): string =>
  `squared error of the 5,000 validation images after ${UPDATES} updates of ${BATCH} digits, Adam, learning rate ${rate}, seed ${SEED}`;
const about = aboutAt(RATE);
const timing = `processor time of an update of ${BATCH} digits, mean over ${UPDATES} updates, wasm, one thread`;

interface Reading {
  readonly value: number;
  readonly unit: string;
  readonly protocol: string;
}
interface Report {
  readonly readings: Readonly<Record<string, Reading>>;
}
const readings: Record<string, Reading> = {};
function note(name: string, value: number, unit: string, protocol: string): void {
  readings[name] = { value: Number(value.toPrecision(6)), unit, protocol };
  console.error(`${name} ${value.toPrecision(4)} ${unit}`);
}

await startBackend('wasm', nodeAssets());
const test = await loadPacked('mnist-test');
const training = await loadPacked('mnist-train');
const validation = await loadPacked('mnist-validation');

const parts = { swaps, movements, boards, beside, slower };
const command = 'node scripts/run.mjs convolutional-readings';
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await measure();
}
// Parts that were not asked for keep what they have.
const kept = wanted.length > 0 ? (JSON.parse(await readFile(REPORT, 'utf8')) as Report) : null;
Object.assign(readings, { ...kept?.readings, ...readings });
await writeFile(REPORT, `${JSON.stringify({ protocol: { command }, readings }, null, 2)}\n`);

function asking(trainer: Trainer) {
  return queries(
    () => trainer,
    () => Promise.resolve(),
  );
}

async function layersOf(
  trainer: Trainer,
  images: Float32Array,
  replaced: Readonly<Record<string, Float32Array>> = {},
): Promise<readonly LayerReport[]> {
  return (await asking(trainer).activations({ slot: 'here', images, replaced })).layers;
}

function named(layers: readonly LayerReport[], name: string): LayerReport {
  const found = layers.find((layer) => layer.name === name);
  if (!found) throw new Error(`The network has no layer "${name}".`);
  return found;
}

function greyOf(set: ImageSet, from: number, count: number): Float32Array {
  const grey = new Float32Array(count * PIXELS);
  for (let i = 0; i < count; i++) {
    imageAt(set, from + i).forEach((byte, pixel) => (grey[i * PIXELS + pixel] = byte / 255));
  }
  return grey;
}

/** Squared errors where the code, or what skips it, is that of another image. */
async function swaps(): Promise<void> {
  const lender = greyOf(test, test.labels.indexOf(LENDER), 1);
  const protocol = `test images 1–${IMAGES.toLocaleString('en')}, grey`;
  for (const [id, prefix, cases] of [
    ['cae-mnist-d32', 'd32', { whole: [], 'code-swapped': ['code'] }],
    [
      'cae-mnist-d32-skip',
      'skip',
      { whole: [], 'code-swapped': ['code'], 'skip-swapped': ['skip.0'] },
    ],
  ] as const) {
    const { trainer } = await loadPublished(id);
    const lent = await layersOf(trainer, lender);
    for (const [name, swapped] of Object.entries(cases)) {
      const replaced = Object.fromEntries(
        lent
          .filter((layer) => swapped.some((each) => each === layer.name))
          .map((layer) => [layer.name, layer.values]),
      );
      const errors: number[] = [];
      for (let from = 0; from < IMAGES; from += 250) {
        const images = greyOf(test, from, 250);
        const means = (await layersOf(trainer, images, replaced)).at(-1)?.values ?? images;
        errors.push(mseOf(images, means));
      }
      const said =
        swapped.length > 0
          ? `, ${swapped.join(', ')} of the first ${LENDER} in place of their own`
          : '';
      note(`${prefix}-${name}`, meanOf(errors), 'per pixel', `${id}: ${protocol}${said}`);
    }
    trainer.dispose();
  }
}

/** How the encoder's last maps move with the image. */
async function movements(): Promise<void> {
  for (const [id, prefix] of [['cae-mnist-16-32', 'stride']] as const) {
    const { trainer, manifest } = await loadPublished(id);
    const config = parseCae(manifest.spec.config);
    const layer = `encoder.${config.channels.length - 1}`;
    const maps = async (images: Float32Array): Promise<LayerReport> =>
      named(await layersOf(trainer, images), layer);
    for (const by of [1, 2, 3, 4]) {
      const [back, asItIs]: [number[], number[]] = [[], []];
      for (let i = 0; i < MOVED; i++) {
        const image = greyOf(test, i, 1);
        const moved = compareMoved(
          config,
          await maps(image),
          await maps(movedImage(image, SIDE, by)),
          by,
        );
        back.push(moved.movedBack);
        asItIs.push(moved.asItIs);
      }
      const protocol = `${id}: last encoder maps of test images 1–${MOVED}, each moved ${by} pixels to the right, places that see no border; ‖difference‖ / ‖maps‖, mean over the images`;
      note(
        `${prefix}-moved-${by}`,
        meanOf(back),
        '',
        `${protocol}, maps moved back by the nearest whole number of places`,
      );
      note(`${prefix}-moved-${by}-as-it-is`, meanOf(asItIs), '', protocol);
    }
    trainer.dispose();
  }
}

/** What decoders paint from a code that is the same everywhere, untrained and trained. */
async function boards(): Promise<void> {
  const uneven = async (trainer: Trainer, preset: CaePreset): Promise<number> => {
    const { channels } = caePresets[preset];
    const values: number[] = [];
    for (let i = 0; i < MOVED; i++) {
      const code = named(
        await layersOf(trainer, greyOf(test, i, 1)),
        `encoder.${channels.length - 1}`,
      );
      const codes = levelled(code.values, code.channels);
      const { means } = await decoded(trainer, codes);
      values.push(unevenness(means, SIDE, BORDER));
    }
    return meanOf(values);
  };
  const protocol = `codes of test images 1–${MOVED}, levelled out over their places and decoded: lightest less darkest of the four places of the 2 × 2 pattern, ${BORDER} pixels of border left out, mean over the images`;
  for (const preset of ['16-32', 'pool'] as const) {
    const fresh = new Trainer(await loadFamily('cae'), caeSpec(caePresets[preset]), SEED);
    note(
      `${preset}-board-untrained`,
      await uneven(fresh, preset),
      'of the range from paper to ink',
      `${preset}, seed ${SEED}, untrained: ${protocol}`,
    );
    fresh.dispose();
  }
  const { trainer } = await loadPublished('cae-mnist-16-32');
  note(
    '16-32-board-trained',
    await uneven(trainer, '16-32'),
    'of the range from paper to ink',
    `cae-mnist-16-32: ${protocol}`,
  );
  trainer.dispose();
}

async function decoded(trainer: Trainer, codes: Float32Array): Promise<{ means: Float32Array }> {
  const means = tidy(() => trainer.decode(tensor2d(codes, [1, codes.length])));
  const values = Float32Array.from(await means.data());
  means.dispose();
  return { means: values };
}

/** Convolutional and fully connected, codes of one size, the same updates. */
async function beside(): Promise<void> {
  for (const preset of ['16-32', '32-64', 'd32', 'pool'] as const) {
    const config = caePresets[preset];
    const code = codeSize(config);
    const conv = await run(caeSpec(config));
    note(`${preset}-mse`, conv.mse, 'per pixel', `${preset}: ${about}`);
    if (preset === 'pool') {
      note(
        'pool-time',
        conv.ms / (readings['16-32-ms']?.value ?? NaN),
        'times as long a step as strides take',
        `pool: ${timing}`,
      );
      continue;
    }
    if (preset === '16-32') note('16-32-ms', conv.ms, 'ms', `16-32: ${timing}`);
    const dense = await run(aeSpec(denseConfig(code)));
    note(`${preset}-dense-mse`, dense.mse, 'per pixel', `fully connected, code ${code}: ${about}`);
    note(
      `${preset}-dense-time`,
      dense.ms / conv.ms,
      'times as long a step',
      `fully connected, code ${code}, against ${preset}: ${timing}`,
    );
  }
  delete readings['16-32-ms']; // the machine's own
}

/** Strides and pooling at a learning rate that suits both. */
async function slower(): Promise<void> {
  for (const preset of ['16-32', 'pool'] as const) {
    const { mse } = await run(caeSpec(caePresets[preset]), SMALL_RATE);
    note(`${preset}-slower-mse`, mse, 'per pixel', `${preset}: ${aboutAt(SMALL_RATE)}`);
  }
  const blank = new Float32Array(PIXELS);
  const errors = Array.from({ length: validation.count }, (_, i) =>
    mseOf(greyOf(validation, i, 1), blank),
  );
  note(
    'blank-mse',
    meanOf(errors),
    'per pixel',
    'a blank picture for each of the 5,000 validation images',
  );
}

async function run(spec: ModelSpec, learningRate = RATE): Promise<{ mse: number; ms: number }> {
  const trainer = new Trainer(await loadFamily(spec.family), spec, SEED);
  trainer.set({ learningRate });
  trainer.feed(training, BATCH);
  trainer.update().dispose(); // the first update allocates what the others use again
  const began = process.cpuUsage().user;
  for (let i = 1; i < UPDATES; i++) trainer.update().dispose();
  const ms = (process.cpuUsage().user - began) / 1000 / (UPDATES - 1);
  const { terms } = await evaluate(trainer, validation);
  trainer.dispose();
  return { mse: terms['mse'] ?? NaN, ms };
}

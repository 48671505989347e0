// How much the autoencoder and the VAE of chapter 7 depend on the seed, and what a step of each costs:
// `node scripts/run.mjs seeds`. Trains both from the same seeds, in turns, and writes the report that the chapter shows.
import { writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { sliceImages } from '../src/lib/data/images.ts';
import { loadFamily } from '../src/lib/train/families.ts';
import { evaluate } from '../src/lib/train/evaluate.ts';
import { Trainer } from '../src/lib/train/trainer.ts';
import { loadPacked } from './lib/packed.ts';
import { ProgressBar } from './lib/progress.ts';
import { recipeOf } from './recipes/index.ts';

const REPORT = 'src/content/reports/vae-seeds.json';
const PAIRS = [
  ['ae-mnist-2d', 'vae-mnist-2d'],
  ['ae-mnist-20d', 'vae-mnist-20d'],
] as const;
const SEEDS = [1, 2, 3, 4, 5];
const STEPS = 780; // five epochs of the 20,000 packed digits
const RATE = 1e-3;
const BLOCK = 20; // steps between two turns
const HELD_OUT = 2_000;

interface Run {
  readonly model: string;
  readonly seed: number;
  /** Nats per image on held-out digits. */
  readonly reconstruction: number;
  /** Standard deviation of the codes over images, root mean square over dimensions. */
  readonly codeScale: number;
  /** Milliseconds, median over blocks of steps. */
  readonly msPerStep: number;
}

const digits = await loadPacked('mnist-train');
const heldOut = sliceImages(await loadPacked('mnist-validation'), 0, HELD_OUT);
await startBackend('auto', nodeAssets());

const bar = new ProgressBar('seeds', PAIRS.length * SEEDS.length * STEPS);
const runs: Run[] = [];
for (const [p, pair] of PAIRS.entries()) {
  for (const [s, seed] of SEEDS.entries()) {
    const before = (p * SEEDS.length + s) * STEPS;
    runs.push(...(await trainTogether(pair, seed, (step) => bar.show(before + step, pair[1]))));
  }
}
bar.end();
const protocol = {
  steps: STEPS,
  batchSize: 128,
  learningRate: RATE,
  training: `the ${digits.count.toLocaleString('en')} packed training digits, dynamically binarised`,
  heldOut: `training digits 55,001–${(55_000 + HELD_OUT).toLocaleString('en')}, one draw per image`,
  command: 'node scripts/run.mjs seeds',
};
await writeFile(REPORT, `${JSON.stringify({ protocol, runs }, null, 2)}\n`);

/** Trains both models of a pair in alternating blocks, so that a busy machine slows both alike. */
async function trainTogether(
  ids: readonly string[],
  seed: number,
  onStep: (step: number) => void,
): Promise<Run[]> {
  const places = await Promise.all(
    ids.map(async (id) => {
      const { spec } = recipeOf(id);
      const trainer = new Trainer(await loadFamily(spec.family), spec, seed);
      trainer.set({ learningRate: RATE });
      trainer.feed(digits, 128);
      return { id, trainer, blocks: [] as number[] };
    }),
  );
  for (let step = 0; step < STEPS; step += BLOCK) {
    for (const { trainer, blocks } of places) {
      const started = performance.now();
      for (let i = 0; i < BLOCK; i++) {
        const terms = trainer.update();
        if (i === BLOCK - 1) await terms.data();
        terms.dispose();
      }
      blocks.push((performance.now() - started) / BLOCK);
    }
    onStep(step + BLOCK);
  }
  const measured: Run[] = [];
  for (const { id, trainer, blocks } of places) {
    const { terms, codeVariance } = await evaluate(trainer, heldOut);
    measured.push({
      model: id,
      seed,
      reconstruction: rounded(terms['reconstruction'] ?? NaN),
      codeScale: rounded(Math.sqrt(codeVariance.reduce((a, b) => a + b, 0) / codeVariance.length)),
      msPerStep: rounded(median(blocks)),
    });
    trainer.dispose();
  }
  return measured;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

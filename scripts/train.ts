// Makes a published model from nothing: `npm run train -- <id> [--resume]`. With `--backend webgpu` on the graphics
// processor, which needs the package that lib/dawn.ts names.
// For trials, which stay in the cache folder: `--epochs n`, and `--quick` to leave out the slow likelihood estimate.
// Trains on 55,000 images, keeps the weights of the best epoch by the 5,000 validation images, writes them as
// float16 safetensors with a manifest, then evaluates the published file. Checkpoints live in the user's cache folder.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { loadFamily } from '../src/lib/train/families.ts';
import { evaluate } from '../src/lib/train/evaluate.ts';
import { train } from '../src/lib/train/loop.ts';
import { Trainer } from '../src/lib/train/trainer.ts';
import type { NamedTensor } from '../src/lib/weights/safetensors.ts';
import {
  checkpointFolder,
  loadCheckpoint,
  lock,
  saveCheckpoint,
  type Progress,
} from './lib/checkpoint.ts';
import { provideWebgpu } from './lib/dawn.ts';
import { publish } from './lib/publish.ts';
import { loadPublished, MODELS } from './lib/packed.ts';
import { ProgressBar } from './lib/progress.ts';
import { loadSet } from './lib/sets.ts';
import { modelIds, recipeOf } from './recipes/index.ts';
import { scheduleOf } from './recipes/recipe.ts';

/** Steps between two readings of the loss. */
const READ_EVERY = 20;
/** Checkpoints are written at the end of every epoch, and this often: what a killed run loses at most. */
const SAVE_EVERY_MS = 30_000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    resume: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    backend: { type: 'string', default: 'wasm' },
  },
});
const [id] = positionals;
const name = options.backend;
if (!id || positionals.length > 1 || (name !== 'wasm' && name !== 'webgpu')) {
  console.error(
    `Usage: npm run train -- <id> [--resume] [--epochs n] [--backend wasm|webgpu]\nModels: ${modelIds.join(', ')}`,
  );
  process.exit(2);
}

const recipe = { ...recipeOf(id), ...(options.epochs ? { epochs: Number(options.epochs) } : {}) };
if (name === 'webgpu') await provideWebgpu();
const folder = checkpointFolder(id, recipe);
const release = await lock(folder);
try {
  await main();
} finally {
  await release();
}

async function main(): Promise<void> {
  const { training, validation } = await loadSet(recipe.set);
  const backend = await startBackend(name === 'webgpu' ? name : 'wasm', nodeAssets());
  console.error(`${recipe.title} on ${backend.name} (${backend.device})`);

  const trainer = new Trainer(await loadFamily(recipe.spec.family), recipe.spec, recipe.seed);
  trainer.set(recipe.settings);
  trainer.feed(training, recipe.batchSize, undefined, recipe.samples);
  const total = recipe.epochs * trainer.stepsPerEpoch;
  trainer.schedule = scheduleOf(recipe, trainer.stepsPerEpoch);

  let progress: Progress = { step: 0, seconds: 0, history: [], bestEpoch: 0 };
  let best: ReadonlyMap<string, NamedTensor> = new Map();
  const checkpoint = options.resume ? await loadCheckpoint(folder) : null;
  if (checkpoint) {
    ({ progress, best } = checkpoint);
    trainer.resume(checkpoint.weights, checkpoint.moments, progress.step);
  } else if (recipe.startsFrom) {
    trainer.assign((await loadPublished(recipe.startsFrom)).tensors, recipe.startsFrom);
  }

  const bar = new ProgressBar(recipe.id, total, progress.step);
  let saved = performance.now();
  const save = async (): Promise<void> => {
    const seconds = progress.seconds + (performance.now() - saved) / 1000;
    progress = { ...progress, step: trainer.step, seconds };
    saved = performance.now();
    await saveCheckpoint(folder, {
      progress,
      weights: await trainer.export(),
      moments: await trainer.exportMoments(),
      best,
    });
  };
  if (trainer.step < total) {
    for await (const report of train(trainer, () => READ_EVERY)) {
      if (report) bar.show(report.step, `loss ${brief(report.objective)} · ${note(progress)}`);
      if (trainer.step % trainer.stepsPerEpoch === 0) {
        const { objective } = await evaluate(trainer, validation);
        const history = [...progress.history, objective];
        const isBest = history.every((value) => value >= objective);
        if (isBest) best = await trainer.export();
        progress = {
          ...progress,
          history,
          bestEpoch: isBest ? history.length : progress.bestEpoch,
        };
        await save();
      } else if (performance.now() - saved > SAVE_EVERY_MS) {
        await save();
      }
      if (trainer.step >= total) break;
    }
  }
  bar.end();
  // A shortened run is a trial: it never overwrites a published model.
  const trial = options.epochs !== undefined || options.quick;
  const out = trial ? path.join(folder, 'trial') : path.join(MODELS, recipe.id);
  await publish(recipe, trainer, best, progress, { folder: out, quick: options.quick });
  console.error(`Written to ${out}`);
}

function note({ history, bestEpoch }: Progress): string {
  return history.length === 0
    ? 'no epoch yet'
    : `epoch ${history.length}, validation ${brief(history.at(-1)!)}, best ${brief(history[bestEpoch - 1]!)}`;
}

/** Squared errors are hundredths, likelihoods hundreds of nats. */
function brief(value: number): string {
  return value < 1 ? value.toPrecision(4) : value.toFixed(2);
}

// Writes a trained model into a folder: float16 weights, and a manifest whose metrics are measured on
// the file as published (after rounding), not on the weights in memory.
import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parameterCount } from '../../src/lib/models/dense.config.ts';
import { describeSchedule } from '../../src/lib/train/schedules.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import type { Manifest } from '../../src/lib/weights/manifest.ts';
import {
  readSafetensors,
  writeSafetensors,
  type NamedTensor,
} from '../../src/lib/weights/safetensors.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { Progress } from './checkpoint.ts';
import { writeFixture } from './fixture.ts';
import { measure } from './measure.ts';
import { loadSet, TRAINING_IMAGES } from './sets.ts';

const SET_TITLES = { mnist: 'MNIST', fashion: 'Fashion-MNIST' } as const;

export async function publish(
  recipe: Recipe,
  trainer: Trainer,
  best: ReadonlyMap<string, NamedTensor>,
  progress: Progress,
  { folder, quick }: { folder: string; quick: boolean },
): Promise<void> {
  const { family, config, shapes } = trainer;
  const ordered = new Map(shapes.map(({ name }) => [name, best.get(name)!] as const));
  const file = writeSafetensors(ordered, 'F16', { id: recipe.id });
  trainer.assign(readSafetensors(file), recipe.id);

  const splits = await loadSet(recipe.set);
  const metrics = await measure(recipe.id, trainer, splits, { quick, k: recipe.importanceSamples });
  const { history, bestEpoch } = progress;
  const fourFifths = Math.floor(history.length * 0.8);
  const bestUpTo = (epochs: number): number => Math.min(...history.slice(0, epochs));
  const manifest: Manifest = {
    id: recipe.id,
    title: recipe.title,
    chapter: recipe.chapter,
    spec: recipe.spec,
    architecture: shapes,
    parameters: parameterCount(shapes),
    data: {
      set: SET_TITLES[recipe.set],
      split: `training images 1–${TRAINING_IMAGES.toLocaleString('en')}; 55,001–60,000 choose the epoch`,
      preprocessing: family.binarises(config)
        ? 'pixels in [0, 1], binarised anew each time they are seen; the encoder sees the binarised image'
        : 'pixels in [0, 1]',
    },
    training: {
      ...(recipe.startsFrom ? { startsFrom: recipe.startsFrom } : {}),
      ...(recipe.samples ? { samples: recipe.samples } : {}),
      batchSize: recipe.batchSize,
      epochs: history.length,
      optimiser: 'Adam, β₁ = 0.9, β₂ = 0.999',
      schedule: describeSchedule(trainer.schedule),
      settings: trainer.settings,
      validation: history[bestEpoch - 1]!,
      lastFifthGain: bestUpTo(fourFifths) - bestUpTo(history.length),
    },
    seed: recipe.seed,
    steps: progress.step,
    seconds: Math.round(progress.seconds),
    command: `npm run train -- ${recipe.id}`,
    weights: 'weights.safetensors',
    dtype: 'F16',
    bytes: file.length,
    sha256: createHash('sha256').update(file).digest('hex'),
    licence: 'MIT',
    metrics,
  };
  await mkdir(folder, { recursive: true });
  await write(path.join(folder, manifest.weights), file);
  await write(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFixture(folder, trainer, splits.test);
  for (const [name, { value, unit }] of Object.entries(metrics)) {
    console.error(`${recipe.id} ${name} ${value.toFixed(4)} ${unit}`);
  }
}

async function write(file: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

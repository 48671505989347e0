// One update in slow motion: the very update that `train` makes, and the tensors, gradients and changes in it as plain
// numbers. Generic: the stages of the forward pass come from the family. Knows no messages.
import type { Batch, ForwardStage, ForwardTensor } from '../models/family.ts';
import { keep, slice } from '../ops/tf.ts';
import type { Tensor, Tensor2D } from '../ops/tf.ts';
import type { Terms } from '../protocol/model.ts';
import type { Stage, StageFigure, StageTensor } from '../protocol/slow.ts';
import { train, type LoopReport } from '../train/loop.ts';
import type { Trainer, UpdateParts } from '../train/trainer.ts';
import type { NamedTensor } from '../weights/safetensors.ts';
import {
  changeOf,
  inPlanes,
  isColour,
  normsOf,
  partOf,
  pictureOf,
  tilesOf,
  type Named,
  type Planes,
} from './slow-pictures.ts';

/** Terms whose name is an abbreviation. */
const WRITTEN: Readonly<Record<string, string>> = { kl: 'KL', mse: 'squared error' };

interface SlowUpdate {
  readonly report: LoopReport;
  readonly stages: readonly Stage[];
  /** Milliseconds of the update itself. */
  readonly ms: number;
}

/** Makes exactly one update of a trainer that is fed. Throws DivergenceError. */
export async function slowUpdate(trainer: Trainer): Promise<SlowUpdate> {
  const before = await trainer.export();
  const began = performance.now();
  const seen = new Seen(trainer);
  try {
    const look = (parts: UpdateParts): void => {
      seen.look(parts);
    };
    for await (const report of train(trainer, () => 1, look)) {
      if (!report) continue;
      const ms = performance.now() - began;
      const { weightNames } = trainer.family;
      const withNames = (stage: Stage): Stage =>
        weightNames === undefined ? stage : { ...stage, says: `${stage.says} ${weightNames}` };
      const forward = await seen.forwardStages(report.terms);
      const gradients = await seen.gradients();
      const change = changeOf(before, await trainer.export(), gradients);
      return {
        report,
        ms,
        stages: [
          ...forward,
          withNames(gradientStage(gradients, trainer.images)),
          withNames(updateStage(change, before, gradients, seen)),
        ],
      };
    }
  } finally {
    seen.dispose();
  }
  throw new Error('The training loop ended without a step.');
}

/** What is kept of an update until it can be read. */
class Seen {
  rate = 0;
  private batch = 0;
  private forward: readonly ForwardStage[] = [];
  private perImage: readonly Tensor[] = [];
  private byName: Readonly<Record<string, Tensor>> = {};

  constructor(private readonly trainer: Trainer) {}

  get images(): Planes {
    return this.trainer.images;
  }

  /** Within the update's tidy: what is kept outlives it. */
  look({ batch, gradients, rate }: UpdateParts): void {
    const { family, config, parameters, settings, step } = this.trainer;
    this.rate = rate;
    this.batch = batch.input.shape[0];
    this.byName = gradients;
    for (const gradient of Object.values(gradients)) keep(gradient);
    const image = firstOf(batch);
    this.forward = family.stages?.(config, parameters, image, settings, step, batch) ?? [];
    for (const { tensors } of this.forward) for (const { value } of tensors) keep(value);
    const own = this.forward.find(({ perImage }) => perImage !== undefined);
    this.perImage = own?.perImage ?? family.evaluate(config, parameters, image).perImage;
    for (const term of this.perImage) keep(term);
  }

  /** The stages from encode to loss; `terms` are the batch's. */
  async forwardStages(terms: Terms): Promise<Stage[]> {
    const figures = await this.lossFigures(terms);
    const stages = this.forward.map(
      async ({ name, says, equation, tensors, figures: own = [] }) => ({
        name,
        says,
        equation,
        tensors: await Promise.all(tensors.map((each) => this.read(each))),
        figures: name === 'loss' ? [...figures, ...own] : own,
      }),
    );
    return Promise.all(stages);
  }

  async gradients(): Promise<Map<string, NamedTensor>> {
    const read = Object.entries(this.byName).map(async ([name, tensor]) => {
      const values = Float32Array.from(await tensor.data());
      return [name, { shape: tensor.shape, values }] as const;
    });
    return new Map(await Promise.all(read));
  }

  dispose(): void {
    const forward = this.forward.flatMap(({ tensors }) => tensors.map(({ value }) => value));
    // The batch's own tensors may be among them, once or twice.
    for (const tensor of new Set([...forward, ...this.perImage, ...Object.values(this.byName)])) {
      tensor.dispose();
    }
  }

  private async read({ value, shown, ...about }: ForwardTensor): Promise<StageTensor> {
    const rest = value.shape.slice(1);
    const values = Float32Array.from(await value.data());
    const what = shown ?? 'first image of the batch';
    const shape = shown === undefined ? [this.batch, ...rest] : rest;
    const { images } = this;
    if (value.shape.length === 2 && isColour(values.length, images)) {
      const planes = { tiles: images.channels, columns: images.width };
      const named = `${what}: red, green, blue`;
      return { ...about, shape, shown: named, values: inPlanes(values, images), ...planes };
    }
    return { ...about, shape, shown: what, values, ...pictureOf(value.shape) };
  }

  private async lossFigures(terms: Terms): Promise<StageFigure[]> {
    const own = await Promise.all(this.perImage.map(async (term) => (await term.data())[0] ?? NaN));
    return this.trainer.terms.flatMap((name, i) => {
      const part = name === 'kl' ? 'lat' : 'dec';
      const written = WRITTEN[name] ?? name;
      const unit = name === 'mse' ? 'per pixel' : 'nats';
      return [
        { name: `${written}, this image`, part, value: own[i] ?? NaN, unit },
        { name: `${written}, mean of the batch`, part, value: terms[name] ?? NaN, unit },
      ];
    });
  }
}

function firstOf({ input, target, noise }: Batch): Batch {
  const first = (all: Tensor2D): Tensor2D => slice(all, [0, 0], [1, -1]);
  return { input: first(input), target: first(target), noise: noise && first(noise) };
}

function gradientStage(gradients: Named, images: Planes): Stage {
  return {
    name: 'gradient',
    says: 'Backpropagation follows the loss back through every operation: each weight gets the slope of L along it, averaged over the batch.',
    equation: 'g = ∂L / ∂w  for every weight w of φ and θ',
    tensors: tilesOf(gradients, gradients, images),
    figures: [...normsOf(gradients)].map(([layer, value]) => ({
      name: `‖g‖ of ${layer}`,
      part: partOf(layer),
      value,
      unit: '',
    })),
  };
}

function updateStage(
  change: Named,
  before: Named,
  gradients: Named,
  { rate, images }: Seen,
): Stage {
  const weights = normsOf(before);
  return {
    name: 'update',
    says: 'Adam divides the running mean of each gradient by the root of its running square, so that every weight moves by about the learning rate at most, however large its gradient.',
    equation: 'm ← β_1 m + (1 − β_1) g,  v ← β_2 v + (1 − β_2) g^2\nw ← w − η m̂ / (√v̂ + ϵ)',
    tensors: tilesOf(change, gradients, images).map((each) => ({
      ...each,
      name: `Δ ${each.name}`,
    })),
    figures: [
      { name: 'learning rate η', part: 'dat', value: rate, unit: '' },
      ...[...normsOf(change)].map(([layer, value]): StageFigure => ({
        name: `‖Δ‖ / ‖w‖ of ${layer}`,
        part: partOf(layer),
        value: value / (weights.get(layer) ?? NaN),
        unit: '',
      })),
    ],
  };
}

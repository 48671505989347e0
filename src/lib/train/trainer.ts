// One model in training: its parameters, its optimiser and its step count. One call makes one update.
// Knows no clock, no host and no backend; the loop around it is in loop.ts.
import type { ImageSet } from '../data/images.ts';
import type { Batch, Codes, Family, Loss } from '../models/family.ts';
import { initialWeights } from '../ops/init.ts';
import { parameter, type Parameters } from '../ops/layers.ts';
import { keep, stack, tensor, tidy, variable, variableGrads } from '../ops/tf.ts';
import type { NamedTensorMap, Scalar, Tensor1D, Tensor2D, Variable } from '../ops/tf.ts';
import type { Augmentation } from '../protocol/messages.ts';
import type { LayerShape, ModelSpec, Settings } from '../protocol/model.ts';
import { checkShapes, type NamedTensor } from '../weights/safetensors.ts';
import { Adam } from './adam.ts';
import { TrainingBatches } from './batches.ts';
import { rateFactor, type Schedule } from './schedules.ts';

/** A setting that the family does not have, or a value that is not a number in range. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** What an update is made of, before it is applied. On the device; they live as long as the call unless kept. */
export interface UpdateParts {
  readonly batch: Batch;
  /** Of the objective, by the parameters' names. */
  readonly gradients: NamedTensorMap;
  readonly rate: number;
}

export class Trainer<C = unknown> {
  readonly config: C;
  readonly shapes: readonly LayerShape[];
  /** Names of the loss terms, in the order in which `update` returns them. */
  readonly terms: readonly string[];
  settings: Settings;
  schedule: Schedule = { kind: 'constant' };
  /** Updates made since the weights were set. */
  step = 0;
  private weights: Record<string, Variable> = {};
  private optimiser: Adam | null = null;
  private batches: TrainingBatches | null = null;

  constructor(
    readonly family: Family<C>,
    spec: ModelSpec,
    public seed: number,
  ) {
    this.config = family.parse(spec.config);
    this.shapes = family.shapes(this.config);
    this.terms = family.terms(this.config);
    this.settings = family.defaults;
    this.reset(seed);
  }

  get parameters(): Parameters {
    return this.weights;
  }

  get batchSize(): number {
    return this.batches?.batchSize ?? 0;
  }

  /** The size of the images that it is fed with; null before. */
  get images(): Pick<ImageSet, 'width' | 'height' | 'channels'> | null {
    return this.batches?.set ?? null;
  }

  get stepsPerEpoch(): number {
    return this.batches?.stepsPerEpoch ?? 0;
  }

  /** The weights of a seed, step 0, no optimiser state. */
  reset(seed: number): void {
    this.seed = seed;
    const values = initialWeights(this.shapes, seed);
    this.assign(
      new Map(this.shapes.map(({ name, shape }) => [name, { shape, values: values.get(name)! }])),
    );
  }

  /** Given weights, checked against the config; step 0, no optimiser state. Throws WeightsError. */
  assign(tensors: ReadonlyMap<string, NamedTensor>, model: string = this.family.name): void {
    checkShapes(model, tensors, this.shapes);
    this.disposeTensors();
    this.step = 0;
    for (const { name, shape } of this.shapes) {
      this.weights[name] = tidy(() => variable(tensor(tensors.get(name)!.values, [...shape])));
    }
  }

  /**
   * Where batches come from, how their images are moved about, and how many codes of each image are drawn for families
   * that can weigh several. The same set again keeps the place in it.
   */
  feed(set: ImageSet, batchSize: number, augment?: Augmentation, samples = 1): void {
    const { family, config, seed } = this;
    this.batches = new TrainingBatches(set, batchSize, seed, {
      binarises: family.binarises(config),
      noiseDim: family.noiseDim(config) * samples,
      ...(augment ? { augment } : {}),
    });
  }

  /** Replaces some settings, in force from the next step. Throws SettingsError. */
  set(settings: Settings): void {
    for (const [name, value] of Object.entries(settings)) {
      if (!(name in this.family.defaults)) {
        throw new SettingsError(
          `${this.family.name} has no setting "${name}"; it has ${Object.keys(this.family.defaults).join(', ')}.`,
        );
      }
      if (!Number.isFinite(value) || value < 0) {
        throw new SettingsError(`"${name}" is ${value}; expected a number of 0 or more.`);
      }
    }
    this.settings = { ...this.settings, ...settings };
  }

  /**
   * One update. Returns the terms of this step's loss before the update, [terms], still on the device:
   * the caller reads and disposes them. `look` sees what it is made of, before the weights change.
   */
  update(look?: (parts: UpdateParts) => void): Tensor1D {
    const { family, config, settings, step } = this;
    if (!this.batches) throw new Error('feed() the trainer before update().');
    const batches = this.batches;
    this.optimiser ??= new Adam(this.learnt());
    const optimiser = this.optimiser;
    const optimised = this.learnt();
    const terms = tidy(() => {
      const batch = batches.at(step);
      let parts: readonly Scalar[] = [];
      let buffers: Loss['buffers'];
      const { grads } = variableGrads(() => {
        const loss = family.loss(config, this.weights, batch, settings, step);
        parts = loss.terms.map((term) => keep(term));
        buffers = loss.buffers;
        for (const value of Object.values(buffers ?? {})) keep(value);
        return loss.objective;
      }, Object.values(optimised));
      const byName = Object.fromEntries(
        Object.entries(optimised).map(([name, weight]) => [name, grads[weight.name]!]),
      );
      const rate = (settings['learningRate'] ?? 1e-3) * rateFactor(this.schedule, step);
      look?.({ batch, gradients: byName, rate });
      optimiser.apply(byName, rate);
      for (const [name, value] of Object.entries(buffers ?? {})) {
        parameter(this.weights, name).assign(value);
        value.dispose();
      }
      const stacked = stack([...parts]) as Tensor1D;
      for (const part of parts) part.dispose();
      return stacked;
    });
    this.step += 1;
    return terms;
  }

  /** Images [n, pixels] to codes. */
  encode(images: Tensor2D): Codes {
    return this.family.encode(this.config, this.weights, images);
  }

  /** Codes [n, latent] to decoder means [n, pixels]. */
  decode(codes: Tensor2D): Tensor2D {
    return this.family.decode(this.config, this.weights, codes);
  }

  /** The weights as plain numbers, by name. */
  async export(): Promise<Map<string, NamedTensor>> {
    const tensors = new Map<string, NamedTensor>();
    for (const { name, shape } of this.shapes) {
      tensors.set(name, {
        shape,
        values: (await this.weights[name]!.data()).slice() as Float32Array,
      });
    }
    return tensors;
  }

  /** The optimiser's moments, by "<parameter>.first" and "<parameter>.second"; empty before the first update. */
  async exportMoments(): Promise<Map<string, NamedTensor>> {
    const tensors = new Map<string, NamedTensor>();
    for (const { name, shape, read } of this.optimiser?.state() ?? []) {
      for (const part of ['first', 'second'] as const) {
        tensors.set(`${name}.${part}`, { shape, values: await read(part) });
      }
    }
    return tensors;
  }

  /** Weights and moments as a checkpoint of this step holds them. */
  resume(
    weights: ReadonlyMap<string, NamedTensor>,
    moments: ReadonlyMap<string, NamedTensor>,
    step: number,
  ): void {
    this.assign(weights);
    this.step = step;
    if (moments.size === 0) return;
    const optimiser = new Adam(this.learnt());
    optimiser.updates = step;
    for (const { name, write } of optimiser.state()) {
      for (const part of ['first', 'second'] as const) {
        const saved = moments.get(`${name}.${part}`);
        if (!saved) throw new Error(`The checkpoint lacks the ${part} moment of "${name}".`);
        write(part, saved.values);
      }
    }
    this.optimiser = optimiser;
  }

  dispose(): void {
    this.disposeTensors();
    this.batches = null;
  }

  /** The parameters that gradients change: all but the buffers. */
  private learnt(): Record<string, Variable> {
    return Object.fromEntries(
      this.shapes
        .filter(({ buffer }) => !buffer)
        .map(({ name }) => [name, parameter(this.weights, name)]),
    );
  }

  private disposeTensors(): void {
    this.optimiser?.dispose();
    this.optimiser = null;
    for (const weight of Object.values(this.weights)) weight.dispose();
    this.weights = {};
  }
}

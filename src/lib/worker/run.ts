// One model of the worker and its run: trains between messages, reports a few times a second.
// Knows the training loop and the clock; knows no messages.
import type { ImageSet } from '../data/images.ts';
import { memory } from '../ops/tf.ts';
import type {
  Checkpoint,
  EvaluationReport,
  MemoryReport,
  ModelReport,
  RunReport,
  StepReport,
  TrainOptions,
} from '../protocol/messages.ts';
import type { ModelSpec, Settings } from '../protocol/model.ts';
import type { SlowReport } from '../protocol/slow.ts';
import { parameterCount } from '../models/dense.config.ts';
import { restoreCheckpoint, takeCheckpoint } from '../train/checkpoint.ts';
import { loadFamily } from '../train/families.ts';
import { evaluate } from '../train/evaluate.ts';
import { train, type LoopReport } from '../train/loop.ts';
import { Trainer } from '../train/trainer.ts';
import { slowUpdate } from './slow.ts';

const REPORT_EVERY_MS = 200;
/** Besides those made by the clock, a checkpoint at 10, 20, 40 … updates: most happens in the first of them. */
const FIRST_MILESTONE = 10;
/** A lost worker costs the updates since the last checkpoint: less than two seconds of them, the making included. */
const CHECKPOINT_EVERY_MS = 1000;
/** Held-out evaluation takes at most about a tenth of the time: this long between two of them. */
/** Between two looks at held-out images: at first, and in the long run. The pause doubles from one to the next. */
const HELD_OUT_FIRST_MS = 500;
const HELD_OUT_EVERY_MS = 4000;
const HELD_OUT_IMAGES = 500;
/** Reading the terms waits for the device, so slow devices read seldom; fast steps need no more than this. */
const READ_EVERY = 5;

export interface RunHooks {
  readonly report: (report: StepReport) => void;
  readonly checkpoint: (slot: string, run: number, checkpoint: Checkpoint) => void;
  /** Lets waiting messages be answered. */
  readonly breathe: () => Promise<void>;
  /** The run in another slot. */
  readonly beside: (slot: string) => Run | undefined;
}

type Feeding = Pick<TrainOptions, 'batchSize' | 'augment' | 'abreast'>;

/** Between two looks at a run beside that is not going on now. */
const LOOK_AGAIN_MS = 20;

export class Run {
  published = '';
  /** Counts runs of this slot, so that late events of an older one can be told. */
  run = 0;
  private running = false;
  /** Whether the last run ended by an error: nobody waits for it. */
  private failed = false;
  private abreast: string | undefined;
  private finished: Promise<void> = Promise.resolve();
  private heldOut: ImageSet | null = null;
  /** Milliseconds from the last look at them to the next. */
  private heldOutAfter = HELD_OUT_FIRST_MS;
  /** As it was last read; unknown for weights of which no update was made here. */
  private objective: number | undefined;
  /** While something reads the weights that no update may change meanwhile. */
  private reading: Promise<unknown> = Promise.resolve();
  /** When and at which step the last checkpoint was sent. */
  private saved = { at: -Infinity, step: -1 };
  private saveLater: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    readonly slot: string,
    readonly spec: ModelSpec,
    readonly trainer: Trainer,
    private readonly hooks: RunHooks,
  ) {}

  static async create(slot: string, spec: ModelSpec, seed: number, hooks: RunHooks): Promise<Run> {
    return new Run(slot, spec, new Trainer(await loadFamily(spec.family), spec, seed), hooks);
  }

  feed(training: ImageSet, heldOut: ImageSet, { batchSize, augment, abreast }: Feeding): void {
    this.trainer.feed(training, batchSize, augment);
    this.abreast = abreast;
    this.heldOut = heldOut;
  }

  /** Trains until `stop`. Rejects with what stopped it otherwise. */
  start(): Promise<void> {
    this.run += 1;
    this.running = true;
    this.failed = false;
    this.published = '';
    this.finished = this.loop()
      .catch((cause: unknown) => {
        this.failed = true;
        throw cause;
      })
      .finally(() => {
        this.running = false;
      });
    return this.finished;
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Resolves when the step under way is done, the loop has ended and nobody reads the weights. */
  async stop(): Promise<void> {
    this.running = false;
    await this.finished.catch(() => undefined);
    await this.reading;
  }

  /** Exactly one update, of a run that is stopped. Its checkpoint comes soon after: steps may follow one another quickly. */
  async stepOnce(): Promise<StepReport> {
    this.published = '';
    const started = performance.now();
    for await (const report of train(this.trainer, () => 1)) {
      if (!report) continue;
      const made = this.toReport(report, performance.now() - started);
      this.saveSoon();
      return made;
    }
    throw new Error('The training loop ended without a step.');
  }

  /** The same update as `stepOnce` makes, and what happened in it. */
  async stepSlowly(): Promise<SlowReport> {
    this.published = '';
    const { report, stages, ms } = await slowUpdate(this.trainer);
    const made = this.toReport(report, ms);
    this.saveSoon();
    return { report: made, stages };
  }

  /** Everything that the next update depends on, between two updates. Throws DivergenceError. */
  checkpoint(): Promise<Checkpoint> {
    const taking = this.reading.then(async () => {
      const checkpoint = await takeCheckpoint(this.trainer, this.spec);
      const { objective } = this;
      return objective === undefined ? checkpoint : { ...checkpoint, objective };
    });
    this.reading = taking.catch(() => undefined);
    return taking;
  }

  /** The slot as it was at that checkpoint, of this run's spec. Throws WeightsError. */
  async restore(checkpoint: Checkpoint): Promise<void> {
    await this.stop();
    restoreCheckpoint(this.trainer, checkpoint);
    this.forgetSaved();
    this.objective = checkpoint.objective;
    this.published = '';
  }

  /** The weights of a seed, step 0. */
  async reset(seed: number): Promise<void> {
    await this.stop();
    this.trainer.reset(seed);
    this.forgetSaved();
    this.objective = undefined;
    this.published = '';
  }

  async evaluateOn(
    set: ImageSet,
    count: number,
    breathe: () => Promise<void>,
  ): Promise<EvaluationReport> {
    const { terms, objective, klPerDimension, codeVariance, images } = await evaluate(
      this.trainer,
      set,
      Math.min(count, set.count),
      breathe,
      100,
    );
    return { terms, objective, klPerDimension, codeVariance, images };
  }

  model(): ModelReport {
    const { shapes, seed, step } = this.trainer;
    const { slot, published } = this;
    return { slot, parameters: parameterCount(shapes), layers: shapes, published, seed, step };
  }

  state(): RunReport {
    const { slot, run, trainer } = this;
    return { slot, run, step: trainer.step, settings: trainer.settings };
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.forgetSaved();
    this.trainer.dispose();
  }

  /** Sends a checkpoint where updates were made since the last. */
  private async save(): Promise<void> {
    clearTimeout(this.saveLater);
    this.saveLater = undefined;
    if (this.saved.step === this.trainer.step) return;
    const checkpoint = await this.checkpoint();
    this.saved = { at: performance.now(), step: checkpoint.step };
    this.hooks.checkpoint(this.slot, this.run, checkpoint);
  }

  /** Other settings from the next update on: where they meet the run is looked at soon. */
  set(settings: Settings): void {
    this.trainer.set(settings);
    this.heldOutAfter = HELD_OUT_FIRST_MS;
  }

  private saveSoon(): void {
    const milestone = isMilestone(this.trainer.step);
    if (milestone) clearTimeout(this.saveLater);
    else if (this.saveLater !== undefined) return;
    this.saveLater = setTimeout(
      () => {
        this.saveLater = undefined;
        // The step that made the weights unfit says so itself, when its terms are next read.
        if (!this.running) void this.save().catch(() => undefined);
      },
      milestone ? 0 : Math.max(0, this.saved.at + CHECKPOINT_EVERY_MS - performance.now()),
    );
  }

  private forgetSaved(): void {
    clearTimeout(this.saveLater);
    this.saveLater = undefined;
    this.saved = { at: -Infinity, step: -1 };
  }

  private async loop(): Promise<void> {
    const { trainer } = this;
    const { report: send, breathe } = this.hooks;
    await this.save();
    let sent = performance.now();
    let sentStep = trainer.step;
    let evaluated = -Infinity;
    this.heldOutAfter = HELD_OUT_FIRST_MS;
    let computing = 0;
    let began = performance.now();
    // The first updates are read one by one, so that a curve starts at once.
    const readEvery = (): number => (trainer.step < 10 ? 1 : READ_EVERY);
    for await (const report of train(trainer, readEvery)) {
      computing += performance.now() - began;
      if (report) this.objective = report.objective;
      const due = performance.now() - this.saved.at >= CHECKPOINT_EVERY_MS;
      if (due || isMilestone(trainer.step)) await this.save();
      const now = performance.now();
      if (report && (now - sent >= REPORT_EVERY_MS || report.step <= 1)) {
        const steps = Math.max(1, trainer.step - sentStep);
        const due = this.heldOut && now - evaluated >= this.heldOutAfter ? this.heldOut : null;
        const heldOut = due ? await this.evaluateOn(due, HELD_OUT_IMAGES, breathe) : undefined;
        if (heldOut) {
          evaluated = performance.now();
          this.heldOutAfter = Math.min(HELD_OUT_EVERY_MS, 2 * this.heldOutAfter);
        }
        const made = this.toReport(report, computing / steps);
        send(heldOut ? { ...made, heldOut } : made);
        sent = performance.now();
        sentStep = trainer.step;
        computing = 0;
      }
      await breathe();
      await this.waitForTheOther();
      await this.reading;
      if (!this.running) break;
      began = performance.now();
    }
    await this.save();
  }

  /** Two runs are compared at equal numbers of updates: the one ahead waits. */
  private async waitForTheOther(): Promise<void> {
    const { abreast, hooks, trainer } = this;
    if (abreast === undefined) return;
    for (;;) {
      const other = hooks.beside(abreast);
      if (!this.running || !other || other.failed || other.trainer.step >= trainer.step) return;
      if (other.running) await hooks.breathe();
      else await new Promise((resume) => setTimeout(resume, LOOK_AGAIN_MS));
    }
  }

  private toReport({ step, terms, objective }: LoopReport, msPerStep: number): StepReport {
    this.objective = objective;
    const { slot, run, trainer } = this;
    return {
      slot,
      run,
      step,
      epoch: trainer.stepsPerEpoch > 0 ? step / trainer.stepsPerEpoch : 0,
      stepsPerEpoch: trainer.stepsPerEpoch,
      objective,
      terms,
      examplesPerSecond: (1000 * trainer.batchSize) / msPerStep,
      msPerStep,
      memory: memoryNow(),
    };
  }
}

function isMilestone(step: number): boolean {
  return step > 0 && Number.isInteger(Math.log2(step / FIRST_MILESTONE));
}

export function memoryNow(): MemoryReport {
  const { numTensors, numBytes } = memory();
  return { tensors: numTensors, bytes: numBytes };
}

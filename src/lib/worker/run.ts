// One model of the worker and its run: trains between messages, reports a few times a second.
// Knows the training loop and the clock; knows no messages.
import type { ImageSet } from '../data/images.ts';
import { memory } from '../ops/tf.ts';
import type {
  EvaluationReport,
  MemoryReport,
  ModelReport,
  RunReport,
  StepReport,
} from '../protocol/messages.ts';
import type { ModelSpec } from '../protocol/model.ts';
import { parameterCount } from '../models/dense.config.ts';
import { loadFamily } from '../train/families.ts';
import { evaluate } from '../train/evaluate.ts';
import { train, type LoopReport } from '../train/loop.ts';
import { Trainer } from '../train/trainer.ts';

const REPORT_EVERY_MS = 200;
/** Held-out evaluation takes at most about a tenth of the time: this long between two of them. */
const HELD_OUT_EVERY_MS = 4000;
const HELD_OUT_IMAGES = 500;
/** Reading the terms waits for the device, so slow devices read seldom; fast steps need no more than this. */
const READ_EVERY = 5;

export interface RunHooks {
  readonly report: (report: StepReport) => void;
  /** Lets waiting messages be answered. */
  readonly breathe: () => Promise<void>;
}

export class Run {
  published = '';
  /** Counts runs of this slot, so that late events of an older one can be told. */
  run = 0;
  private running = false;
  private finished: Promise<void> = Promise.resolve();
  private heldOut: ImageSet | null = null;

  private constructor(
    readonly slot: string,
    readonly trainer: Trainer,
  ) {}

  static async create(slot: string, spec: ModelSpec, seed: number): Promise<Run> {
    return new Run(slot, new Trainer(await loadFamily(spec.family), spec, seed));
  }

  feed(training: ImageSet, heldOut: ImageSet, batchSize: number): void {
    this.trainer.feed(training, batchSize);
    this.heldOut = heldOut;
  }

  /** Trains until `stop`. Rejects with what stopped it otherwise. */
  start(hooks: RunHooks): Promise<void> {
    this.run += 1;
    this.running = true;
    this.published = '';
    this.finished = this.loop(hooks).finally(() => {
      this.running = false;
    });
    return this.finished;
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Resolves when the step under way is done and the loop has ended. */
  async stop(): Promise<void> {
    this.running = false;
    await this.finished.catch(() => undefined);
  }

  /** Exactly one update. */
  async stepOnce(): Promise<StepReport> {
    this.published = '';
    const started = performance.now();
    for await (const report of train(this.trainer, () => 1)) {
      if (report) return this.toReport(report, performance.now() - started);
    }
    throw new Error('The training loop ended without a step.');
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
    this.trainer.dispose();
  }

  private async loop({ report: send, breathe }: RunHooks): Promise<void> {
    const { trainer } = this;
    let sent = performance.now();
    let sentStep = trainer.step;
    let evaluated = -Infinity;
    let computing = 0;
    let began = performance.now();
    // The first updates are read one by one, so that a curve starts at once.
    const readEvery = (): number => (trainer.step < 10 ? 1 : READ_EVERY);
    for await (const report of train(trainer, readEvery)) {
      computing += performance.now() - began;
      const now = performance.now();
      if (report && (now - sent >= REPORT_EVERY_MS || report.step <= 1)) {
        const steps = Math.max(1, trainer.step - sentStep);
        const due = this.heldOut && now - evaluated >= HELD_OUT_EVERY_MS ? this.heldOut : null;
        const heldOut = due ? await this.evaluateOn(due, HELD_OUT_IMAGES, breathe) : undefined;
        if (heldOut) evaluated = performance.now();
        const made = this.toReport(report, computing / steps);
        send(heldOut ? { ...made, heldOut } : made);
        sent = performance.now();
        sentStep = trainer.step;
        computing = 0;
      }
      await breathe();
      if (!this.running) break;
      began = performance.now();
    }
  }

  private toReport({ step, terms, objective }: LoopReport, msPerStep: number): StepReport {
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

export function memoryNow(): MemoryReport {
  const { numTensors, numBytes } = memory();
  return { tensors: numTensors, bytes: numBytes };
}

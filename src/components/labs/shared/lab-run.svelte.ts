// One model of one lab over the page's worker: its status, its step count, its last report, and the buttons'
// meaning (train, pause, step, reset, continue). Generic: knows no family, no picture and no dial.
//
// Commands run one after another, in the order they were given, so that a click is never lost and
// "pause" never overtakes the "train" before it.
import type {
  EvaluationReport,
  Fault,
  FileRef,
  MemoryReport,
  ModelReport,
  ReplyOf,
  RequestKind,
  RequestOf,
  RunEvent,
  RunReport,
  Slot,
  StepReport,
  TrainOptions,
} from '../../../lib/protocol/messages.ts';
import type { BackendName, BackendReport } from '../../../lib/protocol/machine.ts';
import type { ModelSpec, Settings } from '../../../lib/protocol/model.ts';
import type { LabState } from './contract.ts';
import { toFault } from './fault.ts';
import { Pacer } from './pace.ts';

/** The part of the client's session that a lab uses. */
export interface LabSession {
  readonly options: { readonly backend: 'auto' | BackendName };
  request<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>>;
  subscribe(listener: (event: RunEvent) => void): () => void;
}

/** Published weights of a model that a lab can show. */
export interface Published {
  readonly id: string;
  readonly spec: ModelSpec;
  readonly weights: FileRef;
}

export interface LabRunOptions {
  readonly slot: Slot;
  /** What to train on now; asked for at every start. */
  readonly feed: () => TrainOptions;
  /** Called after every report of the run. */
  readonly onReport?: (report: StepReport) => void;
  /** Fills the pictures for weights just shown; the lab is ready when that is done. */
  readonly settle?: () => Promise<void>;
  /** Called whenever other weights came into the slot, by loading, by a seed or by updates. */
  readonly onWeights?: (why: 'replaced' | 'updated') => void;
}

/** Milliseconds of an update until one was measured: what the chapter's networks take on a slow machine. */
const USUAL_STEP_MS = 20;

export class LabRun {
  status = $state<LabState>('idle');
  /** Live updates since the weights were set. */
  step = $state(0);
  /** The objective over the last 20 updates at most; null before the first. */
  loss = $state<number | null>(null);
  /** Id of the pretrained model in the slot, while it is untouched; else empty. */
  model = $state('');
  seed = $state(0);
  parameters = $state(0);
  backend = $state.raw<BackendReport | null>(null);
  report = $state.raw<StepReport | null>(null);
  heldOut = $state.raw<EvaluationReport | null>(null);
  memory = $state.raw<MemoryReport | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** Share of the full speed to train at; below 1 updates are made one by one. */
  speed = $state(1);
  /** Why a run rests although nobody pressed Pause; empty when it does not. */
  resting = $state('');

  readonly #connect: () => LabSession;
  readonly #options: LabRunOptions;
  #stopListening: (() => void) | null = null;
  readonly #pacer = new Pacer(() => this.#command(() => this.#oneStep('training')));
  #commands: Promise<void> = Promise.resolve();
  #failed: (() => Promise<void>) | null = null;
  #spec: ModelSpec | null = null;
  #published: Published | null = null;
  #run = -1;
  #msPerStep = USUAL_STEP_MS;
  #closed = false;

  /** `connect` is asked for the session when it is first needed: never while a page is rendered at build. */
  constructor(connect: () => LabSession, options: LabRunOptions) {
    this.#connect = connect;
    this.#options = options;
  }

  get #session(): LabSession {
    return this.#connect();
  }

  /** Starts the backend. */
  open(): Promise<void> {
    this.#stopListening ??= this.#session.subscribe((event) => {
      this.#hear(event);
    });
    return this.#command(async () => {
      this.status = 'preparing';
      await this.#openBackend();
    });
  }

  /** Shows a published model. */
  show(published: Published): Promise<void> {
    return this.#command(async () => {
      await this.#stop();
      this.status = 'preparing';
      await this.#load(published);
      await this.#settle();
    });
  }

  /** Fresh weights of these sizes from a seed. */
  fresh(spec: ModelSpec, seed: number): Promise<void> {
    return this.#command(async () => {
      await this.#stop();
      this.status = 'preparing';
      await this.#create(spec, seed);
      await this.#settle();
    });
  }

  /** Trains: afresh from the seed over a pretrained model, else from where the run is. */
  train(seed: number): Promise<void> {
    return this.#command(async () => {
      this.resting = '';
      if (this.status === 'training' || !this.#spec) return;
      this.status = 'preparing';
      if (this.model !== '') await this.#create(this.#spec, seed);
      await this.#start();
    });
  }

  /** Trains on from published weights, loading them where the slot holds others. */
  continueFrom(published: Published): Promise<void> {
    return this.#command(async () => {
      this.resting = '';
      await this.#stop();
      this.status = 'preparing';
      if (this.model !== published.id) await this.#load(published);
      this.model = '';
      await this.#start();
    });
  }

  pause(): Promise<void> {
    return this.#command(async () => {
      this.resting = '';
      await this.#stop();
    });
  }

  /** Exactly one update; pauses a run first. */
  stepOnce(seed: number): Promise<void> {
    return this.#command(async () => {
      this.resting = '';
      await this.#stop();
      if (!this.#spec) return;
      if (this.model !== '') await this.#create(this.#spec, seed);
      await this.#oneStep('paused');
    });
  }

  /** The seed's weights again, at step 0. */
  reset(seed: number): Promise<void> {
    return this.#command(async () => {
      this.resting = '';
      await this.#stop();
      if (this.#spec) await this.#create(this.#spec, seed);
      this.status = 'ready';
    });
  }

  /** New settings for the steps to come. Without a run they wait in the lab's own feed. */
  set(settings: Settings): Promise<void> {
    return this.#command(async () => {
      if (this.status !== 'training' || this.#pacer.running) return;
      await this.#session.request('set', { slot: this.#options.slot, settings });
    });
  }

  setSpeed(speed: number): Promise<void> {
    return this.#command(async () => {
      const training = this.status === 'training';
      if (training) await this.#stop();
      this.speed = speed;
      if (training) await this.#start();
    });
  }

  /** Pauses a run for a reason other than the reader's wish; `wake` goes on with it. */
  rest(why: string): Promise<void> {
    return this.#command(async () => {
      if (this.status !== 'training') return;
      await this.#stop();
      this.resting = why;
    });
  }

  wake(): Promise<void> {
    return this.#command(async () => {
      if (this.resting === '') return;
      this.resting = '';
      if (this.status === 'paused') await this.#start();
    });
  }

  /** After a failure: opens the worker again, and tries again what failed. */
  async retry(): Promise<void> {
    const failed = this.#failed;
    this.#failed = null;
    this.fault = null;
    const [spec, published, seed] = [this.#spec, this.#published, this.seed];
    await this.#command(async () => {
      this.status = 'preparing';
      await this.#openBackend();
      if (published) await this.#load(published);
      else if (spec) await this.#create(spec, seed);
      await this.#settle();
    });
    if (failed && this.status !== 'failed') await this.#command(failed);
  }

  /** A failure outside the commands, such as a picture that could not be asked for. */
  fail(error: unknown): void {
    this.#fail(toFault(error), null);
  }

  /** Stops and gives everything back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pacer.stop();
    this.#stopListening?.();
    await this.#session.request('free', { slot: this.#options.slot }).catch(() => undefined);
  }

  /** Puts a command behind those before it. A failure is shown, and kept to be tried again. */
  #command(action: () => Promise<void>): Promise<void> {
    this.#commands = this.#commands.then(async () => {
      if (this.#closed) return;
      try {
        await action();
      } catch (error) {
        this.#fail(toFault(error), action);
      }
    });
    return this.#commands;
  }

  #fail(fault: Fault, action: (() => Promise<void>) | null): void {
    if (this.#closed) return;
    this.#pacer.stop();
    this.fault = fault;
    this.#failed = action;
    this.status = 'failed';
  }

  /** Ready, unless the pictures failed meanwhile. */
  async #settle(): Promise<void> {
    await this.#options.settle?.();
    if (this.status === 'preparing') this.status = 'ready';
  }

  async #openBackend(): Promise<void> {
    const { options } = this.#session;
    this.backend = await this.#session.request('open', { backend: options.backend });
  }

  async #load(published: Published): Promise<void> {
    const { id, spec, weights } = published;
    this.#spec = spec;
    this.#published = published;
    const { slot } = this.#options;
    this.#weigh(await this.#session.request('load', { slot, published: id, spec, weights }));
  }

  async #create(spec: ModelSpec, seed: number): Promise<void> {
    this.#spec = spec;
    this.#published = null;
    const { slot } = this.#options;
    this.#weigh(await this.#session.request('create', { slot, spec, seed }));
  }

  #weigh(report: ModelReport): void {
    this.model = report.published;
    this.seed = report.seed;
    this.parameters = report.parameters;
    this.step = report.step;
    this.loss = null;
    this.report = null;
    this.heldOut = null;
    this.fault = null;
    this.#run = Number.MAX_SAFE_INTEGER;
    this.#options.onWeights?.('replaced');
  }

  async #start(): Promise<void> {
    if (this.speed < 1) {
      this.status = 'training';
      this.#pacer.start(this.#msPerStep / this.speed);
      return;
    }
    this.#run = -1;
    const { slot, feed } = this.#options;
    const run = await this.#session.request('train', { slot, options: feed() });
    this.#run = run.run;
    this.status = 'training';
  }

  async #stop(): Promise<void> {
    const paced = this.#pacer.running;
    this.#pacer.stop();
    if (this.status !== 'training') return;
    if (!paced) {
      const { step }: RunReport = await this.#session.request('pause', {
        slot: this.#options.slot,
      });
      this.step = step;
    }
    this.status = 'paused';
    this.#options.onWeights?.('updated');
  }

  async #oneStep(after: 'training' | 'paused'): Promise<void> {
    if (after === 'training' && this.status !== 'training') return;
    const { slot, feed } = this.#options;
    this.#take(await this.#session.request('step', { slot, options: feed() }));
    this.status = after;
    this.#options.onWeights?.('updated');
  }

  #take(report: StepReport): void {
    this.model = '';
    this.step = report.step;
    this.loss = report.objective;
    this.report = report;
    this.memory = report.memory;
    if (report.heldOut) this.heldOut = report.heldOut;
    this.#options.onReport?.(report);
  }

  #hear(event: RunEvent): void {
    switch (event.event) {
      case 'progress':
        // A report may come before the reply that names its run, never after the run was replaced.
        if (event.report.slot === this.#options.slot && event.report.run >= this.#run) {
          this.#msPerStep = event.report.msPerStep;
          this.#take(event.report);
        }
        break;
      case 'stopped':
        if (event.slot === this.#options.slot && event.fault) this.#fail(event.fault, null);
        break;
      default:
        event satisfies never;
    }
  }
}

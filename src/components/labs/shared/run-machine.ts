// How a run is done: requests in turn over one slot of the page's worker, what comes back of them, and another worker
// in place of one that is gone, with the run at its last checkpoint. Generic: knows no family, no picture and no dial.
import type { BackendName } from '../../../lib/protocol/machine.ts';
import type {
  Checkpoint,
  End,
  Fault,
  ModelReport,
  ReplyOf,
  RequestOf,
  RunReport,
  SessionEvent,
  Slot,
  StepReport,
} from '../../../lib/protocol/messages.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';
import { Commands, type Action } from './commands.ts';
import type { LabState } from './contract.ts';
import { OutdatedError, ShownFault, toFault } from './fault.ts';
import { Pacer } from './pace.ts';
import { Checkpoints, noticeOf, Strikes } from './recovery.ts';
import type { LabRunOptions, LabSession, Published } from './run-options.ts';
import { RunState } from './run-state.svelte.ts';

/** Milliseconds of an update until one was measured: what the chapter's networks take on a slow machine. */
const USUAL_STEP_MS = 20;

export class RunMachine extends RunState {
  protected readonly options: LabRunOptions;
  readonly #connect: () => LabSession;
  #stopListening: (() => void) | null = null;
  readonly #pacer = new Pacer(() => this.command(() => this.oneStep('training')));
  readonly #commands = new Commands({
    broken: () => this.#gone !== null,
    mend: () => this.#mend(),
    failed: (error, action) => {
      this.failWith(toFault(error), action);
    },
  });
  protected readonly checkpoints = new Checkpoints();
  protected readonly strikes = new Strikes();
  /** The worker is gone: why, and what the lab was at. */
  #gone: { readonly end: End; readonly fault: Fault; readonly status: LabState } | null = null;
  /** Whether a run was meant to go on, and could not. */
  protected interrupted = false;
  protected failed: Action | null = null;
  protected spec: ModelSpec | null = null;
  #published: Published | null = null;
  /** Why there is no backend, once one was asked for. */
  #unopened: Fault | null = null;
  #run = -1;
  #msPerStep = USUAL_STEP_MS;
  #closed = false;
  /** Counts the times that other weights set out for the slot. */
  #weighings = 0;
  /** Whether the worker that is there has weights in the slot, and no others are on their way. */
  #holds = false;

  /** `connect` is asked for the session when it is first needed: never while a page is rendered at build. */
  constructor(connect: () => LabSession, options: LabRunOptions) {
    super();
    this.#connect = connect;
    this.options = options;
  }

  protected get session(): LabSession {
    return this.#connect();
  }

  /**
   * The session for questions about the weights that are in the slot now, such as pictures of them. One that fails
   * because other weights come or are chosen, or came since this was called, or because another worker has not got them
   * yet, throws OutdatedError: the slot may be empty then, or its sizes others.
   */
  readonly asking = (): LabSession => {
    const { session } = this;
    const asked = this.#weighings;
    return {
      options: session.options,
      subscribe: (listener) => session.subscribe(listener),
      restart: (backend) => {
        session.restart(backend);
      },
      request: async (kind, payload) => {
        try {
          return await session.request(kind, payload);
        } catch (cause) {
          const same = this.#holds && !this.awaiting && asked === this.#weighings;
          throw same ? cause : new OutdatedError('Other weights come.', { cause });
        }
      },
    };
  };

  /** Whether updates are made one by one now. */
  protected get paced(): boolean {
    return this.#pacer.running;
  }

  protected listen(): void {
    this.#stopListening ??= this.session.subscribe((event) => {
      this.#hear(event);
    });
  }

  /** Nothing is done, heard or shown any more. */
  protected end(): void {
    this.#closed = true;
    this.#commands.close();
    this.#pacer.stop();
    this.#stopListening?.();
  }

  protected command(action: Action): Promise<void> {
    return this.#commands.give(action);
  }

  protected failWith(fault: Fault, action: Action | null): void {
    if (this.#closed) return;
    this.#pacer.stop();
    this.fault = fault;
    this.failed = action;
    this.status = 'failed';
  }

  /** Ready, unless the pictures failed meanwhile. */
  protected async settle(): Promise<void> {
    await this.options.settle?.();
    if (this.status === 'preparing') this.status = 'ready';
  }

  protected async openBackend(): Promise<void> {
    const { backend, without } = this.session.options;
    const probe = this.options.probe?.();
    try {
      this.backend = await this.session.request('open', {
        backend,
        ...(without ? { without } : {}),
        ...(probe ? { probe } : {}),
      });
      this.#unopened = null;
    } catch (error) {
      this.#unopened = toFault(error);
      throw error;
    }
  }

  /** What the slot should hold, into a worker that holds nothing. */
  protected async reload(): Promise<void> {
    const { awaiting } = this;
    const { last } = this.checkpoints;
    if (last) await this.restore(last);
    else if (this.#published) await this.load(this.#published);
    else if (this.spec) await this.create(this.spec, this.seed);
    this.awaiting = awaiting; // a network that is chosen already is none of these
  }

  /** Another worker in place of the one that is gone: the slot as it was, and the run where it was. */
  async #mend(): Promise<void> {
    const gone = this.#gone;
    if (!gone) return;
    this.#gone = null;
    const { end, fault, status } = gone;
    const training = status === 'training';
    if (end !== 'replaced') this.strikes.strike(fault, end, performance.now());
    this.status = 'preparing';
    try {
      await this.openBackend();
      await this.reload();
      if (training) await this.start();
      else this.status = status === 'failed' ? (this.step > 0 ? 'paused' : 'ready') : status;
    } catch (error) {
      // Gone again, or no way to go on now: what was meant to go on still is.
      this.interrupted = training;
      this.#stillMeans(status);
      throw error;
    }
    const { name = '' } = this.backend ?? {};
    this.notice = noticeOf(end, { training, step: this.step, backend: name }) ?? this.notice;
    this.options.onWeights?.('rewound');
  }

  #stillMeans(status: LabState): void {
    this.#gone &&= { ...this.#gone, status };
  }

  /** The same status in a worker of another backend. */
  protected replace(backend: 'auto' | BackendName, status: LabState): Promise<void> {
    this.status = status;
    this.session.restart(backend);
    return this.#mend();
  }

  protected async load(published: Published): Promise<void> {
    const { id, spec, weights } = published;
    this.spec = spec;
    this.#published = published;
    const { slot } = this.options;
    this.#weigh(await this.#ask('load', { slot, published: id, spec, weights }));
  }

  protected async create(spec: ModelSpec, seed: number): Promise<void> {
    this.spec = spec;
    this.#published = null;
    const { slot } = this.options;
    this.#weigh(await this.#ask('create', { slot, spec, seed }));
  }

  /** The slot as it was then; whoever asks tells the lab why. */
  protected async restore(checkpoint: Checkpoint): Promise<void> {
    this.spec = checkpoint.spec;
    this.#published = null;
    const { slot } = this.options;
    this.#place(await this.#ask('restore', { slot, checkpoint }));
    this.loss = checkpoint.objective ?? null;
  }

  /** Other weights: what was known of those before is over. */
  #weigh(report: ModelReport): void {
    this.#place(report);
    this.forget();
    this.loss = null;
    this.checkpoints.restart(null);
    this.options.onWeights?.('replaced');
  }

  #place(report: ModelReport): void {
    this.place(report);
    this.#holds = true;
    this.#run = Number.MAX_SAFE_INTEGER;
  }

  /** Asks for weights. Without a backend that has but one reason, which stays the one to be shown. */
  async #ask<K extends 'load' | 'create' | 'restore'>(
    kind: K,
    payload: RequestOf<K>,
  ): Promise<ReplyOf<K>> {
    if (this.#unopened) throw new ShownFault(this.#unopened);
    const held = this.#holds;
    this.#holds = false;
    this.#weighings += 1;
    try {
      return await this.session.request(kind, payload);
    } catch (error) {
      this.#holds = held && this.#gone === null; // what could not be loaded leaves what is there
      throw error;
    }
  }

  protected async start(): Promise<void> {
    this.interrupted = false;
    if (this.undoable?.from === null) this.undoable = null; // another run from the seed
    if (this.speed < 1) {
      this.status = 'training';
      this.#pacer.start(this.#msPerStep / this.speed);
      return;
    }
    this.#run = -1;
    const { slot, feed } = this.options;
    const run = await this.session.request('train', { slot, options: feed() });
    this.#run = run.run;
    this.status = 'training';
  }

  protected async stop(): Promise<void> {
    const paced = this.#pacer.running;
    this.#pacer.stop();
    if (this.status !== 'training') return;
    if (!paced) {
      const { step }: RunReport = await this.session.request('pause', {
        slot: this.options.slot,
      });
      this.step = step;
      // The last report may be some updates old; the checkpoint that the pause brought is not.
      const { last } = this.checkpoints;
      if (last?.step === step) this.loss = last.objective ?? this.loss;
    }
    this.status = 'paused';
    this.options.onWeights?.('updated');
  }

  protected async oneStep(after: 'training' | 'paused'): Promise<void> {
    if (after === 'training' && this.status !== 'training') return;
    const { slot, feed } = this.options;
    this.made(await this.session.request('step', { slot, options: feed() }), after);
  }

  /** One update was made. */
  protected made(report: StepReport, after: 'training' | 'paused'): void {
    this.#run = report.run; // whose checkpoint comes soon
    this.#take(report);
    this.status = after;
    this.options.onWeights?.('updated');
  }

  #take(report: StepReport): void {
    this.take(report);
    this.options.onReport?.(report);
  }

  #hear(event: SessionEvent): void {
    switch (event.event) {
      case 'progress':
        if (!this.#isMine(event.report)) break;
        this.#msPerStep = event.report.msPerStep;
        this.#take(event.report);
        break;
      case 'checkpoint':
        if (!this.#isMine(event)) break;
        this.checkpoints.add(event.checkpoint);
        this.options.onCheckpoint?.(event.checkpoint);
        break;
      case 'stopped':
        if (event.slot !== this.options.slot || !event.fault) break;
        this.failWith(event.fault, null);
        this.wayBack = event.fault.quantity === undefined ? null : this.checkpoints.good;
        break;
      case 'lost':
        break; // the session ends its worker: `gone` follows
      case 'gone':
        this.#lose(event.end, event.fault);
        break;
      default:
        event satisfies never;
    }
  }

  /** Mends at once, or as soon as the command under way has failed. */
  #lose(end: End, fault: Fault): void {
    this.#pacer.stop();
    this.#holds = false;
    this.#gone = { end, fault, status: this.#gone?.status ?? this.status };
    if (this.status === 'training') this.status = 'preparing';
    void this.command(() => Promise.resolve());
  }

  /** A report may come before the reply that names its run, never after the run was replaced. */
  #isMine({ slot, run }: { readonly slot: Slot; readonly run: number }): boolean {
    return slot === this.options.slot && run >= this.#run;
  }
}

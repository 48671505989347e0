// One network under its dials: the run, the view, the curves. The lab has one, and a second beside it while it compares.
// Knows no markup, no gallery and not the other side.
import type { aeDefaults } from '../../../lib/models/ae.config.ts';
import { vaeDefaults } from '../../../lib/models/vae.config.ts';
import type { Checkpoint, Slot, StepReport, TrainOptions } from '../../../lib/protocol/messages.ts';
import type { Settings, Terms } from '../../../lib/protocol/model.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import { LabRun, type LabSession } from '../shared/lab-run.svelte.ts';
import { ownPoints } from '../shared/rate-distortion/own-points.svelte.ts';
import { Timeline, type Origin } from '../shared/timeline.svelte.ts';
import { Trace } from '../shared/trace.ts';
import { sizesOf, specOf, type FamilyName, type Network } from './network.ts';
import { adviceOf, COLLAPSING_BETA, looksDead, type Guide } from './readings.ts';
import { View } from './view.svelte.ts';

export const BATCH = 128;
/** Pictures are renewed at most this often while training, and never for more than a fifth of the worker's time. */
const REFRESH_MS = 800;
const REFRESH_SHARE = 0.2;

/** What both sides of a lab have in common. */
export interface Host {
  readonly connect: () => LabSession;
  readonly dataSet: DataSet;
  readonly seed: number;
  /** What this slot is fed with, besides its settings. */
  readonly feed: (slot: Slot) => Omit<TrainOptions, 'settings'>;
  /** Whether what this slot reaches belongs into the rate–distortion plane of the data set. */
  readonly plots: (slot: Slot) => boolean;
  /** Resolves when the images that the pictures are of are in the views. */
  readonly images: () => Promise<void>;
  readonly onReport?: (report: StepReport) => void;
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  readonly onWeights?: (why: 'replaced' | 'updated' | 'rewound') => void;
}

export type Dials = Pick<Side, 'beta' | 'learningRate' | 'warmupSteps' | 'freeBits'>;

export class Side {
  readonly run: LabRun;
  readonly view: View;
  /** What of the run can be gone back to. */
  readonly timeline: Timeline;
  /** Nats per image over updates: of the training batches, and held-out. */
  readonly traces = {
    reconstruction: new Trace(),
    kl: new Trace(),
    heldReconstruction: new Trace(),
    heldKl: new Trace(),
  };
  network = $state.raw<Network>({ kind: 'preset', preset: '784-256-2', family: 'vae' });
  beta = $state<number>(vaeDefaults.beta);
  learningRate = $state<number>(vaeDefaults.learningRate);
  warmupSteps = $state<number>(vaeDefaults.warmupSteps);
  freeBits = $state<number>(vaeDefaults.freeBits);
  /** Changes with every point of `traces`, which are not reactive themselves. */
  drawn = $state(0);
  guide = $state<Guide>('none');
  /** Whether the step size has killed the network; stays so until other weights come or a unit wakes. */
  dead = $state(false);
  /** Whether the live run began at published weights. */
  continued = $state(false);

  spec = $derived(specOf(this.network));
  latentDim = $derived(Number(this.spec.config['latentDim']));
  sizes = $derived(sizesOf(this.spec));
  variational = $derived(this.spec.family === 'vae');
  advice = $derived.by(() =>
    this.variational ? adviceOf(this.guide, this.view.active, this.latentDim) : '',
  );
  settings = $derived(this.#settings());
  /** Published weights of the network chosen, to continue from. */
  published = $derived<LabModel | null>(
    this.network.kind === 'published' ? this.network.model : null,
  );

  readonly #host: Host;
  #refreshDue = 0;
  /** The last update at which a latent unit was active. */
  #alive = 0;

  constructor(
    host: Host,
    readonly slot: Slot,
  ) {
    this.#host = host;
    this.view = new View(host.connect, slot, (error) => {
      this.run.fail(error);
    });
    this.timeline = new Timeline({
      run: () => this.run,
      connect: host.connect,
      slot,
      origin: () => this.#origin(),
      branched: (step) => {
        this.#cut(step);
      },
    });
    this.run = new LabRun(host.connect, {
      slot,
      feed: () => ({ ...host.feed(slot), settings: this.settings }),
      probe: () => ({ spec: this.spec, batchSize: BATCH }),
      onReport: (report) => {
        this.timeline.count(report);
        this.#chart(report);
        host.onReport?.(report);
        void this.#refreshInTurn();
      },
      onCheckpoint: (checkpoint) => {
        this.timeline.keep(checkpoint);
        host.onCheckpoint?.(checkpoint);
      },
      settle: async () => {
        await host.images();
        await this.view.refresh();
      },
      onWeights: (why) => {
        this.timeline.reweigh(why);
        if (why === 'replaced') this.#replaced();
        if (why === 'rewound') this.#revive();
        host.onWeights?.(why);
        if (this.run.status !== 'training') void this.view.refresh();
      },
    });
  }

  /** Updates that would be lost with these weights: a kept model that was only looked at has none. */
  get unsaved(): number {
    const { network, run } = this;
    return network.kind === 'own' && run.step === network.checkpoint.step ? 0 : run.step;
  }

  get dataSet(): DataSet {
    return this.#host.dataSet;
  }

  get family(): FamilyName {
    return this.variational ? 'vae' : 'ae';
  }

  /** Puts the network chosen into the slot: published weights, the reader's own, or fresh ones of the seed. */
  async place(): Promise<void> {
    const { network } = this;
    this.continued = false;
    if (network.kind === 'published') return this.run.show(network.model);
    if (network.kind === 'preset') return this.run.fresh(this.spec, this.#host.seed);
    const { settings } = network;
    this.set({
      beta: settings['beta'] ?? this.beta,
      learningRate: settings['learningRate'] ?? this.learningRate,
      warmupSteps: settings['warmupSteps'] ?? this.warmupSteps,
      freeBits: settings['freeBits'] ?? this.freeBits,
    });
    await this.#host.images();
    await this.run.rewind(network.checkpoint);
    this.#replaced(); // a run of its own, whose curves nobody kept
    this.timeline.begin(network.checkpoint);
  }

  train(): Promise<void> {
    if (this.run.model !== '') this.continued = false;
    return this.run.train(this.#host.seed);
  }

  stepOnce(): Promise<void> {
    if (this.run.model !== '') this.continued = false;
    return this.run.stepOnce(this.#host.seed);
  }

  /** One update in slow motion, of the weights in sight. */
  stepSlowly(): Promise<void> {
    if (this.run.model !== '') this.continued = true;
    return this.run.stepSlowly();
  }

  reset(): Promise<void> {
    this.guide = 'none';
    this.continued = false;
    return this.run.reset(this.#host.seed);
  }

  continueFromPretrained(): Promise<void> {
    const { published } = this;
    if (!published) return Promise.resolve();
    this.continued = true;
    return this.run.continueFrom(published);
  }

  /** Changes dials; a run in progress takes them over from its next update on. */
  set(dials: Partial<Dials>): void {
    Object.assign(this, dials);
    void this.run.set(this.settings);
  }

  /** Makes the code too dear to be used, and trains on from the weights in sight. */
  causeCollapse(): void {
    this.guide = 'collapse';
    this.set({ beta: COLLAPSING_BETA, warmupSteps: 0, freeBits: 0 });
    this.#goOn();
  }

  /** Takes the cause away, and trains on from the collapsed weights. */
  cureCollapse(): void {
    this.guide = 'cure';
    this.set({ beta: vaeDefaults.beta, warmupSteps: 0, freeBits: 0 });
    this.#goOn();
  }

  #goOn(): void {
    if (this.run.model === '') void this.train();
    else void this.continueFromPretrained();
  }

  /** What the weights just put into the slot were made of. */
  #origin(): Origin {
    const { published, run, spec } = this;
    return published && run.model !== '' ? published : { spec, seed: run.seed };
  }

  #settings(): Settings {
    const { learningRate, beta, warmupSteps, freeBits } = this;
    return this.variational
      ? ({ learningRate, beta, warmupSteps, freeBits } satisfies Record<
          keyof typeof vaeDefaults,
          number
        >)
      : ({ learningRate } satisfies Record<keyof typeof aeDefaults, number>);
  }

  #chart({ step, terms, heldOut }: StepReport): void {
    this.traces.reconstruction.add(step, terms['reconstruction']);
    this.traces.kl.add(step, terms['kl']);
    this.traces.heldReconstruction.add(step, heldOut?.terms['reconstruction']);
    this.traces.heldKl.add(step, heldOut?.terms['kl']);
    this.drawn += 1;
    this.#plot(step, heldOut?.terms);
  }

  /** Every held-out evaluation is a point of the rate–distortion plane. */
  #plot(updates: number, terms: Terms | undefined): void {
    const [rate, distortion] = [terms?.['kl'], terms?.['reconstruction']];
    if (rate === undefined || distortion === undefined || !this.variational) return;
    if (!this.#host.plots(this.slot)) return;
    const { dataSet: set, beta, sizes: network } = this;
    ownPoints.add({ set, rate, distortion, beta, network, updates });
  }

  /** Other weights: the curves of those before are over. */
  #replaced(): void {
    for (const trace of Object.values(this.traces)) trace.clear();
    if (this.#host.plots(this.slot)) ownPoints.begin();
    this.drawn = 0;
    this.dead = false;
    this.#alive = 0;
    this.view.weighted = true;
  }

  /** The run goes on from an earlier update: the curves end there. */
  #cut(step: number): void {
    for (const trace of Object.values(this.traces)) trace.cut(step);
    this.drawn += 1;
  }

  /** Weights of another update of this run. */
  #revive(): void {
    this.dead = false;
    this.#alive = this.run.step;
    this.view.weighted = true;
  }

  #checkLife(): void {
    const { step } = this.run;
    const { learningRate } = this;
    const beta = this.variational ? this.beta : 0;
    if (this.view.active > 0) {
      this.#alive = step;
      this.dead = false;
    } else if (looksDead({ step, alive: this.#alive, learningRate, beta })) {
      this.dead = true;
    }
  }

  async #refreshInTurn(): Promise<void> {
    const begin = performance.now();
    if (this.run.status !== 'training' || begin < this.#refreshDue) return;
    this.#refreshDue = Infinity;
    await this.view.refresh();
    this.#checkLife();
    const end = performance.now();
    this.#refreshDue = begin + Math.max(REFRESH_MS, (end - begin) / REFRESH_SHARE);
  }
}

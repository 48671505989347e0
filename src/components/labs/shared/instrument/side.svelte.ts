// One network under its dials: the run, the view, the curves. An instrument has one, and a second beside it while it
// compares. Knows no family, no markup, no gallery and not the other side.
import type {
  Checkpoint,
  Slot,
  StepReport,
  TrainOptions,
} from '../../../../lib/protocol/messages.ts';
import type { ModelSpec, Settings } from '../../../../lib/protocol/model.ts';
import type { DataSet, LabModel } from '../data-sets.ts';
import type { Gallery, Subject } from '../gallery.ts';
import { LabRun, type LabSession } from '../lab-run.svelte.ts';
import type { Axes } from '../plane-codes.ts';
import type { NewWeights } from '../run-options.ts';
import { Timeline, type Origin } from '../timeline.svelte.ts';
import type { Trace } from '../trace.ts';
import type { AnyPreset, NetworkOf } from './network.ts';

export const BATCH = 128;
/** Pictures are renewed at most this often while training, and never for more than a fifth of the worker's time. */
const REFRESH_MS = 800;
const REFRESH_SHARE = 0.2;

/** What both sides of an instrument have in common. */
export interface Host {
  readonly connect: () => LabSession;
  readonly dataSet: DataSet;
  readonly seed: number;
  /** What this slot is fed with, besides its settings. */
  readonly feed: (slot: Slot) => Omit<TrainOptions, 'settings'>;
  /** Resolves when the images that the pictures are of are in the views. */
  readonly images: () => Promise<void>;
  readonly onWeights?: (why: NewWeights) => void;
}

/** What an instrument asks of a side's pictures. */
export interface SideView {
  gallery: Gallery | null;
  readonly x: Subject | null;
  /** Whether there are weights to ask; until then nothing is. */
  weighted: boolean;
  /** Another x. */
  choose(x: Subject): void;
  /** Other weights or another image: everything again. */
  refresh(): Promise<void>;
  /** The dimensions on the plane, and whether somebody has chosen them. */
  readonly axes: Axes;
  readonly axesChosen: boolean;
  /** The code z that somebody has put somewhere; null at the code of x. */
  readonly put: Float32Array | null;
  /** Axes and a code that an address names, as far as the codes have them. */
  visit(axes: Axes | null, z: readonly number[] | null): void;
}

/** P: the lab's presets. A side's own fields are there when its constructor is done: nothing of them is read before. */
export abstract class Side<P extends AnyPreset = AnyPreset> {
  abstract network: NetworkOf<P>;
  abstract readonly spec: ModelSpec;
  abstract readonly settings: Settings;
  abstract readonly view: SideView;
  /** Quantities over updates. */
  abstract readonly traces: Readonly<Record<string, Trace>>;
  readonly run: LabRun;
  /** What of the run can be gone back to. */
  readonly timeline: Timeline;
  /** Changes with every point of `traces`, which are not reactive themselves. */
  drawn = $state(0);
  /** Whether the live run began at published weights. */
  continued = $state(false);
  /** What is wrong with the network, and what helps; null while nothing is. */
  abstract readonly alarm: { readonly title: string; readonly text: string } | null;

  /** Published weights of the network chosen, to continue from. */
  published = $derived.by<LabModel | null>(() => {
    const { network } = this;
    return network.kind === 'published' ? network.model : null;
  });

  readonly #host: Host;
  #refreshDue = 0;
  /** The curves of what was given up, by the names of `traces`. */
  #given: Readonly<Record<string, Trace>> = {};

  constructor(
    host: Host,
    readonly slot: Slot,
  ) {
    this.#host = host;
    this.timeline = new Timeline({
      run: () => this.run,
      connect: host.connect,
      slot,
      origin: () => this.#origin(),
      branched: (step, kept) => {
        this.#cut(step, kept);
      },
    });
    this.run = new LabRun(host.connect, {
      slot,
      feed: () => ({ ...host.feed(slot), settings: this.settings }),
      probe: () => ({ spec: this.spec, batchSize: this.batchSize }),
      onReport: (report) => {
        this.timeline.count(report);
        this.chart(report);
        this.drawn += 1;
        void this.#refreshInTurn();
      },
      onCheckpoint: (checkpoint) => {
        this.timeline.keep(checkpoint);
      },
      settle: async () => {
        await host.images();
        await this.view.refresh();
      },
      onWeights: (why) => {
        this.timeline.reweigh(why);
        if (why === 'replaced') this.#replace();
        if (why === 'regained') this.#regain();
        if (why === 'rewound' || why === 'regained') {
          this.view.weighted = true;
          this.rewound();
        }
        host.onWeights?.(why);
        if (this.run.status === 'training') return;
        void this.view.refresh();
        this.atRest();
      },
    });
  }

  /** What the pictures ask through: see RunMachine. */
  protected readonly asking = (): LabSession => this.run.asking();

  /** Updates that would be lost with these weights: a kept model that was only looked at has none. */
  get unsaved(): number {
    const { network, run } = this;
    return network.kind === 'own' && run.step === network.checkpoint.step ? 0 : run.step;
  }

  /** Images of one update. */
  get batchSize(): number {
    return BATCH;
  }

  get dataSet(): DataSet {
    return this.#host.dataSet;
  }

  /** Another gallery. */
  turn(gallery: Gallery): void {
    this.view.gallery = gallery;
  }

  /** Puts the network chosen into the slot: published weights, the reader's own, or fresh ones of the seed. */
  async place(): Promise<void> {
    const { network } = this;
    this.run.outdate();
    this.continued = false;
    if (network.kind === 'published') return this.run.show(network.model);
    if (network.kind === 'preset') return this.run.fresh(this.spec, this.#host.seed);
    await this.#placeOwn(network.checkpoint, network.settings);
  }

  async #placeOwn(checkpoint: Checkpoint, settings: Settings): Promise<void> {
    this.adopt(settings);
    await this.#host.images();
    await this.run.rewind(checkpoint);
    this.run.undoable = null;
    this.#replace(); // a run of its own, whose curves nobody kept
    this.timeline.begin(checkpoint);
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
    this.continued = false;
    return this.run.reset(this.#host.seed);
  }

  continueFromPretrained(): Promise<void> {
    const { published } = this;
    if (!published) return Promise.resolve();
    this.continued = true;
    return this.run.continueFrom(published);
  }

  /** Takes over the dials that a reader's own network was trained with. */
  protected abstract adopt(settings: Settings): void;
  /** Puts a report into the traces. */
  protected abstract chart(report: StepReport): void;
  /** Other weights came, of which nothing is known. */
  protected replaced(): void {
    // A side that watches its run begins anew.
  }
  /** The weights are those of another update of this run. */
  protected rewound(): void {
    // A side that watches its run goes on from there.
  }
  /** Weights are in the slot that no run goes on with. */
  protected atRest(): void {
    // A side that measures them does it here.
  }
  /** The pictures were renewed during a run. */
  protected looked(): void {
    // A side that watches its run looks at them.
  }

  /** What the weights just put into the slot were made of. */
  #origin(): Origin {
    const { published, run, spec } = this;
    return published && run.model !== '' ? published : { spec, seed: run.seed };
  }

  /** Other weights: the curves of those before are over. */
  #replace(): void {
    for (const trace of Object.values(this.traces)) trace.clear();
    this.drawn = 0;
    this.view.weighted = true;
    this.replaced();
  }

  /** The run goes on from an earlier update: the curves end there. */
  #cut(step: number, kept: boolean): void {
    if (kept) {
      this.#given = Object.fromEntries(
        Object.entries(this.traces).map(([name, trace]) => [name, trace.copy()]),
      );
    }
    for (const trace of Object.values(this.traces)) trace.cut(step);
    this.drawn += 1;
  }

  /** What was given up is back, and its curves. */
  #regain(): void {
    for (const [name, trace] of Object.entries(this.traces)) {
      const given = this.#given[name];
      if (given) trace.become(given);
    }
    this.drawn += 1;
  }

  async #refreshInTurn(): Promise<void> {
    const begin = performance.now();
    if (this.run.status !== 'training' || begin < this.#refreshDue) return;
    this.#refreshDue = Infinity;
    await this.view.refresh();
    this.looked();
    const end = performance.now();
    this.#refreshDue = begin + Math.max(REFRESH_MS, (end - begin) / REFRESH_SHARE);
  }
}

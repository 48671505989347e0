// The VAE lab's state as a whole: data and seed, the network in sight, a second one beside it while the lab compares.
// Knows no markup. Every wish of the reader is one method here.
import type { BackendName } from '../../../lib/protocol/machine.ts';
import type { TrainOptions } from '../../../lib/protocol/messages.ts';
import type { ModelFile } from '../../../lib/weights/model-file.ts';
import { otherSlot, type Duo } from '../shared/compare/duo.ts';
import type { DataSet, LabModel, SetFiles } from '../shared/data-sets.ts';
import { Gallery, type Subject } from '../shared/gallery.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { machineOf } from '../shared/machine.ts';
import { arrange, type Arrangement } from './arrangements.ts';
import { OwnImages } from '../shared/own/own.svelte.ts';
import { titleOf } from './names.ts';
import { dataSetOf, networkFor, ownNetwork, sameNetwork, type Network } from './network.ts';
import type { Axes } from '../shared/plane-codes.ts';
import type { VaeLabProps } from './props.ts';
import { readingsOf, secondsLeftOf, statusOf } from './readings.ts';
import { BATCH, Side, type Host } from './side.svelte.ts';
import { panelOf, type Tab } from './tabs.ts';

const SLOTS: Duo<string> = { a: 'main', b: 'beside' };
/** Test images that the codes and their figures are of. */
export const GALLERY_COUNT = 1000;
export const FIRST_SEED = 7;
export const MOST_SEED = 2 ** 31 - 1;

/** Where an address wants to look. */
export interface Wish {
  /** Place in the gallery. */
  readonly x: number;
  /** Null for the two that say most. */
  readonly axes: Axes | null;
  /** Null at μ of x. */
  readonly z: readonly number[] | null;
}

/** A change that throws a live run away, waiting for the reader's consent. */
export interface Pending {
  readonly why: string;
  /** Updates that would be lost. */
  readonly updates: number;
  readonly go: () => void;
}

export class VaeLab {
  readonly a: Side;
  /** The reader's own images. */
  readonly own: OwnImages;
  /** The network beside it; null while the lab does not compare. */
  b = $state.raw<Side | null>(null);
  arrangement = $state<Arrangement>('ae-vae');
  /** Whose dials are in sight. */
  tuned = $state<keyof Duo<unknown>>('a');
  tab = $state<Tab>('curves');
  dataSet = $state<DataSet>('mnist');
  seed = $state(FIRST_SEED);
  goalEpochs = $state(20);
  pending = $state.raw<Pending | null>(null);
  /** Null once it is met: until then the lab is not yet where its address says. */
  wish = $state.raw<Wish | null>(null);

  sides = $derived.by(() => (this.b ? [this.a, this.b] : [this.a]));
  /** The side whose dials are in sight. */
  side = $derived.by(() => (this.tuned === 'b' && this.b ? this.b : this.a));
  /** Updates in the epochs that the reader counts to; unknown before the first report. */
  goalSteps = $derived.by(() => {
    const { report } = this.a.run;
    return report ? this.goalEpochs * report.stepsPerEpoch : undefined;
  });
  secondsLeft = $derived.by(() => secondsLeftOf(this.a.run, this.goalSteps));
  /** What stands in place of the progress while there is none; undefined once there is. */
  status = $derived.by(() => statusOf(this.a.run.status, this.a.run.model));
  machine = $derived.by(() => machineOf(this.a.run));
  /** The backend that was asked for. */
  wanted = $state<'auto' | BackendName>('auto');
  title = $derived.by(() => titleOf(this.dataSet, this.a.variational, this.a.latentDim));
  /** What exercises are graded by. */
  readings = $derived.by(() =>
    readingsOf({
      report: this.a.run.report,
      heldOut: this.a.run.heldOut,
      published: this.a.run.model === '' ? null : this.a.published,
      activeUnits: this.a.variational && this.a.view.codes ? this.a.view.active : undefined,
      beta: this.a.variational ? this.a.beta : undefined,
      latentDim: this.a.latentDim,
    }),
  );

  readonly #props: VaeLabProps;
  readonly #connect: () => LabSession;
  #gallery: Promise<void> = Promise.resolve();
  #tellStarted: () => void = () => undefined;
  /** Resolves when the first network is there. */
  readonly started = new Promise<void>((resolve) => {
    this.#tellStarted = resolve;
  });
  /** Whose images the views have; none before the first came. */
  #gallerySet: DataSet | null = null;

  constructor(connect: () => LabSession, props: VaeLabProps) {
    this.#connect = connect;
    this.#props = props;
    this.own = new OwnImages(connect);
    this.a = new Side(this.#host(), SLOTS.a);
    const first = props.models[0];
    if (!first) return;
    this.a.network = { kind: 'published', model: first };
    this.dataSet = first.dataSet;
    this.a.run.model = first.id;
  }

  /** Starts the backend and shows the network chosen. */
  async start(): Promise<void> {
    this.wanted = this.#connect().options.backend;
    await this.a.run.open();
    this.#gallery = this.#fetchGallery();
    await this.a.place();
    this.#tellStarted();
  }

  /** Another network, data and place to look at; before the start they are what it starts with. */
  take({ network, dataSet, ...wish }: Wish & { network: Network; dataSet: DataSet }): void {
    this.wish = wish;
    const { a } = this;
    if (a.run.status === 'idle') {
      a.network = network;
      this.dataSet = dataSet;
    } else if (!sameNetwork(network, a.network) || dataSet !== this.dataSet) {
      this.#askFirst('The address asks for another network.', this.sides, () => {
        a.network = network;
        if (dataSet !== this.dataSet) this.#turnTo(dataSet, a);
        void a.place().then(() => this.#look());
      });
    }
    void this.started.then(() => this.#look());
  }

  /** Puts x, axes and z where an address wishes them, once there are images and codes. */
  async #look(): Promise<void> {
    const { wish, a } = this;
    if (!wish || !a.view.gallery) return;
    this.pick(a.view.gallery.at(wish.x));
    await a.view.refresh();
    a.view.visit(wish.axes, wish.z);
    this.wish = null;
  }

  get models(): readonly LabModel[] {
    return this.#props.models;
  }

  hasData(set: DataSet): boolean {
    return this.#props.data[set] !== undefined;
  }

  // #region Networks: each asks before it throws a live run away.

  choose(side: Side, network: Network): void {
    this.#askFirst('Another network needs other weights.', [side], () => {
      side.network = network;
      const set = dataSetOf(network) ?? this.dataSet;
      if (set !== this.dataSet) this.#turnTo(set, side);
      void side.place();
    });
  }

  chooseData(set: DataSet): void {
    this.#askFirst('Other data need other weights.', this.sides, () => {
      this.#turnTo(set, null);
    });
  }

  chooseLatent(side: Side, latentDim: number): void {
    this.choose(side, this.networkFor(side, { latentDim }));
  }

  /** What choosing this size of the code does. */
  latentTitle(side: Side, latentDim: number): string {
    if (latentDim === side.latentDim) return `The code has ${latentDim} dimensions`;
    const network = this.networkFor(side, { latentDim });
    return network.kind === 'published'
      ? `Shows the pretrained ${network.model.id}`
      : `Starts a new network with ${latentDim} dimensions, untrained`;
  }

  /** The network that differs from this side's in what is named. */
  networkFor(side: Side, other: Partial<Pick<Side, 'latentDim' | 'family'>>): Network {
    const { latentDim, family } = side;
    return networkFor(this.models, { dataSet: this.dataSet, latentDim, family, ...other });
  }

  /** Other data for every side; `chosen` has its network already. */
  #turnTo(set: DataSet, chosen: Side | null): void {
    this.dataSet = set;
    this.#gallery = this.#fetchGallery();
    for (const side of this.sides.filter((each) => each !== chosen)) {
      if (side.network.kind === 'published') side.network = this.networkFor(side, {});
      void side.place();
    }
  }

  #askFirst(why: string, losing: readonly Side[], go: () => void): void {
    const updates = Math.max(0, ...losing.map(({ unsaved }) => unsaved));
    if (updates === 0) {
      go();
      return;
    }
    const consent = (): void => {
      this.pending = null;
      go();
    };
    this.pending = { why, updates, go: consent };
  }

  /** Trains on the reader's own images from the next update on, or no more. */
  useOwn(used: boolean): Promise<void> {
    return this.#between(() => {
      this.own.used = used;
    });
  }

  // #endregion

  // #region Two side by side.

  /** Sets the second network up anew; asks before its run is thrown away. */
  arrange(arrangement: Arrangement): void {
    const losing = this.b ? [this.b] : [];
    this.#askFirst('Network B is set up anew.', losing, () => void this.compare(arrangement));
  }

  /** Puts a second network beside the first. It starts where the first did, and catches up with it. */
  compare(arrangement: Arrangement): Promise<void> {
    const { a } = this;
    this.arrangement = arrangement;
    return this.#between(async () => {
      const b = this.b ?? new Side(this.#host(), SLOTS.b);
      b.view.gallery = a.view.gallery;
      if (a.view.x) b.view.choose(a.view.x);
      arrange(arrangement, a, b, (other) => this.networkFor(a, other));
      this.b = b;
      await b.run.open();
      await b.place();
    });
  }

  stopComparing(): Promise<void> {
    return this.#between(async () => {
      const { b } = this;
      this.b = null;
      this.tune('a');
      if (this.tab === 'kl') this.show('curves');
      await b?.run.close();
    });
  }

  /** Does something that a run takes notice of when it starts: one that is under way stops for it, and goes on. */
  async #between(action: () => Promise<void> | void): Promise<void> {
    const training = this.a.run.status === 'training';
    await this.pause();
    await action();
    if (training) await this.train();
  }

  // #endregion

  // #region The transport bar: one for both sides.

  train = async (): Promise<void> => {
    const { a, b } = this;
    if (!b) return a.train();
    // Both from published weights or both from the seed, whichever the first began with.
    const follows = b.run.step === 0 && a.continued && a.run.model === '' && b.published !== null;
    await Promise.all([a.train(), follows ? b.continueFromPretrained() : b.train()]);
  };
  pause = (): Promise<unknown> => Promise.all(this.sides.map(({ run }) => run.pause()));
  stepOnce = (): Promise<unknown> => Promise.all(this.sides.map((side) => side.stepOnce()));
  reset = (): Promise<unknown> => Promise.all(this.sides.map((side) => side.reset()));
  continueFromPretrained = (): Promise<unknown> =>
    Promise.all(this.sides.map((side) => side.continueFromPretrained()));
  setSpeed = (speed: number): Promise<unknown> =>
    Promise.all(this.sides.map(({ run }) => run.setSpeed(speed)));
  rest = (why: string): Promise<unknown> => Promise.all(this.sides.map(({ run }) => run.rest(why)));
  wake = (): Promise<unknown> => Promise.all(this.sides.map(({ run }) => run.wake()));

  // #endregion

  /** Puts a model that the reader has kept, or brought as a file, into the slot of the side in sight. */
  showOwn(file: ModelFile, name: string): void {
    this.choose(this.side, ownNetwork(file, name));
  }

  /** Goes on with another backend. */
  async compute(backend: 'auto' | BackendName): Promise<void> {
    this.wanted = backend;
    await this.a.run.restart(backend);
    this.wanted = this.#connect().options.backend; // another where that one did not start
  }

  /** Another panel below the stage. */
  show(tab: Tab): void {
    this.tab = tab;
    this.side.view.show(panelOf(tab));
  }

  /** The other side's dials, and its pictures below the stage. */
  tune(which: keyof Duo<unknown>): void {
    this.tuned = which;
    this.show(this.tab);
  }

  /** Puts every side to its moment nearest to this step. */
  goBack = (step: number): void => {
    for (const { timeline } of this.sides) timeline.pick(step);
  };

  /** Puts every side to its newest moment. */
  goLive = (): void => {
    for (const { timeline } of this.sides) timeline.live();
  };

  /** What the last Reset threw away. */
  undoReset(): void {
    for (const { run } of this.sides) void run.undoReset();
  }

  /** Another x, for every side. */
  pick(x: Subject): void {
    for (const { view } of this.sides) view.choose(x);
  }

  /** Leaves the page: everything of this lab is given back. */
  close(): void {
    for (const { run } of this.sides) void run.close();
  }

  #host(): Host {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- getters of the object below have a `this` of their own
    const lab = this;
    return {
      connect: this.#connect,
      get dataSet() {
        return lab.dataSet;
      },
      get seed() {
        return lab.seed;
      },
      feed: (slot) => this.#feed(slot),
      // One trail: that of the first network, on images that everybody has.
      plots: (slot) => slot === SLOTS.a && !this.own.used,
      images: () => this.#images(),
      onWeights: (why) => {
        if (why === 'replaced') this.pending = null;
      },
    };
  }

  async #images(): Promise<void> {
    await this.#gallery;
    if (this.#gallerySet !== this.dataSet) await this.#fetchGallery();
  }

  async #fetchGallery(): Promise<void> {
    const files = this.#props.data[this.dataSet];
    if (!files) return;
    const set = this.dataSet;
    try {
      const images = await this.#connect().request('images', {
        data: files.gallery,
        from: 0,
        count: GALLERY_COUNT,
      });
      const gallery = await Gallery.of(images);
      if (set !== this.dataSet) return;
      this.#gallerySet = set;
      for (const { view } of this.sides) {
        view.gallery = gallery;
        view.target = null;
      }
      this.pick(gallery.at(this.wish?.x ?? 0));
    } catch (error) {
      this.a.run.fail(error);
    }
  }

  #feed(slot: string): Omit<TrainOptions, 'settings'> {
    const files: SetFiles | undefined = this.#props.data[this.dataSet];
    if (!files) throw new Error(`There are no files of the data set "${this.dataSet}".`);
    return this.own.feed({
      training: files.train,
      heldOut: files.validation,
      batchSize: BATCH,
      ...(this.b ? { abreast: otherSlot(SLOTS, slot) } : {}),
    });
  }
}

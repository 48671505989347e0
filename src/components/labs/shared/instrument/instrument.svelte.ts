// An instrument's state as a whole: data and seed, the network in sight, a second one beside it while it compares.
// Knows no markup and no family. Every wish of the reader is one method here; a lab adds its own.
import type { BackendName } from '../../../../lib/protocol/machine.ts';
import type { TrainOptions } from '../../../../lib/protocol/messages.ts';
import type { ModelFile } from '../../../../lib/weights/model-file.ts';
import { otherSlot, type Duo } from '../compare/duo.ts';
import type { DataSet, LabModel } from '../data-sets.ts';
import { Gallery, type Subject } from '../gallery.ts';
import type { LabSession } from '../lab-run.svelte.ts';
import { machineOf } from '../machine.ts';
import { LabData } from './lab-data.svelte.ts';
import { dataSetOf, ownNetwork, type AnyPreset, type NetworkOf } from './network.ts';
import { secondsLeftOf, statusOf } from './progress.ts';
import { BATCH, type Host, type Side } from './side.svelte.ts';
import { FIRST_SEED, type InstrumentProps, type Pending, type Wish } from './terms.ts';

const SLOTS: Duo<string> = { a: 'main', b: 'beside' };

/**
 * P: the lab's presets, S: its sides, T: names of its tabs, A: of the pairs that it compares. A lab's own fields are there when
 * its constructor is done: nothing of them is read before.
 */
export abstract class Instrument<
  P extends AnyPreset,
  S extends Side<P>,
  T extends string,
  A extends string,
> {
  abstract readonly a: S;
  /** The network beside it; null while the lab does not compare. */
  b = $state.raw<S | null>(null);
  /** The pair that is compared. */
  abstract arrangement: A;
  abstract tab: T;
  abstract readonly title: string;
  /** What exercises are graded by. */
  abstract readonly readings: Readonly<Record<string, number>>;
  readonly data: LabData;
  /** Whose dials are in sight. */
  tuned = $state<keyof Duo<unknown>>('a');
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

  readonly #props: InstrumentProps;
  readonly #connect: () => LabSession;
  #gallery: Promise<void> = Promise.resolve();
  #tellStarted: () => void = () => undefined;
  /** Resolves when the first network is there. */
  readonly started = new Promise<void>((resolve) => {
    this.#tellStarted = resolve;
  });
  /** Whose images the views have; none before the first came. */
  #gallerySet: DataSet | null = null;

  /** @param takesColour whether the lab's networks may be of 32×32 colour images */
  constructor(connect: () => LabSession, props: InstrumentProps, takesColour = false) {
    this.#connect = connect;
    this.#props = props;
    this.data = new LabData(connect, props.data, takesColour);
  }

  get dataSet(): DataSet {
    return this.data.set;
  }

  /** A side in its slot. */
  protected abstract sideIn(slot: string): S;
  /** What stands in a side's place on the lab's data: another model where one is published. */
  protected abstract networkOn(side: S): NetworkOf<P>;
  /** Whether a side's network takes images of the size that the lab's data have. */
  protected fits(_side: S): boolean {
    return true; // most labs have one size
  }
  /** The data that a network is shown on. */
  protected dataFor(network: NetworkOf<P>): DataSet {
    return dataSetOf(network) ?? this.dataSet;
  }
  /** Sets the second side up beside the first, for a pair. The first keeps its weights. */
  protected abstract pair(arrangement: A, a: S, b: S): void;
  /** Another panel below the stage. */
  abstract show(tab: T): void;
  /** The second network was taken away. */
  protected alone(): void {
    // Most labs show the same panels without it.
  }

  /** The first side, before anything is asked for. */
  protected first(): S {
    return this.sideIn(SLOTS.a);
  }

  /** What the first side shows before anything else was asked for. */
  protected present(side: S): void {
    const [model] = this.#props.models;
    if (!model) return;
    side.network = { kind: 'published', model };
    side.run.model = model.id;
    this.data.turnTo(model.dataSet);
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
  take({
    network,
    dataSet,
    same,
    ...wish
  }: Wish & { network: NetworkOf<P>; dataSet: DataSet; same: boolean }): void {
    this.wish = wish;
    const { a } = this;
    if (a.run.status === 'idle') {
      a.network = network;
      this.data.turnTo(dataSet);
    } else if (!same || dataSet !== this.dataSet) {
      this.askFirst('The address asks for another network.', this.sides, () => {
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

  // #region Networks: each asks before it throws a live run away.

  choose(side: S, network: NetworkOf<P>, why = 'Another network needs other weights.'): void {
    this.askFirst(why, [side], () => {
      void this.place(side, network);
    });
  }

  /** Another network in a side's slot, whatever was there. */
  protected place(side: S, network: NetworkOf<P>): Promise<void> {
    side.network = network;
    const set = this.dataFor(network);
    if (set !== this.dataSet) this.#turnTo(set, side);
    return side.place();
  }

  chooseData(set: DataSet): void {
    this.askFirst('Other data need other weights.', this.sides, () => {
      this.#turnTo(set, null);
    });
  }

  /** Trains on the site's set, on the reader's own images in its place, or on the reader's own in colour. */
  trainOn(source: 'set' | 'own' | 'colour'): void {
    if (source === 'colour') {
      if (this.dataSet !== 'colour') this.chooseData('colour');
    } else if (this.dataSet === 'colour') {
      this.askFirst('Other data need other weights.', this.sides, () => {
        this.data.own.used = source === 'own';
        this.#turnTo(this.data.packed, null);
      });
    } else {
      void this.useOwn(source === 'own');
    }
  }

  /** Other data for every side; `chosen` has its network already. */
  #turnTo(set: DataSet, chosen: S | null): void {
    // Images of another size: no picture is asked of the weights in the slots any more.
    const resized = (set === 'colour') !== (this.dataSet === 'colour');
    for (const { view } of resized ? this.sides : []) view.weighted = false;
    this.data.turnTo(set);
    void this.data.prepare();
    this.#gallery = this.#fetchGallery();
    for (const side of this.sides.filter((each) => each !== chosen)) {
      if (side.network.kind === 'published' || !this.fits(side)) {
        side.network = this.networkOn(side);
      }
      void side.place();
    }
  }

  protected askFirst(why: string, losing: readonly S[], go: () => void): void {
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
    return this.between(() => {
      this.data.own.used = used;
    });
  }

  // #endregion

  // #region Two side by side.

  /** Sets the second network up anew; asks before its run is thrown away. */
  arrange(arrangement: A): void {
    const losing = this.b ? [this.b] : [];
    this.askFirst('Network B is set up anew.', losing, () => void this.compare(arrangement));
  }

  /** Puts a second network beside the first. It starts where the first did, and catches up with it. */
  compare(arrangement: A): Promise<void> {
    const { a } = this;
    this.arrangement = arrangement;
    return this.between(async () => {
      const b = this.b ?? this.sideIn(SLOTS.b);
      if (a.view.gallery) b.turn(a.view.gallery);
      if (a.view.x) b.view.choose(a.view.x);
      this.pair(arrangement, a, b);
      this.b = b;
      await b.run.open();
      await b.place();
    });
  }

  stopComparing(): Promise<void> {
    return this.between(async () => {
      const { b } = this;
      this.b = null;
      this.tune('a');
      this.alone();
      await b?.run.close();
    });
  }

  /** Does something that a run takes notice of when it starts: one that is under way stops for it, and goes on. */
  protected async between(action: () => Promise<void> | void): Promise<void> {
    const training = this.a.run.status === 'training';
    await this.pause();
    await action();
    if (training) await this.train();
  }

  // #endregion

  // #region The transport bar: one for both sides.

  train = async (): Promise<void> => {
    if (this.dataSet === 'colour') await this.data.prepare();
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

  /** What the last Reset, or training on from an earlier step, gave up. */
  undo(): void {
    for (const { run } of this.sides) void run.undo();
  }

  /** Another x, for every side. */
  pick(x: Subject): void {
    for (const { view } of this.sides) view.choose(x);
  }

  /** Leaves the page: everything of this lab is given back. */
  close(): void {
    for (const { run } of this.sides) void run.close();
  }

  /** Whether a slot is the first side's. */
  protected isFirst(slot: string): boolean {
    return slot === SLOTS.a;
  }

  protected host(): Host {
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
    const set = this.dataSet;
    try {
      const images = await this.data.gallery(set);
      if (!images) return;
      const gallery = await Gallery.of(images);
      if (set !== this.dataSet) return;
      this.#gallerySet = set;
      for (const side of this.sides) side.turn(gallery);
      this.pick(gallery.at(this.wish?.x ?? 0));
    } catch (error) {
      this.a.run.fail(error);
    }
  }

  #feed(slot: string): Omit<TrainOptions, 'settings'> {
    return this.data.feed({
      batchSize: this.sides.find((side) => side.slot === slot)?.batchSize ?? BATCH,
      ...(this.b ? { abreast: otherSlot(SLOTS, slot) } : {}),
    });
  }
}

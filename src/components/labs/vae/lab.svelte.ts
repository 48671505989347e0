// The VAE lab's state as a whole: which network and data, the dials, the run, the view, the curves.
// Knows no markup. Every wish of the reader is one method here.
import type { aeDefaults } from '../../../lib/models/ae.config.ts';
import {
  vaeDefaults,
  vaePresets,
  vaeSpec,
  type VaePreset,
} from '../../../lib/models/vae.config.ts';
import type { StepReport, TrainOptions } from '../../../lib/protocol/messages.ts';
import type { ModelSpec, Settings } from '../../../lib/protocol/model.ts';
import { Trace } from '../shared/trace.ts';
import { LabRun, type LabSession } from '../shared/lab-run.svelte.ts';
import { Gallery, type Subject } from '../shared/gallery.ts';
import { titleOf } from './names.ts';
import type { DataSet, LabModel, SetFiles } from '../shared/data-sets.ts';
import type { VaeLabProps } from './props.ts';
import {
  adviceOf,
  candidatesOf,
  COLLAPSING_BETA,
  looksDead,
  readingsOf,
  statusOf,
  type Guide,
} from './readings.ts';
import { View } from './view.svelte.ts';

const SLOT = 'main';
const BATCH = 128;
/** Test images that the codes and their figures are of. */
export const GALLERY_COUNT = 1000;
/** Pictures are renewed at most this often while training, and never for more than a fifth of the worker's time. */
const REFRESH_MS = 800;
const REFRESH_SHARE = 0.2;
export const FIRST_SEED = 7;

/** What is in the slot or will be: published weights, or sizes to be trained from nothing. */
export type Network =
  | { readonly kind: 'published'; readonly model: LabModel }
  | { readonly kind: 'preset'; readonly preset: VaePreset };

/** A change that throws a live run away, waiting for the reader's consent. */
export interface Pending {
  readonly why: string;
  readonly go: () => void;
}

export class VaeLab {
  readonly run: LabRun;
  readonly view: View;
  /** Nats per image over updates: of the training batches, and held-out. */
  readonly traces = {
    reconstruction: new Trace(),
    kl: new Trace(),
    heldReconstruction: new Trace(),
    heldKl: new Trace(),
  };
  network = $state.raw<Network>({ kind: 'preset', preset: '784-256-2' });
  dataSet = $state<DataSet>('mnist');
  seed = $state(FIRST_SEED);
  beta = $state<number>(vaeDefaults.beta);
  learningRate = $state<number>(vaeDefaults.learningRate);
  warmupSteps = $state<number>(vaeDefaults.warmupSteps);
  freeBits = $state<number>(vaeDefaults.freeBits);
  goalEpochs = $state(20);
  /** Changes with every point of `traces`, which are not reactive themselves. */
  drawn = $state(0);
  pending = $state.raw<Pending | null>(null);
  guide = $state<Guide>('none');
  /** Whether the step size has killed the network; stays so until other weights come or a unit wakes. */
  dead = $state(false);

  spec = $derived(specOf(this.network));
  latentDim = $derived(Number(this.spec.config['latentDim']));
  /** The widths from the pixels to the code, such as 784-256-2. */
  sizes = $derived(sizesOf(this.spec));
  variational = $derived(this.spec.family === 'vae');
  advice = $derived.by(() =>
    this.variational ? adviceOf(this.guide, this.view.active, this.latentDim) : '',
  );
  settings = $derived(this.#settings());
  /** Published weights of the network chosen, to continue from. */
  published = $derived(this.network.kind === 'published' ? this.network.model : null);
  /** Updates in the epochs that the reader counts to; unknown before the first report. */
  goalSteps = $derived.by(() =>
    this.run.report ? this.goalEpochs * this.run.report.stepsPerEpoch : undefined,
  );
  secondsLeft = $derived(this.#secondsLeft());
  /** What stands in place of the progress while there is none; undefined once there is. */
  status = $derived.by(() => statusOf(this.run.status, this.run.model));
  backends = $derived.by(() => candidatesOf(this.run.backend));
  title = $derived(titleOf(this.dataSet, this.variational, this.latentDim));
  /** What exercises are graded by. */
  readings = $derived.by(() =>
    readingsOf({
      report: this.run.report,
      heldOut: this.run.heldOut,
      published: this.run.model === '' ? null : this.published,
      activeUnits: this.variational && this.view.codes ? this.view.active : undefined,
      beta: this.variational ? this.beta : undefined,
      latentDim: this.latentDim,
    }),
  );

  readonly #props: VaeLabProps;
  readonly #connect: () => LabSession;
  #refreshDue = 0;
  /** The last update at which a latent unit was active. */
  #alive = 0;
  #gallery: Promise<void> = Promise.resolve();
  /** Whose images the view has; none before the first came. */
  #gallerySet: DataSet | null = null;

  constructor(connect: () => LabSession, props: VaeLabProps) {
    this.#connect = connect;
    this.#props = props;
    this.view = new View(connect, SLOT, (error) => {
      this.run.fail(error);
    });
    this.run = new LabRun(connect, {
      slot: SLOT,
      feed: () => this.#feed(),
      onReport: (report) => {
        this.#chart(report);
        void this.#refreshInTurn();
      },
      settle: async () => {
        await this.#gallery;
        if (this.#gallerySet !== this.dataSet) await this.#fetchGallery();
        await this.view.refresh();
      },
      onWeights: (why) => {
        if (why === 'replaced') this.#replaced();
        if (this.run.status !== 'training') void this.view.refresh();
      },
    });
    const first = props.models[0];
    if (!first) return;
    this.network = { kind: 'published', model: first };
    this.dataSet = first.dataSet;
    this.run.model = first.id;
  }

  /** Starts the backend and shows the network chosen. */
  async start(): Promise<void> {
    await this.run.open();
    this.#gallery = this.#fetchGallery();
    await this.#place();
  }

  get models(): readonly LabModel[] {
    return this.#props.models;
  }

  hasData(set: DataSet): boolean {
    return this.#props.data[set] !== undefined;
  }

  // #region Networks: each asks before it throws a live run away.

  choose(network: Network): void {
    this.#askFirst('Another network needs other weights.', () => {
      this.network = network;
      if (network.kind === 'published' && network.model.dataSet !== this.dataSet) {
        this.dataSet = network.model.dataSet;
        this.#gallery = this.#fetchGallery();
      }
      void this.#place();
    });
  }

  chooseData(set: DataSet): void {
    this.#askFirst('Other data need other weights.', () => {
      this.dataSet = set;
      if (this.network.kind === 'published') {
        this.network = this.#networkFor(set, this.latentDim, this.spec.family);
      }
      this.#gallery = this.#fetchGallery();
      void this.#place();
    });
  }

  chooseLatent(latentDim: number): void {
    this.choose(this.#networkFor(this.dataSet, latentDim, this.spec.family));
  }

  /** What choosing this size of the code does. */
  latentTitle(latentDim: number): string {
    if (latentDim === this.latentDim) return `The code has ${latentDim} dimensions`;
    const network = this.#networkFor(this.dataSet, latentDim, this.spec.family);
    return network.kind === 'published'
      ? `Shows the pretrained ${network.model.id}`
      : `Starts a new network with ${latentDim} dimensions, untrained`;
  }

  #askFirst(why: string, go: () => void): void {
    if (this.run.step === 0) {
      go();
      return;
    }
    this.pending = {
      why,
      go: () => {
        this.pending = null;
        go();
      },
    };
  }

  /** Published weights for these where there are some, else the sizes alone. */
  #networkFor(set: DataSet, latentDim: number, family: string): Network {
    const model = this.models.find(
      (candidate) =>
        candidate.dataSet === set &&
        candidate.latentDim === latentDim &&
        candidate.spec.family === family,
    );
    if (model) return { kind: 'published', model };
    return { kind: 'preset', preset: latentDim === 2 ? '784-256-2' : '784-400-20' };
  }

  #place(): Promise<void> {
    const { network } = this;
    if (network.kind === 'published') return this.run.show(network.model);
    return this.run.fresh(specOf(network), this.seed);
  }

  // #endregion

  // #region The transport bar.

  train = (): Promise<void> => this.run.train(this.seed);
  pause = (): Promise<void> => this.run.pause();
  stepOnce = (): Promise<void> => this.run.stepOnce(this.seed);
  reset = (): Promise<void> => {
    this.guide = 'none';
    return this.run.reset(this.seed);
  };
  continueFromPretrained = (): Promise<void> => {
    const { published } = this;
    return published ? this.run.continueFrom(published) : Promise.resolve();
  };

  /** Changes dials; a run in progress takes them over from its next update on. */
  set(dials: Partial<Pick<VaeLab, 'beta' | 'learningRate' | 'warmupSteps' | 'freeBits'>>): void {
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

  // #endregion

  /** Leaves the page: everything of this lab is given back. */
  close(): void {
    void this.run.close();
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
      this.view.gallery = gallery;
      this.view.target = null;
      this.view.choose(first(gallery));
    } catch (error) {
      this.run.fail(error);
    }
  }

  #feed(): TrainOptions {
    const files: SetFiles | undefined = this.#props.data[this.dataSet];
    if (!files) throw new Error(`There are no files of the data set "${this.dataSet}".`);
    return {
      training: files.train,
      heldOut: files.validation,
      batchSize: BATCH,
      settings: this.settings,
    };
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

  #secondsLeft(): number | undefined {
    const { report, status, speed } = this.run;
    if (!report || status !== 'training' || this.goalSteps === undefined) return undefined;
    const steps = this.goalSteps - report.step;
    return steps > 0 ? (steps * report.msPerStep) / (1000 * speed) : undefined;
  }

  #chart({ step, terms, heldOut }: StepReport): void {
    this.traces.reconstruction.add(step, terms['reconstruction']);
    this.traces.kl.add(step, terms['kl']);
    this.traces.heldReconstruction.add(step, heldOut?.terms['reconstruction']);
    this.traces.heldKl.add(step, heldOut?.terms['kl']);
    this.drawn += 1;
  }

  /** Other weights: the curves of those before are over, and so is the question whether to throw them away. */
  #replaced(): void {
    for (const trace of Object.values(this.traces)) trace.clear();
    this.drawn = 0;
    this.pending = null;
    this.dead = false;
    this.#alive = 0;
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

function sizesOf({ config }: ModelSpec): string {
  return [config['inputDim'], config['hidden'], config['latentDim']].flat().map(String).join('-');
}

function specOf(network: Network): ModelSpec {
  return network.kind === 'published' ? network.model.spec : vaeSpec(vaePresets[network.preset]);
}

/** A clear first image: the gallery's own first. */
function first(gallery: Gallery): Subject {
  return gallery.at(0);
}

// The microscope's state: which model and image, what the encoder says of it, its exact posterior where the code has
// two dimensions, and the two kinds of q that are optimised for it. Knows no markup.
import { posteriorGrid, type PosteriorGrid } from '../../../lib/metrics/arrays/posterior-grid.ts';
import type { BoundReport, CodeGaussian } from '../../../lib/protocol/queries.ts';
import type { ReplyOf, RequestKind, RequestOf } from '../../../lib/protocol/messages.ts';
import type { LabState } from '../shared/contract.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import { isGone, toFault } from '../shared/fault.ts';
import { Galleries } from '../shared/galleries.ts';
import { drawing, PIXELS, type Gallery, type Subject } from '../shared/gallery.ts';
import { LabRun, type LabSession } from '../shared/lab-run.svelte.ts';
import { evidenceOf, splitOf } from './gaps.ts';
import { Optimised } from './optimised.svelte.ts';
import type { InferenceGapProps } from './props.ts';

const SLOT = 'inference-gap';
/** Updates between two pictures. */
const AT_ONCE = 5;
/** Updates between two measurements while q moves, and their samples. */
const MEASURE_EVERY = 50;
const PASSING_K = 1000;
/** Every q of an image meets the same ε. */
const DRAW = 0;
/** Half the side of the plane that holds the prior and every code that an image is likely to have. */
const REACH = 5;

export type Source = DataSet | 'draw';
export type Kind = 'diagonal' | 'full';

export class GapLab {
  readonly run: LabRun;
  readonly kinds = { diagonal: new Optimised(), full: new Optimised() };
  model = $state.raw<LabModel | null>(null);
  source = $state<Source>('mnist');
  gallery = $state.raw<Gallery | null>(null);
  x = $state.raw<Subject | null>(null);
  kind = $state<Kind>('diagonal');
  /** Samples of each measurement at rest. */
  k = $state(5000);
  /** The encoder's q. */
  encoded = $state.raw<CodeGaussian | null>(null);
  amortised = $state.raw<BoundReport | null>(null);
  grid = $state.raw<PosteriorGrid | null>(null);
  /** Decoder means at the encoder's mean and at that of the q being optimised, [2 · PIXELS]. */
  means = $state.raw<Float32Array | null>(null);
  optimising = $state(false);
  /** Whether a measurement is under way that the readouts wait for. */
  measuring = $state(false);
  resting = $state('');

  /** The q that the buttons act on. */
  now = $derived(this.kinds[this.kind]);
  evidence = $derived(
    evidenceOf(this.grid?.logEvidence, [
      this.amortised,
      this.kinds.diagonal.bound,
      this.kinds.full.bound,
    ]),
  );
  splits = $derived({ diagonal: this.#split('diagonal'), full: this.#split('full') });
  status = $derived.by<LabState>(() => {
    if (this.run.status !== 'ready') return this.run.status;
    if (this.optimising) return 'training';
    return this.now.step > 0 ? 'paused' : 'ready';
  });
  /** What exercises are graded by. */
  readings = $derived.by(() => {
    const { diagonal, full } = this.splits;
    const readings: Record<string, number> = {
      latentDim: this.model?.latentDim ?? 0,
    };
    if (diagonal) readings['amortisation'] = diagonal.amortisation.nats;
    if (diagonal) readings['approximation'] = diagonal.approximation.nats;
    if (full) readings['full'] = full.approximation.nats;
    return readings;
  });

  readonly #connect: () => LabSession;
  readonly #props: InferenceGapProps;
  readonly #galleries: Galleries;
  /** Counts images and models: what was asked for an older one is dropped. */
  #turn = 0;
  /** What is asked one after the other. */
  #work: Promise<void> = Promise.resolve();
  #interrupted: 'looking' | 'optimising' | null = null;

  constructor(connect: () => LabSession, props: InferenceGapProps) {
    this.#connect = connect;
    this.#props = props;
    this.#galleries = new Galleries(connect, props.data);
    this.run = new LabRun(connect, {
      slot: SLOT,
      feed: () => {
        throw new Error('This lab trains no weights.');
      },
      settle: () => this.#settle(),
      onWeights: (why) => {
        if (why === 'rewound') this.#resume();
      },
    });
    const model = props.models.find(({ id }) => id === props.first.model) ?? props.models[0];
    if (!model) return;
    this.model = model;
    this.run.model = model.id;
  }

  get models(): readonly LabModel[] {
    return this.#props.models;
  }

  has(set: DataSet): boolean {
    return this.#galleries.has(set);
  }

  async start(): Promise<void> {
    await this.run.open();
    if (this.model) await this.run.show(this.model);
  }

  chooseModel(id: string): void {
    const model = this.models.find((each) => each.id === id);
    if (!model || model === this.model) return;
    this.pause();
    this.model = model;
    this.#forget();
    void this.run.show(model);
  }

  async chooseSource(source: Source): Promise<void> {
    this.pause();
    this.source = source;
    if (source === 'draw') return;
    try {
      const gallery = await this.#galleries.get(source);
      if (this.source !== source) return;
      this.gallery = gallery;
      this.choose(gallery.at(0));
    } catch (error) {
      this.run.fail(error);
    }
  }

  draw(ink: Float32Array): void {
    if (ink.some((value) => value > 0)) this.choose(drawing(ink));
  }

  choose(x: Subject): void {
    this.pause();
    this.x = x;
    this.#forget();
    if (this.run.status === 'ready') void this.#look();
  }

  optimise(): void {
    if (this.optimising || this.run.status !== 'ready' || !this.x) return;
    this.resting = '';
    this.optimising = true;
    void this.#queue(() => this.#ascend(Infinity));
  }

  pause(): void {
    this.optimising = false;
    this.resting = '';
  }

  stepOnce(): void {
    this.pause();
    if (this.run.status !== 'ready' || !this.x) return;
    void this.#queue(() => this.#ascend(1));
  }

  reset(): void {
    this.pause();
    this.#turn += 1;
    this.now.clear();
    const known = this.amortised && (this.grid ?? this.model?.latentDim !== 2);
    void (known ? this.#queue(() => this.#decode()) : this.#look());
  }

  chooseKind(kind: Kind): void {
    this.pause();
    this.kind = kind;
    void this.#queue(() => this.#decode());
  }

  chooseK(k: number): void {
    this.k = k;
    if (this.run.status === 'ready') void this.#queue(() => this.#measureAll());
  }

  rest(why: string): void {
    if (!this.optimising) return;
    this.optimising = false;
    this.resting = why;
  }

  wake(): void {
    if (this.resting !== '') this.optimise();
  }

  close(): void {
    this.#turn += 1;
    this.optimising = false;
    void this.run.close();
  }

  #split(kind: Kind) {
    const { evidence, amortised } = this;
    const { bound } = this.kinds[kind];
    return evidence && amortised && bound ? splitOf(evidence, amortised, bound) : null;
  }

  #ask<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>> {
    return this.#connect().request(kind, payload);
  }

  /** Another image or model: nothing of the last one holds. */
  #forget(): void {
    this.#turn += 1;
    this.encoded = null;
    this.amortised = null;
    this.grid = null;
    this.means = null;
    for (const kind of Object.values(this.kinds)) kind.clear();
  }

  async #settle(): Promise<void> {
    if (!this.x && this.source !== 'draw') {
      this.gallery = await this.#galleries.get(this.source);
      this.x = this.gallery.at(this.#props.first.image);
    }
    this.#forget();
    await this.#look();
  }

  /** A new worker has the model again: what was under way goes on. */
  #resume(): void {
    const was = this.#interrupted;
    this.#interrupted = null;
    if (was === 'optimising') this.optimise();
    else if (was === 'looking') void this.#look();
  }

  /** One piece of work after the other. What fails is shown, unless the worker is gone, which is mended. */
  #queue(action: () => Promise<void>): Promise<void> {
    const turn = this.#turn;
    this.#work = this.#work.then(async () => {
      if (turn !== this.#turn) return;
      try {
        await action();
      } catch (error) {
        if (isGone(toFault(error))) this.#interrupted = this.optimising ? 'optimising' : 'looking';
        this.optimising = false;
        this.measuring = false;
        this.run.fail(error);
      }
    });
    return this.#work;
  }

  /** What the encoder says of the image, how good it is, and what is true. */
  #look(): Promise<void> {
    return this.#queue(async () => {
      const { x } = this;
      const turn = this.#turn;
      if (!x) return;
      const codes = await this.#ask('encode', { slot: SLOT, images: x.binary });
      if (turn !== this.#turn) return;
      const { mean, logVar } = codes;
      this.encoded = { mean, logVar, lower: new Float32Array(0) };
      await this.#decode();
      await this.#measureAll();
      if (turn !== this.#turn || mean.length !== 2) return;
      const grid = await posteriorGrid(
        async (points) =>
          (await this.#ask('joint', { slot: SLOT, image: x.binary, codes: points })).values,
        REACH,
      );
      if (turn === this.#turn) this.grid = grid;
    });
  }

  /** Updates the q chosen, until it is paused, has settled, or `steps` are made. */
  async #ascend(steps: number): Promise<void> {
    const { x, encoded, kind, now } = this;
    const turn = this.#turn;
    if (!x || !encoded) return;
    const goesOn = (): boolean => turn === this.#turn && (this.optimising || steps === 1);
    let left = steps;
    let measured = now.step;
    while (left > 0 && goesOn()) {
      const report = await this.#ask('refine', {
        slot: SLOT,
        image: x.binary,
        from: now.from(encoded, kind === 'full'),
        steps: Math.min(left, AT_ONCE),
      });
      if (turn !== this.#turn) return;
      now.take(report);
      left -= report.elbos.length;
      if (steps > 1 && now.step - measured >= MEASURE_EVERY) {
        measured = now.step;
        await this.#measure(now, PASSING_K);
        await this.#decode();
      }
      if (now.settled && steps > 1) this.optimising = false;
    }
    if (turn !== this.#turn) return;
    await this.#measure(now, this.k);
    await this.#decode();
  }

  async #measureAll(): Promise<void> {
    const { x, encoded, k } = this;
    const turn = this.#turn;
    if (!x || !encoded) return;
    this.measuring = true;
    const request = { slot: SLOT, image: x.binary, q: encoded, k, draw: DRAW };
    const amortised = await this.#ask('bound', request);
    if (turn !== this.#turn) return;
    this.amortised = amortised;
    for (const kind of Object.values(this.kinds)) await this.#measure(kind, k);
    this.measuring = false;
  }

  async #measure(of: Optimised, k: number): Promise<void> {
    const { x } = this;
    const turn = this.#turn;
    if (!x || !of.q) return;
    const bound = await this.#ask('bound', {
      slot: SLOT,
      image: x.binary,
      q: of.q,
      k,
      draw: DRAW,
    });
    if (turn === this.#turn) of.bound = bound;
  }

  /** What the decoder makes of the two means. */
  async #decode(): Promise<void> {
    const { encoded } = this;
    const turn = this.#turn;
    if (!encoded) return;
    const d = encoded.mean.length;
    const codes = new Float32Array(2 * d);
    codes.set(encoded.mean);
    codes.set(this.now.q?.mean ?? encoded.mean, d);
    const { means } = await this.#ask('decode', { slot: SLOT, codes });
    if (turn === this.#turn) this.means = means;
  }

  /** The decoder mean at the encoder's mean, or at the optimised one. */
  meanAt(which: 'encoder' | 'optimised'): Float32Array | undefined {
    const from = which === 'encoder' ? 0 : PIXELS;
    return this.means?.subarray(from, from + PIXELS);
  }
}

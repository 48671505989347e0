// What the lab's pictures show of the hierarchy in the slot: the codes of the gallery, the code z of all levels that
// is held, its ladder of pictures, the plane of the top level, samples below the levels held, mixtures of two images.
// Asks the worker and holds plain numbers; knows no training, no dial and no canvas.
// A plain VAE is a hierarchy of one level.
import { bernoulliSample } from '../../../lib/metrics/arrays/draws.ts';
import { codeVariance, type CodeArrays } from '../../../lib/metrics/arrays/posterior.ts';
import type { DataRef, Slot } from '../../../lib/protocol/messages.ts';
import type { DescentReport } from '../../../lib/protocol/queries.ts';
import { niceExtent } from '../../ui/plane.ts';
import type { Gallery, Subject } from '../shared/gallery.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { latestOnly } from '../shared/latest.ts';
import { manifoldCodes, withPoint, type Axes } from '../shared/plane-codes.ts';
import {
  areIdle,
  areSame,
  bySpan,
  leading,
  mixtureOf,
  mixtures,
  project,
  ranked,
  sourcesOf,
  temperaturesOf,
  type Span,
} from './levels.ts';
import { costs, type Climb, type Draw } from './descents.ts';
import { fitTop, type TopPrior, type TopPriorName } from './top-prior.ts';
import { LevelQuestions, type Posterior } from './questions.ts';
import type { Source } from './source.ts';
import type { Panel } from './tabs.ts';

export class LevelView {
  gallery = $state.raw<Gallery | null>(null);
  /** Where the levels' dimensions lie in a row, z₁ first. */
  spans = $state.raw<readonly Span[]>([[0, 2]]);
  /** Whether there are weights to ask; until then nothing is. */
  weighted = false;
  codes = $state.raw<CodeArrays | null>(null);
  /** KL of each dimension over held-out images, in nats, where it was measured. */
  klPerDimension = $state.raw<readonly number[]>([]);
  x = $state.raw<Subject | null>(null);
  posterior = $state.raw<Posterior | null>(null);
  /** B of the mixtures; A is x. */
  other = $state.raw<Subject | null>(null);
  otherMean = $state.raw<Float32Array | null>(null);
  /** Codes of all levels: the point on the plane is the top's, the ladder is that of all. */
  z = $state.raw<Float32Array>(new Float32Array(2));
  source = $state<Source>('mean');
  /** Steps of the ladder from the top level of z alone to all of its levels: [L, RUNG, PIXELS]. */
  ladder = $state.raw<Float32Array | null>(null);
  /** The two dimensions of the top level that the plane shows, counted in the row of all levels. */
  axes = $state.raw<Axes>([0, 1]);
  /** Whether somebody has chosen the axes; else they are the two whose codes vary most. */
  axesChosen = $state(false);
  extent = $state(3);
  /** Means over the plane, the levels below at the prior's mean. */
  manifold = $state.raw<Float32Array | null>(null);
  panel = $state<Panel>('none');
  /** How many levels, from the top, keep the code of z in the sixteen samples; see `holding`. */
  held = $state(0);
  /** τ of the levels that are drawn, by place from the top down, 1 where none is; 0 for the prior's mean. */
  temperatures = $state.raw<readonly number[]>([]);
  /** What the top of the sixteen is drawn from. */
  prior = $state<TopPriorName>('round');
  /** How often the sixteen pass through encoder and decoder once they are drawn, while no level is held. */
  passes = $state(0);
  /** Number of the draw of the sixteen. */
  seed = $state(0);
  samples = $state.raw<DescentReport | null>(null);
  /** Decoder means of all 2^L mixtures of x and the other image. */
  mixed = $state.raw<Float32Array | null>(null);
  /** The number of the mixture last chosen. */
  chosen = $state(0);
  /** Whether a Bernoulli sample of each picture stands for its means. */
  pixels = $state<'means' | 'samples'>('means');
  pixelDraw = $state(0);

  levels = $derived(this.spans.length);
  dimensions = $derived(this.spans.at(-1)?.[1] ?? 0);
  top = $derived<Span>(this.spans.at(-1) ?? [0, 0]);
  variance = $derived(this.codes ? codeVariance(this.codes) : []);
  /** KL of each level, z₁ first, in nats; empty where it was not measured. */
  kl = $derived(bySpan(this.klPerDimension, this.spans));
  /** The codes in the two dimensions shown, [count · 2]. */
  points = $derived(this.codes ? project(this.codes, this.axes) : new Float32Array(0));
  /** The top's dimensions, those whose codes vary most first. */
  order = $derived(ranked(this.variance, this.top));
  /** −log p(x|z) of x under the mean of each step of the ladder, in nats. */
  nll = $derived(this.ladder && this.x ? costs(this.ladder, this.x.binary) : []);
  /** Levels that the sixteen keep: a z that somebody has put somewhere keeps its top at least. */
  holding = $derived(
    this.levels > 1 && this.source !== 'mean' ? Math.max(1, this.held) : this.held,
  );
  /** The number of the mixture that z is; none where z is neither that nor x. */
  mixture = $derived(
    this.source === 'mixture' ? this.chosen : this.source === 'mean' ? 0 : undefined,
  );

  readonly #ask: LevelQuestions;
  readonly #failed: (error: unknown) => void;
  readonly #climb: (z: Float32Array) => void;
  readonly #draw: (draw: Draw) => void;
  /** z before the mouse began to hover over the plane. */
  #before: { readonly z: Float32Array; readonly source: Source } | null = null;
  /** The mixture of the codes in sight, where it is what the top is drawn from. */
  #fitted: TopPrior | null = null;
  #refreshing: Promise<void> | null = null;
  #again = false;

  constructor(connect: () => LabSession, slot: Slot, failed: (error: unknown) => void) {
    this.#ask = new LevelQuestions(connect, slot);
    this.#failed = failed;
    this.#climb = latestOnly(
      (z: Float32Array) => this.#ask.ladder(this.#climbing(z)),
      ({ rungs }, z) => {
        if (z === this.z) this.ladder = rungs;
      },
      failed,
    );
    this.#draw = latestOnly(
      (draw: Draw) => this.#ask.sixteen(draw),
      (samples, { z }) => {
        if (z.length === this.dimensions) this.samples = samples;
      },
      failed,
    );
  }

  /** Another network: where its levels lie. What was shown of the one before is gone. */
  setLevels(spans: readonly Span[]): void {
    if (areSame(spans, this.spans)) return;
    this.spans = spans;
    this.codes = null;
    this.posterior = null;
    this.otherMean = null;
    this.ladder = null;
    this.manifold = null;
    this.samples = null;
    this.mixed = null;
    this.klPerDimension = [];
    this.axesChosen = false;
    this.axes = leading([], this.top);
    this.z = new Float32Array(this.dimensions);
    this.source = 'mean';
    this.#before = null;
    this.#fitted = null;
    this.held = 0;
    this.chosen = 0;
  }

  /** Other weights or another image: all again. A call during a refresh makes one more, and waits for it. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refreshWhileAsked().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** The KL of every dimension on `count` images, as the worker evaluates it. */
  async measure(data: DataRef, count: number): Promise<void> {
    const { dimensions } = this;
    try {
      const klPerDimension = await this.#ask.klPerDimension(data, count);
      if (dimensions === this.dimensions) this.klPerDimension = klPerDimension;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Another x; z at its code. */
  choose(x: Subject): void {
    this.x = x;
    this.source = 'mean';
    this.#before = null;
    void this.refresh();
  }

  /** Another B for the mixtures. */
  aim(other: Subject): void {
    this.other = other;
    void this.refresh();
  }

  show(panel: Panel): void {
    this.panel = panel;
    void this.refresh();
  }

  setAxes(axes: Axes): void {
    this.axes = axes;
    this.axesChosen = true;
    this.extent = niceExtent(this.points);
    void this.refresh();
  }

  /** The top of z where the cursor is; the rest stays as x has it. What only passes is forgotten by `unpoint`. */
  point(x: number, y: number, passing = false): void {
    const base = this.posterior?.mean ?? this.z;
    this.#pass(withPoint(base, this.axes, x, y), 'cursor', passing);
  }

  /** z at the code of an image of the gallery. */
  pointAtImage(index: number, passing = false): void {
    const { codes, dimensions } = this;
    const code = codes?.mean.subarray(index * dimensions, (index + 1) * dimensions);
    if (code?.length === dimensions) this.#pass(code, 'image', passing);
  }

  /** z where it was before the cursor passed over the plane; unless it was put or moved since. */
  unpoint(): void {
    const before = this.#before;
    if (!before) return;
    if (before.source === 'mean') this.atMean();
    else if (before.z.length === this.dimensions) this.#setZ(before.z, before.source);
  }

  /** z at the code of x again. */
  atMean(): void {
    if (this.posterior) this.#setZ(this.posterior.mean, 'mean');
  }

  /** z at one of the sixteen. */
  keep(index: number): void {
    const { samples, dimensions } = this;
    const code = samples?.codes.slice(index * dimensions, (index + 1) * dimensions);
    if (code?.length === dimensions) this.#setZ(code, 'sample');
  }

  /** How many levels, from the top, the sixteen keep of z. With none kept z goes back to x. */
  hold(count: number): void {
    this.held = Math.min(this.levels, Math.max(0, count));
    if (this.held === 0 && this.source !== 'mean') this.atMean();
    else this.#redraw();
  }

  /** Other temperatures of the sixteen, or another number of passes. */
  drawWith(change: Partial<Pick<LevelView, 'temperatures' | 'passes'>>): void {
    Object.assign(this, change);
    this.#redraw();
  }

  setPrior(prior: TopPriorName): void {
    this.prior = prior;
    this.#fitted = null;
    void this.refresh();
  }

  /** Sixteen others, of the next seed or the one named. */
  drawAgain(seed = this.seed + 1): void {
    this.seed = seed;
    this.pixelDraw += 1;
    if (this.weighted && this.posterior) this.#climb(this.z);
    this.#redraw();
  }

  /** Equal for two networks whose sixteen were given the same noise at each place. */
  get places(): string {
    const { by, held, seed } = this.#drawing();
    return [this.spans.join(';'), by.join(), held, seed, this.prior].join(' ');
  }

  /** Whose code one level of the mixture takes. */
  takeFrom(level: number, b: boolean): void {
    this.mix(mixtureOf(sourcesOf(this.mixture ?? 0, this.levels).with(level, b)));
  }

  /** The mixture of this number as z. */
  mix(index: number): void {
    this.chosen = index;
    const z = this.#mixed();
    if (z) this.#setZ(z, 'mixture');
  }

  /** Axes and a code that an address names, as far as the codes have them. */
  visit(axes: Axes | null, z: readonly number[] | null): void {
    const [from, to] = this.top;
    if (axes?.every((axis) => axis >= from && axis < to) === true) this.setAxes(axes);
    if (z?.length === this.dimensions) this.#setZ(Float32Array.from(z), 'cursor');
  }

  /** z when the cursor does not just pass over the plane; null at the code of x. */
  get put(): Float32Array | null {
    const { z, source } = this.#before ?? { z: this.z, source: this.source };
    return source === 'mean' ? null : z;
  }

  /** Pictures as they are shown: means, or a Bernoulli sample of them. */
  shown(means: Float32Array): Float32Array {
    return this.pixels === 'means' ? means : bernoulliSample(means, this.pixelDraw);
  }

  #pass(z: Float32Array, source: Source, passing: boolean): void {
    const before = passing ? (this.#before ?? { z: this.z, source: this.source }) : null;
    this.#setZ(z, source);
    this.#before = before;
  }

  #setZ(z: Float32Array, source: Source): void {
    this.#before = null;
    this.z = z;
    this.source = source;
    if (!this.weighted) return;
    this.#climb(z);
    this.#draw(this.#drawing());
  }

  /** The code of the mixture in sight. */
  #mixed(): Float32Array | null {
    const { posterior, otherMean, dimensions, chosen, spans } = this;
    if (!posterior || otherMean?.length !== dimensions) return null;
    const from = chosen * dimensions;
    return mixtures(posterior.mean, otherMean, spans).slice(from, from + dimensions);
  }

  #redraw(): void {
    if (this.weighted && (this.posterior || this.holding === 0)) this.#draw(this.#drawing());
  }

  #drawing(): Draw {
    const { z, holding, seed, axes, spans, passes, top } = this;
    // In the order of the highest level that is drawn: neighbours are alike.
    const span = holding > 0 ? spans[spans.length - holding - 1] : undefined;
    const by = span ? leading(this.variance, span) : axes;
    const temperatures = temperaturesOf(this.temperatures, spans.length);
    return { z, held: holding, temperatures, seed, by, passes, top, prior: this.#fitted };
  }

  #climbing(z: Float32Array, tops: Float32Array = new Float32Array(0)): Climb {
    return { z, tops, levels: this.levels, seed: this.seed };
  }

  async #refreshWhileAsked(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        // What hangs on the weights alone comes first: neither the images nor their codes are waited for.
        const alone = this.holding === 0 && this.prior === 'round';
        const early = this.weighted && alone ? await this.#sample() : null;
        await this.#encodeAll();
        await this.#fit();
        await this.#drawAll(early);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  async #fit(): Promise<void> {
    const { codes, variance, top, prior } = this;
    const fitted = codes && prior === 'fitted' ? await fitTop(codes, variance, top) : null;
    if (codes === this.codes && prior === this.prior) this.#fitted = fitted;
  }

  async #encodeAll(): Promise<void> {
    const { gallery, x, other, dimensions } = this;
    if (!gallery || !x || !this.weighted) return;
    const found = await this.#ask.encode(gallery, x, other ?? x, dimensions);
    // Another network came in between; it asks for its own codes.
    if (!found || dimensions !== this.dimensions) return;
    const first = !this.codes;
    this.codes = found.codes;
    const idle = !this.axesChosen && areIdle(this.axes, this.order, this.variance);
    if (first || idle) this.axes = leading(this.variance, this.top);
    this.extent = niceExtent(this.points, first ? 0 : this.extent);
    this.otherMean = other ? found.other.mean : null;
    if (x !== this.x) return;
    this.posterior = found.x;
    if (this.source === 'mean') this.z = found.x.mean;
    else if (this.source === 'mixture') this.z = this.#mixed() ?? this.z;
  }

  /** The sixteen, of what they are drawn from now; says what that was. */
  async #sample(): Promise<Draw> {
    const { dimensions } = this;
    const draw = this.#drawing();
    const samples = await this.#ask.sixteen(draw);
    if (dimensions === this.dimensions) this.samples = samples;
    return draw;
  }

  /** The ladder and the plane, the sixteen unless they are there, then the panel in sight. */
  async #drawAll(early: Draw | null): Promise<void> {
    const { z, panel, posterior, otherMean, axes, extent, dimensions } = this;
    if (!posterior || z.length !== dimensions) return;
    const tiles = manifoldCodes(posterior.mean, axes, extent);
    const ladder = await this.#ask.ladder(this.#climbing(z, tiles));
    if (dimensions !== this.dimensions) return;
    if (z === this.z) this.ladder = ladder.rungs;
    this.manifold = ladder.tops;
    const same = early && this.holding === 0 && early.by.join() === this.#drawing().by.join();
    if (!same) await this.#sample();
    if (panel === 'swap' && otherMean) {
      const mixed = await this.#ask.decode(mixtures(posterior.mean, otherMean, this.spans));
      if (dimensions === this.dimensions) this.mixed = mixed;
    }
  }
}

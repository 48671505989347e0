// What the lab's pictures show of the model in the slot: codes of the gallery, the posterior of x, the code z
// under the cursor and what the decoder makes of it, the manifold, and the panels' pictures.
// Asks the worker and holds plain numbers; knows no training, no dial and no canvas.
import { SvelteMap } from 'svelte/reactivity';
import { bernoulliSample, noise, priorCodes } from '../../../lib/metrics/arrays/draws.ts';
import {
  activeUnits,
  bernoulliNll,
  codeVariance,
  klOfOne,
  klPerDimension,
  type CodeArrays,
} from '../../../lib/metrics/arrays/posterior.ts';
import type { Slot } from '../../../lib/protocol/messages.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { latestOnly } from '../shared/latest.ts';
import { niceExtent } from '../../ui/plane.ts';
import { PIXELS, type Gallery, type Subject } from '../shared/gallery.ts';
import { inSlices, joined } from '../shared/slices.ts';
import { byInformation, manifoldCodes, withPoint, type Axes } from '../shared/plane-codes.ts';
import { pathCodes, traversalCodes } from './plane.ts';

/** Where z came from. */
export type Source = 'mean' | 'sample' | 'cursor' | 'image' | 'path' | 'prior' | 'traverse';
/** The pictures below the stage that are kept up to date. */
export type Panel = 'curves' | 'path' | 'prior' | 'traverse';

/** q(z|x) of one image; `logVar` is empty for a deterministic code. */
export interface Posterior {
  readonly mean: Float32Array;
  readonly logVar: Float32Array;
}

export const PRIOR_COUNT = 6;
export const TRAVERSED = 6;

const VAE_TRAVERSAL = 3;

export class View {
  gallery = $state.raw<Gallery | null>(null);
  dimensions = $state(2);
  codes = $state.raw<CodeArrays | null>(null);
  /** Whether there are weights to ask; until then nothing is. */
  weighted = false;
  axes = $state.raw<Axes>([0, 1]);
  extent = $state(3);
  x = $state.raw<Subject | null>(null);
  posterior = $state.raw<Posterior | null>(null);
  /** The other end of the interpolation. */
  target = $state.raw<Subject | null>(null);
  targetMean = $state.raw<Float32Array | null>(null);
  z = $state.raw<Float32Array>(new Float32Array(2));
  source = $state<Source>('mean');
  /** Decoder means of z, [PIXELS]. */
  means = $state.raw<Float32Array | null>(null);
  manifold = $state.raw<Float32Array | null>(null);
  panel = $state<Panel>('curves');
  /** Whether somebody has chosen the axes; else they are the two that say most. */
  axesChosen = $state(false);
  /** Numbers of the draws of ε, of the pixels, and of the prior's codes. */
  epsilon = $state(0);
  pixelDraw = $state(0);
  priorDraw = $state(0);
  /** Decoder means of each panel's codes; a panel that was never shown has none. */
  readonly panels = new SvelteMap<Panel, Float32Array>();

  kl = $derived(this.codes ? klPerDimension(this.codes) : []);
  variance = $derived(this.codes ? codeVariance(this.codes) : []);
  active = $derived(activeUnits(this.variance));
  /** The codes in the two dimensions shown, [count · 2]. */
  points = $derived(this.codes ? project(this.codes, this.axes) : new Float32Array(0));
  order = $derived(byInformation(this.kl, this.variance));
  stochastic = $derived((this.codes?.logVar.length ?? 0) > 0);
  sample = $derived(this.means ? bernoulliSample(this.means, this.pixelDraw) : null);
  /** KL(q(z|x) ‖ p(z)) of x, in nats; null for a deterministic code. */
  klOfX = $derived(klOf(this.posterior));
  /** −log p(x|z) of x at the z shown, in nats. */
  nll = $derived(this.means && this.x ? bernoulliNll(this.means, this.x.binary) : null);
  traversed = $derived(this.order.slice(0, TRAVERSED));

  readonly #connect: () => LabSession;
  /** What the refresh in progress asks: questions about the weights that were in the slot when it began. */
  #asking: LabSession | null = null;
  readonly #slot: Slot;
  readonly #failed: (error: unknown) => void;
  readonly #decodeZ: (z: Float32Array) => void;
  /** The gallery, and room for x and the target: what one request encodes. */
  #images = new Float32Array(0);
  #imagesOf: Gallery | null = null;
  /** z before the mouse began to hover over the plane. */
  #before: { readonly z: Float32Array; readonly source: Source } | null = null;
  #refreshing: Promise<void> | null = null;
  #again = false;

  constructor(connect: () => LabSession, slot: Slot, failed: (error: unknown) => void) {
    this.#connect = connect;
    this.#slot = slot;
    this.#failed = failed;
    this.#decodeZ = latestOnly(
      (codes: Float32Array) => this.#decode(codes),
      (means, z) => {
        if (z === this.z) this.means = means;
      },
      failed,
    );
  }

  /** Other weights or another image: everything again. A call during a refresh makes one more, and waits for it. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refreshWhileAsked().finally(() => {
      this.#refreshing = null;
      this.#asking = null;
    });
    return this.#refreshing;
  }

  choose(x: Subject): void {
    this.x = x;
    this.source = 'mean';
    this.#before = null;
    void this.refresh();
  }

  aim(target: Subject): void {
    this.target = target;
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

  /**
   * z where the cursor is on the plane; the dimensions not shown stay at the posterior mean of x. What only passes
   * over is forgotten by `unpoint`.
   */
  point(x: number, y: number, passing = false): void {
    this.#pass(withPoint(this.posterior?.mean ?? this.z, this.axes, x, y), 'cursor', passing);
  }

  /** z at the code of an image of the gallery. */
  pointAtImage(index: number, passing = false): void {
    const { codes, dimensions } = this;
    const code = codes?.mean.subarray(index * dimensions, (index + 1) * dimensions);
    if (code?.length === dimensions) this.#pass(code, 'image', passing);
  }

  /** z where it was before the cursor passed over the plane; nothing where it was put or moved otherwise since. */
  unpoint(): void {
    const before = this.#before;
    if (!before) return;
    if (before.source === 'mean') this.atMean();
    else if (before.z.length === this.dimensions) this.#setZ(before.z, before.source);
  }

  atMean(): void {
    if (this.posterior) this.#setZ(this.posterior.mean, 'mean');
  }

  /** z = μ + σ ⊙ ε with a new ε, and new pixels from it. */
  resample(): void {
    this.epsilon += 1;
    this.pixelDraw += 1;
    const z = this.#sampled();
    if (z) this.#setZ(z, 'sample');
  }

  resamplePixels(): void {
    this.pixelDraw += 1;
  }

  /** z at one of the codes of the panel in sight. */
  pick(index: number): void {
    const { panel } = this;
    const codes = this.codesOf(panel);
    if (!codes || panel === 'curves') return;
    this.#setZ(codes.slice(index * this.dimensions, (index + 1) * this.dimensions), panel);
  }

  drawPrior(): void {
    this.priorDraw += 1;
    void this.refresh();
  }

  /** The codes behind a panel's pictures, row-major; none where the panel decodes nothing. */
  codesOf(panel: Panel): Float32Array | null {
    switch (panel) {
      case 'curves':
        return null;
      case 'path':
        return this.posterior && this.targetMean
          ? pathCodes(this.posterior.mean, this.targetMean)
          : null;
      case 'prior':
        return priorCodes(PRIOR_COUNT, this.dimensions, this.priorDraw);
      case 'traverse':
        return this.posterior
          ? traversalCodes(this.posterior.mean, this.traversed, this.traversalExtent())
          : null;
    }
  }

  traversalExtent(): number {
    return this.stochastic ? VAE_TRAVERSAL : this.extent;
  }

  #sampled(): Float32Array | null {
    if (!this.posterior || this.posterior.logVar.length === 0) return null;
    const { mean, logVar } = this.posterior;
    const epsilon = noise(mean.length, this.epsilon);
    return mean.map((mu, d) => mu + Math.exp(0.5 * logVar[d]!) * epsilon[d]!);
  }

  #pass(z: Float32Array, source: Source, passing: boolean): void {
    const before = passing ? (this.#before ?? { z: this.z, source: this.source }) : null;
    this.#setZ(z, source);
    this.#before = before;
  }

  /** Axes and a code that an address names, as far as the codes have them. */
  visit(axes: Axes | null, z: readonly number[] | null): void {
    if (axes?.every((axis) => axis < this.dimensions) === true) this.setAxes(axes);
    if (z?.length === this.dimensions) this.#setZ(Float32Array.from(z), 'cursor');
  }

  /** z when the cursor does not just pass over the plane; null at μ of x. */
  get put(): Float32Array | null {
    const now = { z: this.z, source: this.source };
    const { z, source } = this.#before ?? now;
    return source === 'mean' ? null : z;
  }

  #setZ(z: Float32Array, source: Source): void {
    this.#before = null;
    this.z = z;
    this.source = source;
    this.#decodeZ(z);
  }

  /** Whether training has made other dimensions much more telling than the two shown, which nobody chose. */
  #axesAreIdle(): boolean {
    if (this.axesChosen || this.dimensions === 2) return false;
    const weight = (d: number | undefined): number =>
      (this.stochastic ? this.kl : this.variance)[d ?? 0] ?? 0;
    const shown = weight(this.axes[0]) + weight(this.axes[1]);
    return shown < 0.5 * (weight(this.order[0]) + weight(this.order[1]));
  }

  get #session(): LabSession {
    return this.#asking ?? this.#connect();
  }

  async #refreshWhileAsked(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      this.#asking = this.weighted ? this.#connect() : null;
      try {
        await this.#encodeAll();
        await this.#decodeAll();
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** The gallery, x and the target in one request. */
  async #encodeAll(): Promise<void> {
    const { gallery, x, target } = this;
    if (!gallery || !x || !this.weighted) return;
    if (this.#imagesOf !== gallery) {
      this.#images = new Float32Array((gallery.count + 2) * PIXELS);
      this.#images.set(gallery.binary);
      this.#imagesOf = gallery;
    }
    this.#images.set(x.binary, gallery.count * PIXELS);
    this.#images.set((target ?? x).binary, (gallery.count + 1) * PIXELS);
    const parts = await inSlices(this.#images, PIXELS, (images) =>
      this.#session.request('encode', { slot: this.#slot, images }),
    );
    const dimensions = parts[0]?.dimensions ?? this.dimensions;
    // Another network came in between; it asks for its own codes.
    if (parts.some((part) => part.dimensions !== dimensions)) return;
    const mean = joined(parts.map((part) => part.mean));
    const logVar = joined(parts.map((part) => part.logVar));
    const row = (values: Float32Array, i: number): Float32Array =>
      values.subarray(i * dimensions, (i + 1) * dimensions);
    const changed = dimensions !== this.dimensions || !this.codes;
    this.dimensions = dimensions;
    this.codes = {
      mean: mean.subarray(0, gallery.count * dimensions),
      logVar: logVar.subarray(0, gallery.count * dimensions),
      dimensions,
    };
    if (changed) {
      this.axesChosen = false;
      this.source = 'mean';
      this.#before = null;
    }
    if (changed || this.#axesAreIdle()) {
      // Two dimensions are shown as they are; of more, the two that say most about the image.
      this.axes = dimensions === 2 ? [0, 1] : [this.order[0] ?? 0, this.order[1] ?? 0];
    }
    this.extent = niceExtent(this.points, changed ? 0 : this.extent);
    this.targetMean = target ? row(mean, gallery.count + 1) : null;
    if (x !== this.x) return;
    this.posterior = { mean: row(mean, gallery.count), logVar: row(logVar, gallery.count) };
    if (this.source === 'mean') this.z = this.posterior.mean;
    else if (this.source === 'sample') this.z = this.#sampled() ?? this.z;
  }

  /** z, the manifold and the panel in sight in one request. */
  async #decodeAll(): Promise<void> {
    const { z, panel, posterior, axes, extent, dimensions } = this;
    if (!posterior || z.length !== dimensions) return;
    const manifold = manifoldCodes(posterior.mean, axes, extent);
    const own = this.codesOf(panel) ?? new Float32Array(0);
    const codes = new Float32Array(z.length + manifold.length + own.length);
    codes.set(z);
    codes.set(manifold, z.length);
    codes.set(own, z.length + manifold.length);
    const means = await this.#decode(codes);
    const tiles = (manifold.length / dimensions) * PIXELS;
    if (z === this.z) this.means = means.subarray(0, PIXELS);
    this.manifold = means.subarray(PIXELS, PIXELS + tiles);
    if (own.length > 0) this.panels.set(panel, means.subarray(PIXELS + tiles));
  }

  async #decode(codes: Float32Array): Promise<Float32Array> {
    return (await this.#session.request('decode', { slot: this.#slot, codes })).means;
  }
}

function project({ mean, dimensions }: CodeArrays, [a, b]: Axes): Float32Array {
  const points = new Float32Array((mean.length / dimensions) * 2);
  for (let i = 0, row = 0; row < mean.length; i += 2, row += dimensions) {
    points[i] = mean[row + a] ?? 0;
    points[i + 1] = mean[row + b] ?? 0;
  }
  return points;
}

function klOf(posterior: Posterior | null): number | null {
  if (!posterior || posterior.logVar.length === 0) return null;
  return posterior.mean.reduce((sum, mu, d) => sum + klOfOne(mu, posterior.logVar[d]!), 0);
}

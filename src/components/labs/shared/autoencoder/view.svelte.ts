// What the pictures of a plain autoencoder show: the codes of the gallery and the plane that they vary most in, the code
// of x, the code z under the cursor and what the decoder makes of it, and how well the first images come back. Panels of
// a lab put codes of their own beside these by overriding `panelCodes`. Asks the worker and holds plain numbers; knows no
// training, no dial and no canvas.
import { SvelteMap } from 'svelte/reactivity';
import {
  coordinatePlane,
  onPlane,
  principalPlane,
  type PrincipalPlane,
} from '../../../../lib/metrics/arrays/pca.ts';
import { tileCentres } from '../../../../lib/metrics/arrays/plane.ts';
import { mseOf } from '../../../../lib/metrics/arrays/reconstruction.ts';
import type { Slot } from '../../../../lib/protocol/messages.ts';
import { MNIST_SHAPE, type ImageShape } from '../../../ui/images.ts';
import { niceExtent } from '../../../ui/plane.ts';
import type { Gallery, Subject } from '../gallery.ts';
import type { SideView } from '../instrument/side.svelte.ts';
import type { LabSession } from '../lab-run.svelte.ts';
import { latestOnly } from '../latest.ts';
import type { Axes } from '../plane-codes.ts';
import { inSlices, joined } from '../slices.ts';

/** Where z came from; a lab adds its panels. */
export type Source = 'code' | 'cursor' | 'image' | (string & {});

/** The gallery's first images, which are decoded too: what the error in sight is the mean over. */
export const RECONSTRUCTED = 100;
/** Squares of this many pixels of colour would be too much under a thousand codes. */
const PLANE_PIXELS = 784;

export class PlainView<Panel extends string = string> implements SideView {
  gallery = $state.raw<Gallery | null>(null);
  dimensions = $state(2);
  /** Codes of the gallery, [count, dimensions]. */
  codes = $state.raw<Float32Array | null>(null);
  plane = $state.raw<PrincipalPlane | null>(null);
  extent = $state(3);
  x = $state.raw<Subject | null>(null);
  /** The encoder's answer to x. */
  code = $state.raw<Float32Array | null>(null);
  z = $state.raw<Float32Array>(new Float32Array(2));
  source = $state<Source>('code');
  /** What the decoder makes of z, as many numbers as an image. */
  means = $state.raw<Float32Array | null>(null);
  /** The decoded plane through the code of x; none of images too large for it. */
  manifold = $state.raw<Float32Array | null>(null);
  /** Reconstructions of the first images of the gallery, [RECONSTRUCTED, size]. */
  reconstructions = $state.raw<Float32Array | null>(null);
  panel = $state<Panel>();
  /** What the decoder makes of each panel's codes; a panel that was never shown has none. */
  readonly panels = new SvelteMap<Panel, Float32Array>();
  /** The plane is the codes' own: nobody chooses its axes. */
  readonly axes: Axes = [0, 1];
  readonly axesChosen = false;

  shape = $derived<ImageShape>(this.gallery?.shape ?? MNIST_SHAPE);
  size = $derived(this.shape.width * this.shape.height * this.shape.channels);
  /** The codes on the plane, [count · 2]. */
  points = $derived(
    this.codes && this.plane
      ? onPlane(this.plane, this.codes, this.dimensions)
      : new Float32Array(0),
  );
  codeOnPlane = $derived(this.at(this.code));
  zOnPlane = $derived(this.at(this.z));
  /** Squared error per pixel of x at the z in sight. */
  error = $derived(this.x && this.means ? mseOf(greyOf(this.x), this.means) : null);
  /** The same of each of the first images of the gallery at its own code, averaged. */
  meanError = $derived.by(() => {
    const { gallery, reconstructions } = this;
    if (!gallery || !reconstructions) return null;
    return mseOf(gallery.grey.subarray(0, reconstructions.length), reconstructions);
  });
  /** Share of the codes' variance that lies in the plane. */
  shareOnPlane = $derived.by(() => {
    const { plane } = this;
    if (!plane || plane.total === 0) return null;
    return (plane.variances[0] + plane.variances[1]) / plane.total;
  });
  /** Whether the code tells images apart at all. */
  alive = $derived(this.plane === null || this.plane.total > 1e-9);

  readonly #connect: () => LabSession;
  /** What the refresh in progress asks: questions about the weights that were in the slot when it began. */
  #asking: LabSession | null = null;
  readonly #slot: Slot;
  readonly #failed: (error: unknown) => void;
  readonly #decodeZ: (z: Float32Array) => void;
  /** z before the mouse began to hover over the plane. */
  #before: { readonly z: Float32Array; readonly source: Source } | null = null;
  #weighted = false;
  /** Changes when the weights in the slot may no longer be asked: answers and failures of before are nobody's. */
  #era = 0;
  #refreshing: Promise<void> | null = null;
  #again = false;

  constructor(connect: () => LabSession, slot: Slot, failed: (error: unknown) => void) {
    this.#connect = connect;
    this.#slot = slot;
    this.#failed = failed;
    this.#decodeZ = latestOnly(
      (codes: Float32Array) => this.decode(codes),
      (means, z) => {
        if (z === this.z) this.means = means;
      },
      failed,
    );
  }

  /** Whether there are weights to ask; until then nothing is. */
  get weighted(): boolean {
    return this.#weighted;
  }

  set weighted(weighted: boolean) {
    if (!weighted) this.#era += 1;
    this.#weighted = weighted;
  }

  /** Forgets everything that was made of images of another size. */
  forget(): void {
    this.codes = null;
    this.plane = null;
    this.code = null;
    this.means = null;
    this.manifold = null;
    this.reconstructions = null;
    this.panels.clear();
    this.source = 'code';
    this.#before = null;
  }

  /** Whether the network in the slot takes images of this size. */
  protected takes(_size: number): boolean {
    return true; // most labs have one size
  }

  /** Codes that the panel in sight wants decoded, [n, dimensions]; none by default. */
  protected panelCodes(): Float32Array | null {
    return null;
  }

  /** Images besides x whose codes a panel wants; they come by `others`. */
  protected wanted(): readonly Subject[] {
    return [];
  }

  /** Codes of the images wanted, in their order. */
  protected others(_codes: readonly Float32Array[]): void {
    // Most panels want no other image.
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
    this.source = 'code';
    this.#before = null;
    void this.refresh();
  }

  show(panel: Panel): void {
    this.panel = panel;
    void this.refresh();
  }

  /** z where the cursor is: the code of x, moved within the plane. What only passes over is forgotten by `unpoint`. */
  point(x: number, y: number, passing = false): void {
    const z = this.codeAt(x, y);
    if (z) this.#pass(z, 'cursor', passing);
  }

  /** z at the code of an image of the gallery. */
  pointAtImage(index: number, passing = false): void {
    const { codes, dimensions } = this;
    const code = codes?.subarray(index * dimensions, (index + 1) * dimensions);
    if (code?.length === dimensions) this.#pass(code, 'image', passing);
  }

  /** z where it was before the cursor passed over the plane; nothing where it was put or moved otherwise since. */
  unpoint(): void {
    const before = this.#before;
    if (!before) return;
    if (before.source === 'code') this.atCode();
    else if (before.z.length === this.dimensions) this.setZ(before.z, before.source);
  }

  atCode(): void {
    if (this.code) this.setZ(this.code, 'code');
  }

  /** z at one of the codes of the panel in sight. */
  pick(index: number): void {
    const codes = this.panelCodes();
    const z = codes?.slice(index * this.dimensions, (index + 1) * this.dimensions);
    if (z?.length === this.dimensions && this.panel !== undefined) this.setZ(z, this.panel);
  }

  /** A code that an address names, where it fits. */
  visit(_axes: Axes | null, z: readonly number[] | null): void {
    if (z?.length === this.dimensions) this.setZ(Float32Array.from(z), 'cursor');
  }

  /** z when the cursor does not just pass over the plane; null at the code of x. */
  get put(): Float32Array | null {
    const { z, source } = this.#before ?? { z: this.z, source: this.source };
    return source === 'code' ? null : z;
  }

  protected setZ(z: Float32Array, source: Source): void {
    this.#before = null;
    this.z = z;
    this.source = source;
    this.#decodeZ(z);
  }

  /** The code of x, moved within the plane to (x, y). */
  protected codeAt(x: number, y: number): Float32Array | null {
    const { plane, code, codeOnPlane } = this;
    if (!plane || !code || !codeOnPlane) return null;
    const [dx, dy] = [x - codeOnPlane[0], y - codeOnPlane[1]];
    return code.map((value, d) => value + dx * plane.axes[0][d]! + dy * plane.axes[1][d]!);
  }

  protected at(code: Float32Array | null): readonly [number, number] | null {
    const { plane, dimensions } = this;
    if (!plane || code?.length !== dimensions || plane.mean.length !== dimensions) return null;
    const [x = 0, y = 0] = onPlane(plane, code, dimensions);
    return [x, y];
  }

  protected async decode(codes: Float32Array): Promise<Float32Array> {
    return (await this.#session.request('decode', { slot: this.#slot, codes })).means;
  }

  #pass(z: Float32Array, source: Source, passing: boolean): void {
    const before = passing ? (this.#before ?? { z: this.z, source: this.source }) : null;
    this.setZ(z, source);
    this.#before = before;
  }

  get #session(): LabSession {
    return this.#asking ?? this.#connect();
  }

  async #refreshWhileAsked(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      this.#asking = this.weighted ? this.#connect() : null;
      const era = this.#era;
      try {
        await this.#encodeAll(era);
        await this.#decodeAll(era);
      } catch (error) {
        if (era === this.#era) this.#failed(error);
      }
    }
  }

  /** The gallery, x and what a panel wants, in slices. */
  async #encodeAll(era: number): Promise<void> {
    const { gallery, x, size } = this;
    if (!gallery || !x || !this.weighted || !this.takes(size)) return;
    const wanted = this.wanted();
    const images = joined([gallery.grey, greyOf(x), ...wanted.map(greyOf)]);
    const parts = await inSlices(images, size, (slice) =>
      this.#session.request('encode', { slot: this.#slot, images: slice }),
    );
    const dimensions = parts[0]?.dimensions ?? this.dimensions;
    // Another network or gallery came in between; it asks for its own codes.
    if (parts.some((part) => part.dimensions !== dimensions)) return;
    if (gallery !== this.gallery || era !== this.#era) return;
    const all = joined(parts.map((part) => part.mean));
    const changed = dimensions !== this.dimensions || !this.codes;
    const codes = all.subarray(0, gallery.count * dimensions);
    // Two numbers are a plane already: turned into another they could not be read off its axes.
    const plane =
      dimensions > 2
        ? principalPlane(codes, dimensions, changed ? null : this.plane)
        : coordinatePlane(codes, dimensions);
    const extent = niceExtent(onPlane(plane, codes, dimensions), changed ? 0 : this.extent);
    if (changed) {
      this.source = 'code';
      this.#before = null;
      this.panels.clear();
    }
    this.dimensions = dimensions;
    this.codes = codes;
    this.plane = plane;
    this.extent = extent;
    const row = (i: number): Float32Array =>
      all.subarray((gallery.count + i) * dimensions, (gallery.count + i + 1) * dimensions);
    this.others(wanted.map((_, i) => row(1 + i)));
    if (x !== this.x) return;
    this.code = row(0);
    if (this.source === 'code') this.z = this.code;
  }

  /** z, the first images, the plane and the panel in sight. */
  async #decodeAll(era: number): Promise<void> {
    const { z, panel, code, codes, dimensions, size, extent } = this;
    if (!codes || !code || z.length !== dimensions || !this.weighted || !this.takes(size)) return;
    const first = codes.subarray(0, RECONSTRUCTED * dimensions);
    const tiles = size <= PLANE_PIXELS ? this.#tiles(extent) : new Float32Array(0);
    const own = this.panelCodes() ?? new Float32Array(0);
    const parts = await inSlices(joined([z, first, tiles, own]), dimensions, (slice) =>
      this.decode(slice),
    );
    if (this.codes !== codes || era !== this.#era) return;
    const means = joined(parts);
    const rows = (values: Float32Array): number => (values.length / dimensions) * size;
    let at = 0;
    const next = (length: number): Float32Array => means.subarray(at, (at += length));
    const ofZ = next(size);
    if (z === this.z) this.means = ofZ;
    this.reconstructions = next(rows(first));
    this.manifold = tiles.length > 0 ? next(rows(tiles)) : null;
    if (own.length > 0 && panel !== undefined) this.panels.set(panel, next(rows(own)));
  }

  /** The codes of the plane's tiles, through the code of x: what hovering over each would decode. */
  #tiles(extent: number): Float32Array {
    const centres = tileCentres(extent);
    const tiles: Float32Array[] = [];
    for (let i = 0; i < centres.length; i += 2) {
      const code = this.codeAt(centres[i]!, centres[i + 1]!);
      if (code) tiles.push(code);
    }
    return joined(tiles);
  }
}

/** An image as the encoder is shown it, in [0, 1]. */
export function greyOf({ grey }: Subject): Float32Array {
  return Float32Array.from(grey, (byte) => byte / 255);
}

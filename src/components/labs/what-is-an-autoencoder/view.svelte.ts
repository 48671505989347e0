// What the lab's pictures show of the network in the slot: the code of x as units that can be moved and switched off,
// what the decoder makes of it, what each unit is worth, and ten digits through the same network.
// Asks the worker and holds plain numbers; knows no training, no dial and no canvas.
import { noise } from '../../../lib/metrics/arrays/draws.ts';
import { mseOf } from '../../../lib/metrics/arrays/reconstruction.ts';
import type { Slot } from '../../../lib/protocol/messages.ts';
import { PIXELS, type Gallery, type Subject } from '../shared/gallery.ts';
import type { SideView } from '../shared/instrument/side.svelte.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { latestOnly } from '../shared/latest.ts';
import type { Axes } from '../shared/plane-codes.ts';
import { inSlices, joined } from '../shared/slices.ts';
import {
  allMoved,
  changed,
  independentCode,
  movedTo,
  notMoved,
  onlyOff,
  randomHalf,
  statisticsOf,
  turned,
  UNCHANGED,
  withoutEach,
  type Changes,
  type OffMode,
  type UnitStatistics,
} from './units.ts';

/** Units of a code up to which each has a row of its own; of larger codes there is a map. */
export const ROWS = 16;
/** Units up to which the picture without each one is decoded. */
const MOST_WITHOUT = 64;
const CLASSES = 10;

/** What one question decodes. */
interface Question {
  readonly code: Float32Array;
  readonly z: Float32Array;
  readonly without: Float32Array;
}

/** What was done to the code of one picture, and its errors: as they were together. */
export interface Measured {
  readonly unitsOff: number;
  readonly unitsMoved: number;
  /** Whether a unit that is off says its mean; else zero. */
  readonly offMean: boolean;
  /** Of x: with the code as it was then, and as the encoder gave it. */
  readonly error: number;
  readonly wholeError: number;
}

export class UnitView implements SideView {
  gallery = $state.raw<Gallery | null>(null);
  x = $state.raw<Subject | null>(null);
  /** Whether there are weights to ask; until then nothing is. */
  weighted = false;
  /** The code of x; null before there is one. */
  code = $state.raw<Float32Array | null>(null);
  /** Each unit over the codes of the gallery. */
  statistics = $state.raw<UnitStatistics | null>(null);
  /** What was done to the code. */
  changes = $state.raw<Changes>(UNCHANGED);
  /** The unit in sight, of a code that is shown as a map. */
  selected = $state(0);
  /** x̂ of the code of x, of the code as changed, and without each unit: decoder means, [PIXELS] each. */
  whole = $state.raw<Float32Array | null>(null);
  picture = $state.raw<Float32Array | null>(null);
  without = $state.raw<Float32Array | null>(null);
  /** What exercises are graded by: it never pairs an error with units or an image that it is not of. */
  measured = $state.raw<Measured | null>(null);
  /** The first digit of each class and what the network, its units as they are, makes of it: [2 · CLASSES, PIXELS]. */
  ten = $state.raw<Float32Array | null>(null);
  /** Whether the ten are in sight. */
  showsTen = $state(true);

  dimensions = $derived(this.code?.length ?? 0);
  moved = $derived(this.changes.moved);
  off = $derived(this.changes.off);
  /** What the decoder gets. */
  z = $derived(
    this.code && this.statistics ? changed(this.code, this.changes, this.statistics) : this.code,
  );
  untouched = $derived(this.moved.size === 0 && this.off.size === 0);
  ink = $derived(this.x ? Float32Array.from(this.x.grey, (byte) => byte / 255) : null);
  /** Mean squared errors of x: of the picture in sight, with the code as the encoder gave it, without each unit. */
  error = $derived(this.ink && this.picture ? mseOf(this.ink, this.picture) : null);
  wholeError = $derived(this.ink && this.whole ? mseOf(this.ink, this.whole) : null);
  errors = $derived.by(() => {
    const { ink, without } = this;
    if (!ink || !without) return [];
    return Array.from({ length: without.length / PIXELS }, (_, unit) =>
      mseOf(ink, without.subarray(unit * PIXELS, (unit + 1) * PIXELS)),
    );
  });
  /** x̂ − x: above 0 where there is too much ink. */
  difference = $derived.by(() => {
    const { ink, picture } = this;
    return ink && picture ? picture.map((value, pixel) => value - ink[pixel]!) : null;
  });

  // Two dimensions of a plane, as an instrument knows them; this lab has none.
  readonly axes: Axes = [0, 1];
  readonly axesChosen = false;

  readonly #connect: () => LabSession;
  /** What the refresh in progress asks: questions about the weights that were in the slot when it began. */
  #asking: LabSession | null = null;
  readonly #slot: Slot;
  readonly #failed: (error: unknown) => void;
  readonly #draw: (question: Question) => void;
  #images = new Float32Array(0);
  #imagesOf: Gallery | null = null;
  /** Codes of the gallery, [count, dimensions], and of x behind them. */
  #codes: Float32Array = new Float32Array(0);
  #refreshing: Promise<void> | null = null;
  #again = false;
  /** Whose code it is. */
  #codeOf: Subject | null = null;
  #draws = 0;
  #expected: readonly number[] = [];

  constructor(connect: () => LabSession, slot: Slot, failed: (error: unknown) => void) {
    this.#connect = connect;
    this.#slot = slot;
    this.#failed = failed;
    this.#draw = latestOnly(
      (question: Question) => this.#ask(question),
      (means, question) => {
        this.#take(means, question);
      },
      failed,
    );
  }

  /** The code where somebody has changed it; null as the encoder gave it. */
  get put(): Float32Array | null {
    return this.moved.size > 0 ? this.z : null;
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

  /** Another x, at its own code; units that are off stay off. */
  choose(x: Subject): void {
    this.x = x;
    this.changes = notMoved(this.changes);
    void this.refresh();
  }

  show(ten: boolean): void {
    this.showsTen = ten;
    if (ten) void this.refresh();
  }

  // #region What a reader does to the code.

  move(unit: number, value: number): void {
    this.selected = unit;
    this.#change(movedTo(this.changes, unit, value));
  }

  turn(unit: number, on: boolean): void {
    this.selected = unit;
    this.#change(turned(this.changes, unit, on));
  }

  /** Half of the units off, drawn by lot. */
  halve(): void {
    this.#draws += 1;
    this.#change(onlyOff(this.changes, randomHalf(noise(this.dimensions, this.#draws))));
  }

  setMode(mode: OffMode): void {
    this.#change({ ...this.changes, mode });
  }

  /** A code of which each unit is drawn by itself, with its own mean and spread. */
  drawCode(): void {
    const { statistics, dimensions, changes } = this;
    if (!statistics) return;
    this.#draws += 1;
    const z = independentCode(statistics, noise(dimensions, this.#draws));
    this.#change(allMoved(changes, z));
  }

  /** The code of x again, every unit on. */
  restore(): void {
    this.#change({ ...UNCHANGED, mode: this.changes.mode });
  }

  /** Units to be off once there is a code: what an address names. */
  expectOff(units: readonly number[], mode: OffMode): void {
    this.#expected = units;
    this.changes = { ...this.changes, mode };
  }

  /** A code that an address names, as far as it has as many units, with the units off that are expected to be. */
  visit(_: Axes | null, z: readonly number[] | null): void {
    const { dimensions } = this;
    const changes = z?.length === dimensions ? allMoved(this.changes, z) : this.changes;
    const off = this.#expected.filter((unit) => unit < dimensions);
    this.#expected = [];
    this.#change(onlyOff(changes, off));
  }

  // #endregion

  /** Other weights, of another size: what was done to the code before is gone. */
  forget(): void {
    this.code = null;
    this.measured = null;
    this.statistics = null;
    this.changes = { ...UNCHANGED, mode: this.changes.mode };
    this.selected = 0;
    this.picture = null;
    this.whole = null;
    this.without = null;
    this.ten = null;
  }

  #change(changes: Changes): void {
    this.changes = changes;
    if (!this.weighted) return;
    const question = this.#question();
    if (question) this.#draw(question);
    if (this.showsTen) void this.refresh(); // the ten go through the same units
  }

  #question(): Question | null {
    const { code, z, statistics, changes, dimensions } = this;
    if (!code || !z || !statistics) return null;
    const without =
      dimensions <= MOST_WITHOUT ? withoutEach(code, changes, statistics) : new Float32Array(0);
    return { code, z, without };
  }

  async #ask({ code, z, without }: Question): Promise<Float32Array> {
    return this.#decode(joined([code, z, without]));
  }

  #take(means: Float32Array, { code, z }: Question): void {
    if (code !== this.code) return; // of an image or of weights that are gone
    this.whole = means.subarray(0, PIXELS);
    this.without = means.subarray(2 * PIXELS);
    if (z !== this.z) return;
    this.picture = means.subarray(PIXELS, 2 * PIXELS);
    const { error, wholeError, off, moved } = this;
    if (this.#codeOf !== this.x || error === null || wholeError === null) return;
    const offMean = this.changes.mode === 'mean';
    this.measured = { unitsOff: off.size, unitsMoved: moved.size, offMean, error, wholeError };
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

  /** The gallery and x. */
  async #encodeAll(): Promise<void> {
    const { gallery, x } = this;
    if (!gallery || !x || !this.weighted) return;
    const images = this.#imagesFor(gallery);
    images.set(
      Float32Array.from(x.grey, (byte) => byte / 255),
      gallery.count * PIXELS,
    );
    const parts = await inSlices(images, PIXELS, (slice) =>
      this.#session.request('encode', { slot: this.#slot, images: slice }),
    );
    const dimensions = parts[0]?.dimensions ?? 0;
    // Another network came in between; it asks for its own codes.
    if (parts.some((part) => part.dimensions !== dimensions)) return;
    const mean = joined(parts.map((part) => part.mean));
    if (dimensions !== this.dimensions) this.forget();
    this.statistics = statisticsOf(mean.subarray(0, gallery.count * dimensions), dimensions);
    if (x === this.x) {
      this.code = mean.slice(gallery.count * dimensions);
      this.#codeOf = x;
    }
    this.#codes = mean;
  }

  /** The gallery's ink with room for x, [count + 1, PIXELS]: what is encoded together. */
  #imagesFor(gallery: Gallery): Float32Array {
    if (this.#imagesOf !== gallery) {
      this.#images = new Float32Array((gallery.count + 1) * PIXELS);
      for (let i = 0; i < gallery.count; i += 1) {
        gallery.at(i).grey.forEach((byte, pixel) => {
          this.#images[i * PIXELS + pixel] = byte / 255;
        });
      }
      this.#imagesOf = gallery;
    }
    return this.#images;
  }

  async #decodeAll(): Promise<void> {
    const question = this.#question();
    if (!question) return;
    const { gallery, statistics, dimensions, changes } = this;
    const places = gallery && this.showsTen ? firstOfEach(gallery) : [];
    const ten = places.map((place) => {
      const code = this.#codes.subarray(place * dimensions, (place + 1) * dimensions);
      return statistics ? changed(code, notMoved(changes), statistics) : code;
    });
    const own = joined([question.code, question.z, question.without]);
    const means = await this.#decode(joined([own, ...ten]));
    const size = (own.length / dimensions) * PIXELS;
    this.#take(means.subarray(0, size), question);
    if (places.length === 0 || !gallery) return;
    const ink = joined(places.map((place) => inkOf(gallery.at(place))));
    this.ten = joined([ink, means.subarray(size)]);
  }

  async #decode(codes: Float32Array): Promise<Float32Array> {
    return (await this.#session.request('decode', { slot: this.#slot, codes })).means;
  }
}

function inkOf({ grey }: Subject): Float32Array {
  return Float32Array.from(grey, (byte) => byte / 255);
}

/** Places in the gallery of the first image of each class. */
function firstOfEach({ labels }: Gallery): number[] {
  return Array.from({ length: CLASSES }, (_, label) => labels.indexOf(label)).filter(
    (place) => place >= 0,
  );
}

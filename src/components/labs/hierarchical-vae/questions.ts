// What the lab's pictures ask the worker about the hierarchy in a slot: codes, ladders, samples, KL.
// Numbers in, numbers out; keeps nothing that is shown.
import type { CodeArrays } from '../../../lib/metrics/arrays/posterior.ts';
import type { DataRef, Slot } from '../../../lib/protocol/messages.ts';
import type { DescentReport } from '../../../lib/protocol/queries.ts';
import { PIXELS, type Gallery, type Subject } from '../shared/gallery.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { inSlices, joined } from '../shared/slices.ts';
import {
  ladderOf,
  sixteenOf,
  type Climb,
  type Descend,
  type Draw,
  type Ladder,
} from './descents.ts';

/** q(z|x) of one image, all levels in a row; each level's given the means of those that it depends on. */
export interface Posterior {
  readonly mean: Float32Array;
  readonly logVar: Float32Array;
}

/** Codes of the gallery, of x and of the other image. */
export interface Encoded {
  readonly codes: CodeArrays;
  readonly x: Posterior;
  readonly other: Posterior;
}

export class LevelQuestions {
  readonly #connect: () => LabSession;
  readonly #slot: Slot;
  /** The gallery, and room for x and the other image: what is encoded together. */
  #images = new Float32Array(0);
  #imagesOf: Gallery | null = null;

  constructor(connect: () => LabSession, slot: Slot) {
    this.#connect = connect;
    this.#slot = slot;
  }

  /** Null where the network in the slot has not this many dimensions. */
  async encode(
    gallery: Gallery,
    x: Subject,
    other: Subject,
    dimensions: number,
  ): Promise<Encoded | null> {
    const { count } = gallery;
    if (this.#imagesOf !== gallery) {
      this.#images = new Float32Array((count + 2) * PIXELS);
      this.#images.set(gallery.binary);
      this.#imagesOf = gallery;
    }
    this.#images.set(x.binary, count * PIXELS);
    this.#images.set(other.binary, (count + 1) * PIXELS);
    const parts = await inSlices(this.#images, PIXELS, (images) =>
      this.#connect().request('encode', { slot: this.#slot, images }),
    );
    if (parts.some((part) => part.dimensions !== dimensions)) return null;
    const mean = joined(parts.map((part) => part.mean));
    const logVar = joined(parts.map((part) => part.logVar));
    const rows = (from: number, to: number): Posterior => ({
      mean: mean.subarray(from * dimensions, to * dimensions),
      logVar: logVar.subarray(from * dimensions, to * dimensions),
    });
    return {
      codes: { ...rows(0, count), dimensions },
      x: rows(count, count + 1),
      other: rows(count + 1, count + 2),
    };
  }

  /** KL of each dimension on the first `count` images, in nats. */
  async klPerDimension(data: DataRef, count: number): Promise<readonly number[]> {
    const request = { slot: this.#slot, data, count, settings: {} };
    return (await this.#connect().request('evaluate', request)).klPerDimension;
  }

  async decode(codes: Float32Array): Promise<Float32Array> {
    return (await this.#connect().request('decode', { slot: this.#slot, codes })).means;
  }

  ladder(climb: Climb): Promise<Ladder> {
    return ladderOf(this.#descend, climb);
  }

  sixteen(draw: Draw): Promise<DescentReport> {
    return sixteenOf(this.#descend, draw);
  }

  readonly #descend: Descend = (request) =>
    this.#connect().request('descend', { slot: this.#slot, ...request });
}

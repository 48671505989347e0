// What the lab's pictures ask the worker about the hierarchy in a slot: codes, ladders, samples, mixtures.
// Numbers in, numbers out; keeps nothing that is shown.
import { noise } from '../../../lib/metrics/arrays/draws.ts';
import { bernoulliNll, type CodeArrays } from '../../../lib/metrics/arrays/posterior.ts';
import type { DataRef, Slot } from '../../../lib/protocol/messages.ts';
import { PIXELS, type Gallery, type Subject } from '../shared/gallery.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import type { Axes } from '../shared/plane-codes.ts';
import { inSlices, joined } from '../shared/slices.ts';
import { givenFromTop, inOrder, repeated } from './levels.ts';

/** q(z|x) of one image, all levels in a row; each level's given the means of those that it depends on. */
export interface Posterior {
  readonly mean: Float32Array;
  readonly logVar: Float32Array;
}

/** Codes of all levels and their decoder means, row by row. */
export interface Pictures {
  readonly codes: Float32Array;
  readonly means: Float32Array;
}

export const SAMPLES = { columns: 8, rows: 2 } as const;
const SAMPLE_COUNT = SAMPLES.columns * SAMPLES.rows;

/** What sixteen samples are drawn from. */
export interface Draw {
  /** Codes of all levels. */
  readonly z: Float32Array;
  /** How many levels, from the top, keep those of z. */
  readonly held: number;
  /** τ by level, z₁ first. */
  readonly temperatures: readonly number[];
  readonly seed: number;
  /** The dimensions by whose noise the pictures are put in order. */
  readonly by: Axes;
}

/** Pictures of each step of the ladder: the mean, and draws of what is still open. */
export const RUNG = 4;

/** What a ladder is made of. */
export interface Climb {
  /** Codes of all levels. */
  readonly z: Float32Array;
  /** Further codes, row by row. */
  readonly tops: Float32Array;
  readonly levels: number;
  readonly seed: number;
}

export interface Ladder {
  readonly rungs: Float32Array;
  readonly tops: Float32Array;
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

  /**
   * The ladder of z: its top level held, then one level more at a time, and of each the decoder mean with the levels
   * below at the prior's mean, then with draws of them, [L, RUNG, PIXELS]; and the means of further codes of which only
   * the top is held.
   */
  async ladder({ z, tops, levels, seed }: Climb): Promise<Ladder> {
    const rung = repeated(z, RUNG);
    const still = new Float32Array(z.length + tops.length);
    const epsilon = joined([still.subarray(0, z.length), noise((RUNG - 1) * z.length, seed)]);
    const prior = new Array<number>(levels).fill(1);
    const parts = await Promise.all(
      prior.map((_, i) => {
        const [codes, draws] =
          i === 0
            ? [joined([rung, tops]), joined([epsilon, still.subarray(z.length)])]
            : [rung, epsilon];
        return this.#descend(codes, i + 1, prior, draws);
      }),
    );
    const [first = new Float32Array(0), ...others] = parts.map(({ means }) => means);
    return {
      rungs: joined([first.subarray(0, RUNG * PIXELS), ...others]),
      tops: first.subarray(RUNG * PIXELS),
    };
  }

  /** Sixteen codes whose top levels are those of z, the others drawn from the prior given those above. */
  sixteen({ z, held, temperatures, seed, by }: Draw): Promise<Pictures> {
    const epsilon = inOrder(noise(SAMPLE_COUNT * z.length, seed), z.length, by, SAMPLES.columns);
    return this.#descend(repeated(z, SAMPLE_COUNT), held, temperatures, epsilon);
  }

  #descend(
    codes: Float32Array,
    held: number,
    temperatures: readonly number[],
    epsilon: Float32Array,
  ): Promise<Pictures> {
    return this.#connect().request('descend', {
      slot: this.#slot,
      codes,
      given: givenFromTop(held, temperatures.length),
      noise: epsilon,
      temperatures: [...temperatures],
    });
  }
}

/** −log p(x|z) of an image under the mean of each step of a ladder, in nats. */
export function costs(rungs: Float32Array, x: Subject): number[] {
  const step = RUNG * PIXELS;
  return Array.from({ length: rungs.length / step }, (_, i) =>
    bernoulliNll(rungs.subarray(i * step, i * step + PIXELS), x.binary),
  );
}

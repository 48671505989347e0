// Ways down a hierarchy that the lab shows: the ladder of a code, one level held more at a time, and sixteen samples
// below the levels held. Asks through a function, so that the page and the build make the same pictures.
import { noise } from '../../../lib/metrics/arrays/draws.ts';
import { bernoulliNll } from '../../../lib/metrics/arrays/posterior.ts';
import type { DescentReport, QueryMap } from '../../../lib/protocol/queries.ts';
import { PIXELS } from '../shared/gallery.ts';
import type { Axes } from '../shared/plane-codes.ts';
import { joined } from '../shared/slices.ts';
import { givenFromTop, inOrder, repeated, type Span } from './levels.ts';
import { withTops, type TopPrior } from './top-prior.ts';

/** Draws from the top of the hierarchy down. */
export type Descend = (
  request: Omit<QueryMap['descend']['request'], 'slot'>,
) => Promise<DescentReport>;

export const SAMPLES = { columns: 8, rows: 2 } as const;
const SAMPLE_COUNT = SAMPLES.columns * SAMPLES.rows;

/** Columns of the sixteen in the stage, and wherever there is no room for more. */
export const NARROW = 4;

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
  /** Where the top's dimensions lie, and what its codes are drawn from instead of N(0, I), where something is. */
  readonly top?: Span;
  readonly prior?: TopPrior | null;
  /** How often the pictures pass through encoder and decoder once they are drawn; not where a level is held. */
  readonly passes?: number;
}

/** Pictures of each step of the ladder: the mean, and draws of what is still open. */
export const RUNG = 3;

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

/**
 * The ladder of z: its top level held, then one level more at a time, and of each step the decoder mean with the levels
 * below at the prior's mean, then with draws of them, [L, RUNG, PIXELS]; and the means of further codes of which only
 * the top is held.
 */
export async function ladderOf(
  descend: Descend,
  { z, tops, levels, seed }: Climb,
): Promise<Ladder> {
  const rung = repeated(z, RUNG);
  const still = new Float32Array(z.length + tops.length);
  const epsilon = joined([still.subarray(0, z.length), noise((RUNG - 1) * z.length, seed)]);
  const prior = new Array<number>(levels).fill(1);
  const parts = await Promise.all(
    prior.map((_, i) => {
      const given = givenFromTop(i + 1, levels);
      if (i > 0) return descend({ codes: rung, given, noise: epsilon, temperatures: prior });
      return descend({
        codes: joined([rung, tops]),
        given,
        noise: joined([epsilon, still.subarray(z.length)]),
        temperatures: prior,
      });
    }),
  );
  const [first = new Float32Array(0), ...others] = parts.map(({ means }) => means);
  return {
    rungs: joined([first.subarray(0, RUNG * PIXELS), ...others]),
    tops: first.subarray(RUNG * PIXELS),
  };
}

/**
 * Sixteen codes whose top levels are those of z, the others drawn from the prior given those above. Where none is held
 * the top may come from a prior that was fitted to its codes, and the pictures may pass through the network again.
 */
export function sixteenOf(descend: Descend, draw: Draw): Promise<DescentReport> {
  const { z, held, by, temperatures, passes = 0 } = draw;
  const epsilon = noise(SAMPLE_COUNT * z.length, draw.seed);
  const tops = held === 0 ? topsOf(draw, epsilon) : null;
  const ordered = inOrder(tops ?? epsilon, z.length, by, SAMPLES.columns);
  return descend({
    codes: tops ? ordered : repeated(z, SAMPLE_COUNT),
    given: givenFromTop(tops ? 1 : held, temperatures.length),
    noise: ordered,
    temperatures: [...temperatures],
    passes: held === 0 ? passes : 0,
  });
}

/** Noise with the codes of the top in their place, where they are not drawn from N(0, I): the order is theirs. */
export function topsOf(
  { prior, top, temperatures, seed }: Pick<Draw, 'prior' | 'top' | 'temperatures' | 'seed'>,
  epsilon: Float32Array,
): Float32Array | null {
  if (!prior || !top) return null;
  return withTops(prior, epsilon, { top, temperature: temperatures.at(-1) ?? 1, seed });
}

/** Which of the sixteen stands at a place of the narrow layout, where two columns of the wide one become one. */
export function unfolded(place: number): number {
  const [row, column] = [Math.floor(place / NARROW), place % NARROW];
  return Math.floor(row / 2) * SAMPLES.columns + 2 * column + (row % 2);
}

/** The sixteen as they stand in the narrow layout. */
export function folded(means: Float32Array): Float32Array {
  return joined(
    Array.from({ length: SAMPLE_COUNT }, (_, place) => {
      const at = unfolded(place) * PIXELS;
      return means.subarray(at, at + PIXELS);
    }),
  );
}

/** −log p(x|z) of a binarised image under the mean of each step of a ladder, in nats. */
export function costs(rungs: Float32Array, x: Float32Array): number[] {
  const step = RUNG * PIXELS;
  return Array.from({ length: rungs.length / step }, (_, i) =>
    bernoulliNll(rungs.subarray(i * step, i * step + PIXELS), x),
  );
}

// A prior of the top level that was fitted to its codes after training, instead of N(0, I): where the round prior has
// mass and no image has its code, the decoder was never trained. Levels below keep their learnt priors, and no
// likelihood is computed with it. Pure numbers.
import { chances } from '../../../lib/metrics/arrays/draws.ts';
import {
  drawFromMixture,
  fitMixture,
  type FittedMixture,
} from '../../../lib/metrics/arrays/fitted-mixture.ts';
import type { CodeArrays } from '../../../lib/metrics/arrays/posterior.ts';
import { ranked, type Span } from './levels.ts';

export const topPriors = ['round', 'fitted'] as const;
export type TopPriorName = (typeof topPriors)[number];

export interface TopPrior {
  readonly mixture: FittedMixture;
  /** The dimensions that the mixture is of, counted in a row of all levels. The others stay standard normal. */
  readonly fitted: readonly number[];
}

/** A unit whose codes vary less follows its prior, N(0, 1), whatever the image. */
const ACTIVE_VARIANCE = 0.01;
/** Full covariances of more dimensions would have fewer than two codes of a part for each of its numbers. */
const MOST_FITTED = 8;

/** Lets what else waits go first: a fit is some tens of milliseconds of work. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A mixture fitted to posterior means, in the dimensions of the top in which they vary most; null where none does. */
export async function fitTop(
  { mean, dimensions }: CodeArrays,
  variance: readonly number[],
  top: Span,
): Promise<TopPrior | null> {
  const fitted = ranked(variance, top)
    .filter((d) => (variance[d] ?? 0) > ACTIVE_VARIANCE)
    .slice(0, MOST_FITTED);
  if (fitted.length === 0) return null;
  const count = mean.length / dimensions;
  const codes = new Float32Array(count * fitted.length);
  for (let i = 0; i < count; i++) {
    fitted.forEach((d, k) => {
      codes[i * fitted.length + k] = mean[i * dimensions + d]!;
    });
  }
  return { mixture: await fitMixture(codes, fitted.length, { pause }), fitted };
}

/** Noise of all levels, row by row, in which the top's stands for codes of the top drawn from the prior. */
export function withTops(
  { mixture, fitted }: TopPrior,
  noise: Float32Array,
  { top: [from, to], temperature, seed }: { top: Span; temperature: number; seed: number },
): Float32Array {
  const count = noise.length / to;
  const epsilon = new Float32Array(count * fitted.length);
  const out = noise.slice();
  for (let i = 0; i < count; i++) {
    fitted.forEach((d, k) => {
      epsilon[i * fitted.length + k] = noise[i * to + d]!;
    });
    for (let d = from; d < to; d++) out[i * to + d]! *= temperature;
  }
  drawFromMixture(mixture, epsilon, chances(count, seed), temperature).forEach((value, i) => {
    out[Math.floor(i / fitted.length) * to + fitted[i % fitted.length]!] = value;
  });
  return out;
}

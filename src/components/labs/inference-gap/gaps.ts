// The arithmetic of the lab: how the distance from the encoder's ELBO to log p(x) splits, when an optimisation has
// settled, and how far one Gaussian is from another. Pure.
import { meanOf } from '../../../lib/metrics/arrays/moments.ts';
import type { BoundReport, CodeGaussian } from '../../../lib/protocol/queries.ts';

/** log p(x) and how it is known. */
export interface Evidence {
  readonly value: number;
  /** 0 where it was integrated. */
  readonly standardError: number;
  readonly from: 'grid' | 'samples';
}

/** One part of a gap, nats, with its standard error. */
export interface Part {
  readonly nats: number;
  readonly standardError: number;
}

export interface Split {
  /** ELBO(q) − ELBO(q_φ): what optimising gained. */
  readonly amortisation: Part;
  /** log p(x) − ELBO(q): what this kind of q leaves. */
  readonly approximation: Part;
}

/**
 * log p(x) by the grid where there is one, else by the bound with the least standard error: importance sampling is
 * biased low, and most so where its proposal is bad.
 */
export function evidenceOf(
  grid: number | undefined,
  bounds: readonly (BoundReport | null)[],
): Evidence | null {
  if (grid !== undefined) return { value: grid, standardError: 0, from: 'grid' };
  const known = bounds.filter((bound) => bound !== null);
  const best = known.reduce<BoundReport | null>(
    (least, bound) => (least && least.standardError <= bound.standardError ? least : bound),
    null,
  );
  return best && { value: best.value, standardError: best.standardError, from: 'samples' };
}

/** The standard errors are those of independent estimates: the ELBOs share their ε, so they are on the safe side. */
export function splitOf(evidence: Evidence, amortised: BoundReport, best: BoundReport): Split {
  return {
    amortisation: {
      nats: best.elbo - amortised.elbo,
      standardError: Math.hypot(best.elboStandardError, amortised.elboStandardError),
    },
    approximation: {
      nats: evidence.value - best.elbo,
      standardError: Math.hypot(evidence.standardError, best.elboStandardError),
    },
  };
}

/** Updates whose mean ELBO is compared with that of as many before. */
export const SETTLING = 100;

/**
 * Whether the last updates gained nothing that matters: less than a hundredth of a nat, or less than twice what the
 * scatter of the estimates explains.
 */
export function hasSettled(elbos: readonly number[]): boolean {
  if (elbos.length < 2 * SETTLING) return false;
  const late = elbos.slice(-SETTLING);
  const early = elbos.slice(-2 * SETTLING, -SETTLING);
  const [a, b] = [meanOf(late), meanOf(early)];
  const scatter = (values: readonly number[], mean: number): number =>
    meanOf(values.map((value) => (value - mean) ** 2)) / values.length;
  const noise = Math.sqrt(scatter(late, a) + scatter(early, b));
  return a - b < Math.max(0.01, 2 * noise);
}

/** The mean of the last ten values up to each: what an eye would draw through them. */
export function smoothed(values: readonly number[], over = 10): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (values[i - over] ?? 0);
    return sum / Math.min(i + 1, over);
  });
}

/** KL(q ‖ p) of each dimension's marginal, nats, p diagonal. */
export function klByDimension(q: CodeGaussian, p: CodeGaussian): number[] {
  const d = q.mean.length;
  return Array.from({ length: d }, (_, i) => {
    let variance = Math.exp(q.logVar[i]!);
    for (let j = 0; j < i && q.lower.length > 0; j++) variance += q.lower[i * d + j]! ** 2;
    const of = Math.exp(p.logVar[i]!);
    const off = q.mean[i]! - p.mean[i]!;
    return 0.5 * ((variance + off * off) / of - 1 - Math.log(variance / of));
  });
}

// Gaussians with diagonal covariance, row by row: products, offsets, divergences, densities. Means and log-variances
// are [batch, latent]. Own no variables and no randomness.
import { add, div, exp, log, mul, neg, square, sub } from './tf.ts';
import type { Tensor2D } from './tf.ts';

export interface Gaussian {
  readonly mean: Tensor2D;
  readonly logVar: Tensor2D;
}

/** The product of two Gaussians, normalised: precisions add, means are weighted by them (Sønderby et al. 2016, eqs. 17–19). */
export function productOfGaussians(a: Gaussian, b: Gaussian): Gaussian {
  const precisionA: Tensor2D = exp(neg(a.logVar));
  const precisionB: Tensor2D = exp(neg(b.logVar));
  const precision: Tensor2D = add(precisionA, precisionB);
  const weighted: Tensor2D = add(mul(a.mean, precisionA), mul(b.mean, precisionB));
  return { mean: div(weighted, precision), logVar: neg(log(precision)) };
}

/** The posterior as offsets from the prior: μ + Δμ and σ·Δσ (Vahdat and Kautz 2020, section 3.2). */
export function residualPosterior(prior: Gaussian, offset: Gaussian): Gaussian {
  return { mean: add(prior.mean, offset.mean), logVar: add(prior.logVar, offset.logVar) };
}

/** KL(q ‖ p) of two diagonal Gaussians, each dimension: ½(log σp²/σq² + (σq² + (μq − μp)²)/σp² − 1), [batch, latent], nats. */
export function klOfGaussians(q: Gaussian, p: Gaussian): Tensor2D {
  const logRatio = sub(q.logVar, p.logVar);
  const distance = mul(square(sub(q.mean, p.mean)), exp(neg(p.logVar)));
  return mul(sub(add(exp(logRatio), distance), add(logRatio, 1)), 0.5);
}

/** log N(z; μ, σ²) without the constant −½ log 2π, each dimension. */
export function logDensity(z: Tensor2D, { mean: m, logVar }: Gaussian): Tensor2D {
  return mul(add(mul(square(sub(z, m)), exp(neg(logVar))), logVar), -0.5);
}

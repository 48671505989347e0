// Batch normalisation (Ioffe and Szegedy 2015) of dense layers, as PyTorch's `nn.BatchNorm1d` has it.
// Owns no variables: the statistics come in and go out, and whoever trains keeps them.
import { add, customGrad, mean, mul, rsqrt, square, sub, sum } from './tf.ts';
import type { Tensor, Tensor1D, Tensor2D } from './tf.ts';

export const NORM_EPSILON = 1e-5;
/** Share of a batch's statistics in the running ones after it. */
export const NORM_MOMENTUM = 0.1;

export interface BatchNormalised {
  /** γ ⊙ (x − m)/√(v + ε) + b, [batch, width]. */
  readonly output: Tensor2D;
  /** Mean and (biased) variance of the batch, [width]; no gradient flows through them. */
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** With the batch's own statistics, for training. x: [batch, width]; gamma and beta: [width]. */
export function batchNormTraining(x: Tensor2D, gamma: Tensor1D, beta: Tensor1D): BatchNormalised {
  const batch = x.shape[0];
  const m = mean<Tensor1D>(x, 0);
  const centred: Tensor2D = sub(x, m);
  const variance = mean<Tensor1D>(square(centred), 0);
  const inverse: Tensor1D = rsqrt(add(variance, NORM_EPSILON));
  const normalised: Tensor2D = mul(centred, inverse);

  const normalise = customGrad((_x, g, b, save) => {
    (save as (kept: Tensor[]) => void)([normalised, inverse, g as Tensor1D]);
    return {
      value: add<Tensor2D>(mul(normalised, g as Tensor1D), b as Tensor1D),
      gradFunc: (dy, saved) => {
        const [n, inv, scale] = saved as [Tensor2D, Tensor1D, Tensor1D];
        const dBeta = sum(dy, 0);
        const dGamma = sum(mul(dy, n), 0);
        // Of the mean and the variance, too: both depend on x.
        const through = sub(dy, mul(add(mul(n, dGamma), dBeta), 1 / batch));
        return [mul(through, mul(scale, inv)), dGamma, dBeta];
      },
    };
  });
  return { output: normalise(x, gamma, beta) as Tensor2D, mean: m, variance };
}

/** With running statistics, for evaluation: an affine map. */
export function batchNormEvaluation(
  x: Tensor2D,
  gamma: Tensor1D,
  beta: Tensor1D,
  runningMean: Tensor1D,
  runningVariance: Tensor1D,
): Tensor2D {
  const scale = mul(gamma, rsqrt(add(runningVariance, NORM_EPSILON)));
  return add(mul(x, scale), sub(beta, mul(runningMean, scale)));
}

/** The running statistics after a batch of that many rows; the variance is unbiased, as PyTorch's. */
export function runningStatistics(
  before: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  batch: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  rows: number,
): { readonly mean: Tensor1D; readonly variance: Tensor1D } {
  const unbiased = rows > 1 ? rows / (rows - 1) : 1;
  const mix = (old: Tensor1D, fresh: Tensor1D, factor: number): Tensor1D =>
    add(mul(old, 1 - NORM_MOMENTUM), mul(fresh, NORM_MOMENTUM * factor));
  return {
    mean: mix(before.mean, batch.mean, 1),
    variance: mix(before.variance, batch.variance, unbiased),
  };
}

// The terms of the losses. Each returns one number per image (or per image and latent dimension) in nats, summed over
// pixels, not averaged; but the squared error, which is per pixel. Means over the batch are the model's business.
// Own no variables and no randomness.
import {
  add,
  customGrad,
  exp,
  logSumExp,
  mean,
  mul,
  reshape,
  sigmoid,
  softplus,
  square,
  sub,
  sum,
} from './tf.ts';
import type { Tensor1D, Tensor2D } from './tf.ts';

/**
 * −log p(x|z) of a Bernoulli decoder, summed over pixels: Σ softplus(l) − x·l, from logits l, so that no
 * probability is ever rounded to 0 or 1. Its gradient with respect to l is σ(l) − x.
 * x: [batch, pixels] in [0, 1]; logits the same shape; returns [batch].
 */
export function bernoulliNll(logits: Tensor2D, x: Tensor2D): Tensor1D {
  const nll = customGrad((l, save) => {
    const logits2d = l as Tensor2D;
    (save as (t: Tensor2D[]) => void)([logits2d]);
    return {
      value: sum(sub(softplus(logits2d), mul(x, logits2d)), 1),
      gradFunc: (dy, saved) => {
        const [kept] = saved as [Tensor2D];
        return mul(sub(sigmoid(kept), x), reshape(dy, [-1, 1]));
      },
    };
  });
  return nll(logits) as Tensor1D;
}

/**
 * −log p(x|z) of a Gaussian decoder with fixed σ, summed over pixels:
 * Σ (x − m)²/2σ² + log σ + ½ log 2π. Shapes as above, means for logits.
 */
export function gaussianNll(means: Tensor2D, x: Tensor2D, sigma: number): Tensor1D {
  const pixels = means.shape[1];
  const constant = pixels * (Math.log(sigma) + 0.5 * Math.log(2 * Math.PI));
  return add(mul(sum(square(sub(x, means)), 1), 0.5 / sigma ** 2), constant);
}

/**
 * The squared error of each image, averaged over its pixels as `nn.MSELoss` does: (1/D) Σ (x − x̂)².
 * Both [batch, pixels]; returns [batch].
 */
export function squaredError(reconstruction: Tensor2D, x: Tensor2D): Tensor1D {
  return mean(square(sub(reconstruction, x)), 1);
}

/**
 * KL(N(μ, diag σ²) ‖ N(0, I)) of each latent dimension: ½(μ² + σ² − log σ² − 1), in nats
 * (Kingma and Welling 2014, appendix B). mu and logVar: [batch, latent]; returns [batch, latent].
 */
export function klToStandardNormal(mu: Tensor2D, logVar: Tensor2D): Tensor2D {
  return mul(sub(add(square(mu), exp(logVar)), add(logVar, 1)), 0.5);
}

/**
 * −log (1/k) Σ wᵢ of each image, nats, from log-weights log p(x, zᵢ) − log q(zᵢ|x): the importance-weighted bound
 * (Burda et al. 2016, eq. 8). logWeights: [batch, k]; returns [batch].
 */
export function importanceBound(logWeights: Tensor2D): Tensor1D {
  const samples = logWeights.shape[1];
  return sub(Math.log(samples), logSumExp<Tensor1D>(logWeights, 1));
}

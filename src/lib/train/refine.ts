// Optimises q for one image: stochastic gradient ascent on its ELBO, the decoder held (Hoffman et al. 2013; the inner
// loop of Cremer et al. 2018). What is learnt are numbers, not a network.
//
// With σ₀ and μ₀ of the start, z = μ₀ + σ₀ ⊙ (δ + A ε): A has exp(½ρ) on its diagonal, and below it free numbers
// where the covariance may be full. So a step of Adam is a share of the encoder's own σ, whatever the scale of the
// codes. ELBO = E[log p(x, z)] + entropy, the entropy in closed form, the expectation over pairs ε and −ε.
import type { Model } from '../metrics/tensors/likelihood.ts';
import { fillNormal, Stream } from '../ops/random.ts';
import {
  add,
  concat,
  exp,
  matMul,
  mean,
  mul,
  neg,
  reshape,
  slice,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  tile,
  variable,
  variableGrads,
} from '../ops/tf.ts';
import type { Rank, Scalar, Tensor1D, Tensor2D, Variable } from '../ops/tf.ts';
import type { CodeGaussian, RefineReport, Refinement } from '../protocol/queries.ts';
import { Adam } from './adam.ts';
import { DivergenceError } from './loop.ts';

/** Samples of each step: 32 pairs. */
export const SAMPLES = 64;
const SEED = 7;

/** Adam's rate at a step: a tenth of σ₀ at first, falling as 1/t, so that the noise of the samples averages out. */
export function refineRate(step: number): number {
  return 0.1 / (1 + step / 200);
}

/** An optimisation that begins at a diagonal Gaussian, the encoder's as a rule. */
export function beginAt({ mean: m, logVar }: CodeGaussian, full: boolean): Refinement {
  const none = new Float32Array(0);
  const start = { mean: m, logVar, lower: none };
  return { start, full, step: 0, parameters: none, first: none, second: none };
}

/**
 * `steps` further updates. `between` runs after each. Throws DivergenceError, and where the family has no `logJoint`.
 */
export async function refine(
  model: Model,
  image: Float32Array,
  from: Refinement,
  steps: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<RefineReport> {
  const { start, full } = from;
  const d = start.mean.length;
  const size = 2 * d + (full ? d * d : 0);
  const fresh = from.parameters.length === 0;
  const q = tidy(() => variable(tensor1d(fresh ? new Float32Array(size) : from.parameters)));
  const adam = new Adam({ q });
  const [state] = adam.state();
  if (!state) throw new Error('Adam holds no moments.');
  adam.updates = from.step;
  if (!fresh) {
    state.write('first', from.first);
    state.write('second', from.second);
  }
  const elbos = new Float32Array(steps);
  let { step } = from;
  try {
    for (let i = 0; i < steps; i++) {
      const loss = tidy(() => {
        // Made outside of what is differentiated: the likelihood's gradient needs the image after the forward pass.
        const x = tile(tensor2d(image, [1, image.length]), [SAMPLES, 1]);
        const objective = () => negativeElbo(model, x, from, q, step);
        const { value, grads } = variableGrads(objective, [q]);
        adam.apply({ q: grads[q.name]! }, refineRate(step));
        return value;
      });
      const [value = NaN] = await loss.data();
      loss.dispose();
      step += 1;
      if (!Number.isFinite(value)) throw new DivergenceError('ELBO of q', step, -value);
      elbos[i] = -value;
      await between();
    }
    const to = {
      ...from,
      step,
      parameters: Float32Array.from(await q.data()),
      first: await state.read('first'),
      second: await state.read('second'),
    };
    return { to, q: gaussianOf(to), elbos };
  } finally {
    q.dispose();
    adam.dispose();
  }
}

/** The Gaussian that the parameters stand for. */
export function gaussianOf({ start, full, parameters }: Refinement): CodeGaussian {
  const d = start.mean.length;
  if (parameters.length === 0) return start;
  const deviation = (i: number): number => Math.exp(start.logVar[i]! / 2);
  const lower = new Float32Array(full ? d * d : 0);
  for (let i = 0; full && i < d; i++) {
    for (let j = 0; j < i; j++) lower[i * d + j] = deviation(i) * parameters[2 * d + i * d + j]!;
  }
  return {
    mean: start.mean.map((m, i) => m + deviation(i) * parameters[i]!),
    logVar: start.logVar.map((v, i) => v + parameters[d + i]!),
    lower,
  };
}

function negativeElbo(
  { family, config, parameters }: Model,
  x: Tensor2D,
  { start, full }: Refinement,
  q: Variable,
  step: number,
): Scalar {
  const logJoint = family.logJoint?.bind(family);
  if (!logJoint) throw new Error(`The family "${family.name}" has no density of image and code.`);
  const d = start.mean.length;
  const half = new Float32Array((SAMPLES / 2) * d);
  fillNormal(half, SEED, Stream.noise, step);
  const positive = tensor2d(half, [SAMPLES / 2, d]);
  const epsilon = concat([positive, neg(positive)]); // [samples, d]

  const flat = reshape<Rank.R1>(q, [q.size]);
  const delta = slice(flat, 0, d);
  const rho = slice(flat, d, d);
  let scaled = mul<Tensor2D>(epsilon, exp(mul(rho, 0.5)));
  if (full) {
    const below = mul(reshape<Rank.R2>(slice(flat, 2 * d, d * d), [d, d]), strictlyLower(d));
    scaled = add(scaled, matMul<Tensor2D>(epsilon, below, false, true));
  }
  const sigma = tensor1d(start.logVar.map((v) => Math.exp(v / 2)));
  const z = add<Tensor2D>(tensor1d(start.mean), mul(sigma, add(scaled, delta)));

  const joint = mean<Scalar>(logJoint(config, parameters, z, x));
  const constant =
    0.5 * start.logVar.reduce((total, v) => total + v, 0) + 0.5 * d * (1 + Math.log(2 * Math.PI));
  const entropy = add<Scalar>(mul(sum<Tensor1D>(rho), 0.5), constant);
  return neg<Scalar>(add<Scalar>(joint, entropy));
}

function strictlyLower(d: number): Tensor2D {
  return tensor2d(
    Float32Array.from({ length: d * d }, (_, i) => (i % d < Math.floor(i / d) ? 1 : 0)),
    [d, d],
  );
}

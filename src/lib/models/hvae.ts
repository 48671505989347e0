// The hierarchical VAE: several stochastic layers z_1 … z_L over one another, p(x, z) = p(x|z) Π p(z_l | z_{>l}).
// One code path for bottom-up inference (Burda et al. 2016) and for the ladder (Sønderby et al. 2016; residual
// posteriors of Vahdat and Kautz 2020). In the code level 0 is z_1, next to the image.
// Owns no variables, randomness or backend.
import { batchNormEvaluation, batchNormTraining, runningStatistics } from '../ops/batch-norm.ts';
import {
  klOfGaussians,
  logDensity,
  productOfGaussians,
  residualPosterior,
  type Gaussian,
} from '../ops/gaussians.ts';
import { activate, dense, parameter, type Parameters } from '../ops/layers.ts';
import { bernoulliNll, importanceBound } from '../ops/losses.ts';
import {
  add,
  addN,
  clipByValue,
  concat,
  exp,
  matMul,
  maximum,
  mean,
  mul,
  neg,
  reshape,
  sigmoid,
  slice,
  sub,
  sum,
  tile,
  zerosLike,
} from '../ops/tf.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../ops/tf.ts';
import type { Settings } from '../protocol/model.ts';
import type { Batch, Codes, Descent, EvaluationTerms, Family, Loss } from './family.ts';
import {
  hvaeDefaults,
  hvaeShapes,
  latentTotal,
  levelSpans,
  parseHvae,
  type HvaeConfig,
} from './hvae.config.ts';
import { hierarchyStages } from './hvae-stages.ts';
import { warmup } from './vae.ts';

// exp(±11) stays within the range of 16-bit floats, as in vae.ts.
const LOG_VAR_LIMIT = 11;

/** How a pass through the network treats normalisation: with the batch's statistics, which it leaves in `buffers`, or the running ones. */
interface Pass {
  readonly config: HvaeConfig;
  readonly p: Parameters;
  readonly buffers: Record<string, Tensor> | null;
}

/** What inference gives of one level. */
export interface LevelTerms {
  readonly posterior: Gaussian;
  /** p(z_l | z_{>l}), the standard normal at the top. */
  readonly prior: Gaussian;
  readonly z: Tensor2D;
  /** Nats that this level costs, by dimension, [batch, latent]: what KL(q ‖ p) is an expectation of, or the KL itself. */
  readonly cost: Tensor2D;
  /** The encoder's features of this level, and the decoder's below it: [batch, width]. */
  readonly up: Tensor2D;
  readonly down: Tensor2D;
}

function gaussian({ p }: Pass, name: string, features: Tensor2D): Gaussian {
  return {
    mean: dense(p, `${name}.mean`, features),
    logVar: clipByValue(dense(p, `${name}.log_var`, features), -LOG_VAR_LIMIT, LOG_VAR_LIMIT),
  };
}

/** Dense layers, each normalised where the config says so and followed by the activation. */
function mlp(pass: Pass, name: string, depth: number, x: Tensor2D): Tensor2D {
  const { config, p } = pass;
  let h = x;
  for (let i = 0; i < depth; i++) {
    const layer = `${name}.${i}`;
    const sums = config.normalisation === 'none' ? dense(p, layer, h) : normalised(pass, layer, h);
    h = activate(sums, config.activation);
  }
  return h;
}

function normalised({ p, buffers }: Pass, layer: string, h: Tensor2D): Tensor2D {
  const get = (name: string): Tensor1D => {
    const found: Tensor = parameter(p, `${layer}.norm.${name}`);
    return found as Tensor1D;
  };
  const x = matMul<Tensor2D>(h, parameter(p, `${layer}.weight`), false, true);
  const running = { mean: get('running_mean'), variance: get('running_var') };
  if (!buffers) {
    return batchNormEvaluation(x, get('weight'), get('bias'), running.mean, running.variance);
  }
  const { output, ...batch } = batchNormTraining(x, get('weight'), get('bias'));
  const after = runningStatistics(running, batch, x.shape[0]);
  buffers[`${layer}.norm.running_mean`] = after.mean;
  buffers[`${layer}.norm.running_var`] = after.variance;
  return output;
}

/** One level of the decoder: features of z_l, and of the decoder's features above where they pass beside it. */
function topDown(pass: Pass, l: number, z: Tensor2D, above: Tensor2D | null): Tensor2D {
  const { config } = pass;
  const input = config.skip && above ? concat([z, above], 1) : z;
  return mlp(pass, `top.${l}`, config.levels[l]!.hidden.length, input);
}

/** z = μ + σ ⊙ ε. */
function sample({ mean: m, logVar }: Gaussian, noise: Tensor2D): Tensor2D {
  return add(m, mul(exp(mul(logVar, 0.5)), noise));
}

/** The columns of one level out of a row of all levels. */
function columns(all: Tensor2D, [from, to]: readonly [number, number]): Tensor2D {
  return slice(all, [0, from], [all.shape[0], to - from]);
}

/**
 * A pass up and down: every level's posterior, prior and code, and the decoder's logits.
 * noise: [rows, total latent], level 0 first; without it every code is its posterior's mean. With `repeats` the noise
 * has that many rows for each image, one image's rows following each other.
 */
function infer(
  pass: Pass,
  x: Tensor2D,
  noise: Tensor2D | null,
  repeats = 1,
): { levels: LevelTerms[]; logits: Tensor2D } {
  const { config } = pass;
  const spans = levelSpans(config);
  const noiseAt = (l: number, like: Tensor2D): Tensor2D =>
    noise ? columns(noise, spans[l]!) : zerosLike(like);
  return config.inference === 'bottom-up'
    ? inferBottomUp(pass, x, noiseAt, repeats)
    : inferTopDown(pass, x, noiseAt, repeats);
}

type NoiseAt = (level: number, like: Tensor2D) => Tensor2D;

/** q(z_1|x) q(z_2|z_1) …, then the priors from the top down. */
function inferBottomUp(pass: Pass, x: Tensor2D, noiseAt: NoiseAt, repeats: number) {
  const { levels } = pass.config;
  const found: { up: Tensor2D; posterior: Gaussian; z: Tensor2D }[] = [];
  let below = x;
  levels.forEach(({ hidden }, l) => {
    const up = mlp(pass, `bottom.${l}`, hidden.length, below);
    const own = gaussian(pass, `posterior.${l}`, up);
    // Above the first code every sample goes its own way.
    const posterior = l === 0 ? repeatGaussian(own, repeats) : own;
    const z = sample(posterior, noiseAt(l, posterior.mean));
    found.push({ up, posterior, z });
    below = z;
  });
  const terms: LevelTerms[] = [];
  let above: Tensor2D | null = null;
  for (let l = levels.length - 1; l >= 0; l--) {
    const { up, posterior, z } = found[l]!;
    const prior = above ? gaussian(pass, `prior.${l}`, above) : standardNormal(posterior.mean);
    // The prior of a level below the top depends on z_l through the codes inferred from it: no closed form there.
    const cost = above
      ? sub<Tensor2D>(logDensity(z, posterior), logDensity(z, prior))
      : klOfGaussians(posterior, prior);
    above = topDown(pass, l, z, above);
    terms[l] = { posterior, prior, z, cost, up, down: above };
  }
  return { levels: terms, logits: pixels(pass, above) };
}

/** A deterministic way up; then, from the top down, each level's prior, its posterior and its code. */
function inferTopDown(pass: Pass, x: Tensor2D, noiseAt: NoiseAt, repeats: number) {
  const { levels, posterior: kind } = pass.config;
  let up = x;
  const features = levels.map(({ hidden }, l) => {
    up = mlp(pass, `bottom.${l}`, hidden.length, up);
    return up;
  });
  const terms: LevelTerms[] = [];
  let above: Tensor2D | null = null;
  for (let l = levels.length - 1; l >= 0; l--) {
    const own = features[l]!;
    let posterior: Gaussian;
    let prior: Gaussian;
    if (above === null) {
      posterior = repeatGaussian(gaussian(pass, `posterior.${l}`, own), repeats);
      prior = standardNormal(posterior.mean);
    } else {
      prior = gaussian(pass, `prior.${l}`, above);
      if (kind === 'product') {
        const proposed = repeatGaussian(gaussian(pass, `posterior.${l}`, own), repeats);
        posterior = productOfGaussians(proposed, prior);
      } else {
        const both = concat([repeat(own, repeats), above], 1);
        posterior = residualPosterior(prior, gaussian(pass, `posterior.${l}`, both));
      }
    }
    const z = sample(posterior, noiseAt(l, posterior.mean));
    const cost = klOfGaussians(posterior, prior);
    above = topDown(pass, l, z, above);
    terms[l] = { posterior, prior, z, cost, up: own, down: above };
  }
  return { levels: terms, logits: pixels(pass, above) };
}

function standardNormal(like: Tensor2D): Gaussian {
  const zero = zerosLike(like);
  return { mean: zero, logVar: zero };
}

function pixels({ p }: Pass, features: Tensor2D | null): Tensor2D {
  if (!features) throw new Error('A hierarchical VAE needs at least one level.');
  return dense(p, 'pixels', features);
}

function repeat(t: Tensor2D, times: number): Tensor2D {
  if (times === 1) return t;
  const [rows, width] = t.shape;
  return reshape(tile(t, [1, times]), [rows * times, width]);
}

function repeatGaussian({ mean: m, logVar }: Gaussian, times: number): Gaussian {
  return { mean: repeat(m, times), logVar: repeat(logVar, times) };
}

/**
 * The negative ELBO by the chain rule: reconstruction + Σ_l E[log q(z_l|·) − log p(z_l|z_{>l})], each term given a sample
 * of the levels it depends on, and as a KL in closed form where that sample does not depend on z_l. A level's KL up to
 * `freeBits` costs nothing, and β is warmed up. With noise for k > 1 draws of each image, [batch, k · total latent], the
 * importance-weighted bound of k in its place, which knows neither.
 */
export function loss(
  config: HvaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
  settings: Settings,
  step: number,
): Loss {
  const buffers: Record<string, Tensor> = {};
  const total = latentTotal(config);
  const draws = required(noise);
  const samples = draws.shape[1] / total;
  const each: Tensor2D = samples > 1 ? reshape(draws, [input.shape[0] * samples, total]) : draws;
  const { levels, logits } = infer({ config, p, buffers }, input, each, samples);
  const nll = bernoulliNll(logits, repeat(target, samples));
  const reconstruction = mean<Scalar>(nll);
  const { perLevel, penalised, weight } = priceOf(levels, settings, step);
  const weighted = (): Scalar =>
    mean(importanceBound(reshape(logWeightsOf(levels, nll), [input.shape[0], samples])));
  return {
    objective: samples > 1 ? weighted() : add<Scalar>(reconstruction, mul(addN(penalised), weight)),
    terms: [reconstruction, addN(perLevel)],
    buffers,
  };
}

/** What the levels cost: the KL of each as the mean of the batch, what of it is penalised, and its weight in this update. */
function priceOf(levels: readonly LevelTerms[], settings: Settings, step: number) {
  const { beta, freeBits } = { ...hvaeDefaults, ...settings };
  const perLevel = levels.map(({ cost }) => mean<Scalar>(sum(cost, 1)));
  const penalised = perLevel.map((kl) => (freeBits > 0 ? maximum<Scalar>(kl, freeBits) : kl));
  return { perLevel, penalised, freeBits, weight: beta * warmup(settings, step) };
}
export type Price = ReturnType<typeof priceOf>;

export function evaluate(
  config: HvaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
): EvaluationTerms {
  const { levels, logits } = infer({ config, p, buffers: null }, input, required(noise));
  const klPerDimension: Tensor2D = concat(
    levels.map(({ cost }) => cost),
    1,
  );
  return {
    perImage: [bernoulliNll(logits, target), sum(klPerDimension, 1)],
    klPerDimension,
    codes: encode(config, p, input),
  };
}

/** log p(x, z) − log q(z|x) of `samples` draws of all levels for each image: [batch, samples], nats. */
export function logWeights(
  config: HvaeConfig,
  p: Parameters,
  { input, target, noise }: Batch,
  samples: number,
): Tensor2D {
  const pass = { config, p, buffers: null };
  const { levels, logits } = infer(pass, input, required(noise), samples);
  const nll = bernoulliNll(logits, repeat(target, samples));
  return reshape(logWeightsOf(levels, nll), [input.shape[0], samples]);
}

/** The same of each row: log p(x|z) + Σ_l log p(z_l|z_{>l}) − log q(z_l|·), [rows]. */
function logWeightsOf(levels: readonly LevelTerms[], nll: Tensor1D): Tensor1D {
  const ratios = levels.map(({ posterior, prior, z }) =>
    sum<Tensor1D>(sub(logDensity(z, prior), logDensity(z, posterior)), 1),
  );
  return addN([neg(nll), ...ratios]);
}

/** Means and log-variances of all levels, [batch, total latent], each level's given the means above (or below) it. */
export function encode(config: HvaeConfig, p: Parameters, x: Tensor2D): Codes {
  const { levels } = infer({ config, p, buffers: null }, x, null);
  return {
    mean: concat(
      levels.map(({ posterior }) => posterior.mean),
      1,
    ),
    logVar: concat(
      levels.map(({ posterior }) => posterior.logVar),
      1,
    ),
  };
}

/** Codes of all levels [n, total latent] to decoder means [n, pixels] in [0, 1]. */
export function decode(config: HvaeConfig, p: Parameters, codes: Tensor2D): Tensor2D {
  const pass = { config, p, buffers: null };
  const spans = levelSpans(config);
  let above: Tensor2D | null = null;
  for (let l = config.levels.length - 1; l >= 0; l--) {
    // Without the skip path only the lowest code reaches the pixels.
    if (config.skip || l === 0) above = topDown(pass, l, columns(codes, spans[l]!), above);
  }
  return sigmoid(pixels(pass, above));
}

/**
 * Ancestral sampling, z_L first: p(z_l | z_{>l}) at every level that is not given, with its deviation times τ_l, and the
 * decoder's means [count, pixels] of it.
 */
export function descend(
  config: HvaeConfig,
  p: Parameters,
  { codes, noise, given, temperatures }: Descent,
): { codes: Tensor2D; means: Tensor2D } {
  const pass = { config, p, buffers: null };
  const found: Tensor2D[] = [];
  let above: Tensor2D | null = null;
  for (const [l, span] of [...levelSpans(config).entries()].reverse()) {
    const epsilon = columns(noise, span);
    const prior: Gaussian = above ? gaussian(pass, `prior.${l}`, above) : standardNormal(epsilon);
    found[l] = given[l] ? columns(codes, span) : sample(prior, mul(epsilon, temperatures[l] ?? 1));
    above = topDown(pass, l, found[l], above);
  }
  return { codes: concat(found, 1), means: sigmoid(pixels(pass, above)) };
}

export const family: Family<HvaeConfig> = {
  name: 'hvae',
  terms: () => ['reconstruction', 'kl'],
  defaults: hvaeDefaults,
  parse: parseHvae,
  shapes: hvaeShapes,
  noiseDim: latentTotal,
  latentDim: latentTotal,
  inputDim: (config) => config.inputDim,
  binarises: () => true,
  loss,
  objective: (terms, settings) =>
    (terms['reconstruction'] ?? NaN) +
    (settings['beta'] ?? hvaeDefaults.beta) * (terms['kl'] ?? NaN),
  evaluate,
  logWeights,
  levels: levelSpans,
  descend,
  encode,
  decode,
  weightNames: 'In the names of the weights levels count from 0: level 0 is z₁.',
  stages: (config, p, image, settings, step, batch = image) => {
    // In training mode: what is normalised over the batch is shown as the loss has it.
    const terms = infer({ config, p, buffers: {} }, batch.input, required(batch.noise));
    return hierarchyStages(config, batch, terms, priceOf(terms.levels, settings, step));
  },
};

function required(noise: Tensor2D | null): Tensor2D {
  if (!noise) throw new Error('A hierarchy samples its codes: give it noise, [batch, latent].');
  return noise;
}

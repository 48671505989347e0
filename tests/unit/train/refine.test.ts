// Optimising q, and the bounds of a given q, against a linear-Gaussian model where everything is known:
// p(z) = N(0, I), p(x|z) = N(Wz, s² I), hence p(x) = N(0, WWᵀ + s² I) and p(z|x) = N(Λ⁻¹Wᵀx/s², Λ⁻¹) with
// Λ = I + WᵀW/s². The best diagonal q has the posterior's mean and the variances 1/Λᵢᵢ; its gap is
// ½(log Λ₁₁ + log Λ₂₂ − log det Λ). A full covariance closes the gap.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { boundOf, logJointOf } from '../../../src/lib/metrics/tensors/variational.ts';
import type { Model } from '../../../src/lib/metrics/tensors/likelihood.ts';
import type { Family } from '../../../src/lib/models/family.ts';
import { add, matMul, memory, mul, square, sub, sum, tensor2d } from '../../../src/lib/ops/tf.ts';
import type { Tensor1D, Tensor2D } from '../../../src/lib/ops/tf.ts';
import { beginAt, refine } from '../../../src/lib/train/refine.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const W = [1.5, 1.2, 0.2, 0.9, -0.4, 0.5] as const; // [pixels, latent]
const S = 0.5;
const X = Float32Array.of(1.1, 0.3, -0.7);
const LOG_2PI = Math.log(2 * Math.PI);

const dot = (a: number, b: number) =>
  [0, 1, 2].reduce((t, i) => t + W[2 * i + a]! * W[2 * i + b]!, 0);
const [l11, l12, l22] = [1 + dot(0, 0) / S ** 2, dot(0, 1) / S ** 2, 1 + dot(1, 1) / S ** 2];
const det = l11 * l22 - l12 ** 2;
const [b1, b2] = [0, 1].map((j) => X.reduce((t, x, i) => t + W[2 * i + j]! * x, 0) / S ** 2) as [
  number,
  number,
];
const posteriorMean = [(l22 * b1 - l12 * b2) / det, (l11 * b2 - l12 * b1) / det] as const;
// log p(x) = log p(x, z) − log p(z|x) at the posterior's mean.
const logLikelihood =
  X.reduce((t, x, i) => {
    const off = x - W[2 * i]! * posteriorMean[0] - W[2 * i + 1]! * posteriorMean[1];
    return t - 0.5 * (off / S) ** 2 - Math.log(S) - 0.5 * LOG_2PI;
  }, 0) -
  0.5 * (posteriorMean[0] ** 2 + posteriorMean[1] ** 2) -
  0.5 * Math.log(det);
const bestGap = 0.5 * (Math.log(l11) + Math.log(l22) - Math.log(det));

const unused = (): never => {
  throw new Error('Only the joint density is asked for.');
};

function logJoint(_: unknown, __: unknown, z: Tensor2D, x: Tensor2D): Tensor1D {
  const means = matMul<Tensor2D>(z, tensor2d([...W], [3, 2]), false, true);
  const nll = add(
    mul(sum(square(sub(x, means)), 1), 0.5 / S ** 2),
    3 * (Math.log(S) + LOG_2PI / 2),
  );
  return sub(mul(add(sum<Tensor1D>(square(z), 1), 2 * LOG_2PI), -0.5), nll);
}

const family: Family<unknown> = {
  name: 'linear-gaussian',
  terms: () => [],
  defaults: {},
  parse: unused,
  shapes: unused,
  noiseDim: () => 2,
  latentDim: () => 2,
  inputDim: () => 3,
  binarises: () => false,
  loss: unused,
  objective: unused,
  evaluate: unused,
  encode: unused,
  decode: unused,
  logJoint,
};
const model: Model = { family, config: null, parameters: {} };

/** A start as an encoder might give it: off by some deviations and of the wrong width. */
const start = {
  mean: Float32Array.of(posteriorMean[0] + 0.4, posteriorMean[1] - 0.5),
  logVar: Float32Array.of(-2, -0.5),
  lower: new Float32Array(0),
};

test('the joint density of image and code is exact', async () => {
  const [value = NaN] = await logJointOf(model, X, Float32Array.from(posteriorMean));
  const logPosterior = -LOG_2PI + 0.5 * Math.log(det);
  expect(value - logPosterior).toBeCloseTo(logLikelihood, 4);
});

test('the exact posterior as q: every sample gives log p(x), and the ELBO is that', async () => {
  const v1 = l22 / det;
  const cross = -l12 / det;
  const q = {
    mean: Float32Array.from(posteriorMean),
    logVar: Float32Array.of(Math.log(v1), Math.log(l11 / det - cross ** 2 / v1)),
    lower: Float32Array.of(0, 0, cross / Math.sqrt(v1), 0),
  };
  const found = await boundOf(model, X, q, { k: 100, draw: 0 });
  expect(found.value).toBeCloseTo(logLikelihood, 4);
  expect(found.elbo).toBeCloseTo(logLikelihood, 4);
  expect(found.elboStandardError).toBeLessThan(1e-5);
});

describe.each([
  { full: false, gap: bestGap },
  { full: true, gap: 0 },
])('optimising a q of full covariance: $full', ({ full, gap }) => {
  test('reaches the best of its kind, and its gap is the exact one', async () => {
    const { q, to, elbos } = await refine(model, X, beginAt(start, full), 600);
    expect(to.step).toBe(600);
    expect(elbos).toHaveLength(600);
    const { value, standardError, elbo, elboStandardError } = await boundOf(model, X, q, {
      k: 5000,
      draw: 3,
    });
    expect(Math.abs(value - logLikelihood)).toBeLessThan(3 * standardError + 1e-3);
    expect(Math.abs(logLikelihood - elbo - gap)).toBeLessThan(3 * elboStandardError + 0.005);
    expect(q.mean[0]).toBeCloseTo(posteriorMean[0], 1);
    expect(q.mean[1]).toBeCloseTo(posteriorMean[1], 1);
    if (full) return;
    expect(Math.exp(-q.logVar[0]!) / l11).toBeCloseTo(1, 1);
    expect(Math.exp(-q.logVar[1]!) / l22).toBeCloseTo(1, 1);
  });

  test('goes on from what crossed as if it had never stopped', async () => {
    const whole = await refine(model, X, beginAt(start, full), 12);
    const half = await refine(model, X, beginAt(start, full), 5);
    const rest = await refine(model, X, half.to, 7);
    expect([...rest.q.mean]).toEqual([...whole.q.mean]);
    expect([...half.elbos, ...rest.elbos]).toEqual([...whole.elbos]);
  });
});

test('a q that leaves the numbers stops the optimisation and is named', async () => {
  const broken = { ...start, mean: Float32Array.of(NaN, 0) };
  await expect(refine(model, X, beginAt(broken, false), 3)).rejects.toThrow(/ELBO of q became NaN/);
});

test('nothing is left behind', async () => {
  const before = memory().numTensors;
  await refine(model, X, beginAt(start, true), 3);
  await boundOf(model, X, start, { k: 1500, draw: 0 });
  await expect(
    refine(model, X, beginAt({ ...start, mean: Float32Array.of(NaN, 0) }, false), 1),
  ).rejects.toThrow();
  expect(memory().numTensors).toBe(before);
});

// Importance sampling against twenty random linear-Gaussian models, p(z) = N(0, I), p(x|z) = N(Wz, s² I), whose
// likelihood is known: p(x) = N(0, WWᵀ + s² I). The columns of W are orthogonal, so the exact posterior has a diagonal
// covariance. Proposals are that posterior shifted by half a standard deviation and widened by half.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { importanceLogLikelihood } from '../../../src/lib/metrics/tensors/likelihood.ts';
import { meanOf } from '../../../src/lib/metrics/arrays/moments.ts';
import type { Batch, Family } from '../../../src/lib/models/family.ts';
import { fillNormal, fillUniform, Stream } from '../../../src/lib/ops/random.ts';
import { tensor2d } from '../../../src/lib/ops/tf.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const PIXELS = 6;
const LATENT = 3;

interface LinearGaussian {
  /** Length of each of W's orthogonal columns; column j is nonzero at pixels 2j and 2j + 1 only. */
  readonly columns: readonly (readonly [number, number])[];
  readonly s: number;
  readonly x: readonly number[];
}

function randomModel(seed: number): LinearGaussian {
  const [weights, noise, code] = [PIXELS, PIXELS, LATENT].map((n, row) => {
    const out = new Float32Array(n);
    fillNormal(out, seed, Stream.data, row);
    return out;
  }) as [Float32Array, Float32Array, Float32Array];
  const uniform = new Float64Array(2);
  fillUniform(uniform, seed, Stream.data, 9);
  const s = 0.3 + uniform[0]!;
  const columns = [0, 1, 2].map((j) => [weights[2 * j]!, weights[2 * j + 1]!] as const);
  const x = Array.from(noise, (e, i) => columns[i >> 1]![i % 2]! * code[i >> 1]! + s * e);
  return { columns, s, x };
}

const logNormal = (value: number, mean: number, sd: number) =>
  -0.5 * Math.log(2 * Math.PI) - Math.log(sd) - 0.5 * ((value - mean) / sd) ** 2;

/** The pair of pixels of column w has covariance wwᵀ + s² I: s²(s² + |w|²) is its determinant. */
function exactLogLikelihood({ columns, s, x }: LinearGaussian): number {
  return columns.reduce((sum, [a, b], j) => {
    const [u, v] = [x[2 * j]!, x[2 * j + 1]!];
    const determinant = s ** 2 * (s ** 2 + a * a + b * b);
    const quadratic = (u * u + v * v - (a * u + b * v) ** 2 / (s ** 2 + a * a + b * b)) / s ** 2;
    return sum - Math.log(2 * Math.PI) - 0.5 * Math.log(determinant) - 0.5 * quadratic;
  }, 0);
}

/** The model as a family whose proposal is the posterior, `shift` standard deviations off and `widen` times as wide. */
function familyOf(model: LinearGaussian, shift: number, widen: number): Family<unknown> {
  const { columns, s, x } = model;
  const posterior = columns.map(([a, b], j) => {
    const precision = 1 + (a * a + b * b) / s ** 2;
    const sd = 1 / Math.sqrt(precision);
    return { mean: (a * x[2 * j]! + b * x[2 * j + 1]!) / s ** 2 / precision + shift * sd, sd };
  });
  const logWeights = ({ noise }: Batch, samples: number) => {
    const epsilon = noise?.dataSync() ?? [];
    const logs = Float32Array.from({ length: epsilon.length / LATENT }, (_, i) => {
      let log = 0;
      columns.forEach(([a, b], j) => {
        const { mean, sd } = posterior[j]!;
        const z = mean + widen * sd * epsilon[i * LATENT + j]!;
        log += logNormal(z, 0, 1) - logNormal(z, mean, widen * sd);
        log += logNormal(x[2 * j]!, a * z, s) + logNormal(x[2 * j + 1]!, b * z, s);
      });
      return log;
    });
    return tensor2d(logs, [logs.length / samples, samples]);
  };
  const unused = () => {
    throw new Error('The estimator needs the weights only.');
  };
  return {
    name: 'linear-gaussian',
    terms: () => [],
    defaults: {},
    parse: unused,
    shapes: unused,
    noiseDim: () => LATENT,
    latentDim: () => LATENT,
    inputDim: () => PIXELS,
    binarises: () => false,
    loss: unused,
    objective: unused,
    evaluate: unused,
    encode: unused,
    decode: unused,
    logWeights: (_config, _p, batch, samples) => logWeights(batch, samples),
  };
}

/** Estimates with k samples each, from `count` independent draws of the noise. */
async function estimates(family: Family<unknown>, k: number, count: number) {
  const input = tensor2d(new Float32Array(PIXELS), [1, PIXELS]);
  const found = await importanceLogLikelihood(
    { family, config: null, parameters: {} },
    { count, k, batchAt: () => ({ input, target: input, noise: null }) },
  );
  input.dispose();
  return found;
}

async function estimate(family: Family<unknown>, k: number) {
  const { values, standardErrors } = await estimates(family, k, 1);
  return { value: values[0]!, standardError: standardErrors[0]! };
}

describe.each(Array.from({ length: 20 }, (_, i) => i + 1))('model %i', (seed) => {
  const model = randomModel(seed);
  const exact = exactLogLikelihood(model);

  test('the exact posterior as proposal gives the likelihood from one sample', async () => {
    const { value } = await estimate(familyOf(model, 0, 1), 1);
    expect(value).toBeCloseTo(exact, 4);
  });

  test('five thousand samples of a shifted and widened proposal agree within three standard errors', async () => {
    const { value, standardError } = await estimate(familyOf(model, 0.5, 1.5), 5000);
    expect(standardError).toBeGreaterThan(0.005);
    expect(standardError).toBeLessThan(0.05);
    expect(Math.abs(value - exact)).toBeLessThan(3 * standardError);
  });
});

test('few samples are biased low: by KL(q ‖ p(z|x)) with one, by the variance of the weights over 2k with many', async () => {
  const model = randomModel(1);
  const family = familyOf(model, 0.5, 1.5);
  const count = 2000;
  const bias = async (k: number) =>
    meanOf((await estimates(family, k, count)).values) - exactLogLikelihood(model);
  // Per dimension, of N(½, 1.5²) to N(0, 1): the KL, and E[w²] = σ²/√(2σ² − 1) · exp(m²/(2σ² − 1)).
  const kl = 0.5 * (1.5 ** 2 + 0.5 ** 2 - 1 - 2 * Math.log(1.5));
  const second = (1.5 ** 2 / Math.sqrt(3.5)) * Math.exp(0.25 / 3.5);
  const variance = second ** LATENT - 1;

  const one = await bias(1);
  expect(Math.abs(one + LATENT * kl)).toBeLessThan(0.1);
  const hundred = await bias(100);
  const error = Math.sqrt(variance / 100 / count);
  expect(Math.abs(hundred + variance / 200)).toBeLessThan(3 * error);
});

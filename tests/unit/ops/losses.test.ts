// The terms of the losses: closed-form values, the KL against Monte Carlo, gradients against finite differences.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { bernoulliNll, gaussianNll, klToStandardNormal } from '../../../src/lib/ops/losses.ts';
import { fillNormal, Stream } from '../../../src/lib/ops/random.ts';
import { grad, sum, tensor2d, tidy, type Tensor, type Tensor2D } from '../../../src/lib/ops/tf.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const row = (...values: number[]) => tensor2d([values]);
const numbers = (compute: () => Tensor) => [...tidy(() => compute()).dataSync()];

test('KL is one half for mean 1 and unit variance', () => {
  expect(numbers(() => klToStandardNormal(row(1), row(0)))).toEqual([0.5]);
});

test('KL is zero for the prior itself, in every dimension', () => {
  expect(numbers(() => klToStandardNormal(row(0, 0, 0), row(0, 0, 0)))).toEqual([0, 0, 0]);
});

test('KL takes the log-variance, not σ: variance e costs (e − 2)/2', () => {
  const [kl] = numbers(() => klToStandardNormal(row(0), row(1)));
  expect(kl).toBeCloseTo((Math.E - 2) / 2, 6);
});

test('closed-form KL agrees with Monte Carlo within four standard errors', () => {
  const count = 100_000;
  const noise = new Float32Array(count);
  fillNormal(noise, 11, Stream.noise, 0);
  for (const [mean, logVar] of [
    [0.7, -1.2],
    [-2, 0.5],
    [0.1, -4],
  ] as const) {
    const [exact = NaN] = numbers(() => klToStandardNormal(row(mean), row(logVar)));
    // log q(z) − log p(z) at z = μ + σε; the constants cancel.
    const draws = Array.from(noise, (e) => {
      const z = mean + Math.exp(logVar / 2) * e;
      return -0.5 * (logVar + e * e) + 0.5 * z * z;
    });
    const average = draws.reduce((a, b) => a + b) / count;
    const variance = draws.reduce((a, b) => a + (b - average) ** 2, 0) / count;
    expect(Math.abs(exact - average)).toBeLessThan(4 * Math.sqrt(variance / count));
  }
});

test('KL is never negative', () => {
  const within = fc.float({ min: -6, max: 6, noNaN: true });
  fc.assert(
    fc.property(within, within, (mean, logVar) => {
      const [kl] = numbers(() => klToStandardNormal(row(mean), row(logVar)));
      expect(kl).toBeGreaterThanOrEqual(-1e-6);
    }),
  );
});

test('a logit of 0 costs log 2 nats a pixel, summed over pixels and not averaged', () => {
  const [nll] = numbers(() => bernoulliNll(row(0, 0, 0), row(0, 1, 0.5)));
  expect(nll).toBeCloseTo(3 * Math.LN2, 6);
});

test('logits of ±80 give exact costs where a rounded probability would give infinity', () => {
  expect(numbers(() => bernoulliNll(row(80, -80), row(1, 0)))[0]).toBeCloseTo(0, 6);
  expect(numbers(() => bernoulliNll(row(80), row(0)))[0]).toBeCloseTo(80, 4);
  expect(numbers(() => bernoulliNll(row(-80), row(1)))[0]).toBeCloseTo(80, 4);
});

test('each image of a batch has a cost of its own', () => {
  const logits = tensor2d([
    [0, 0],
    [80, 80],
  ]);
  const costs = numbers(() => bernoulliNll(logits, tensor2d([1, 1, 0, 0], [2, 2])));
  expect(costs[0]).toBeCloseTo(2 * Math.LN2, 5);
  expect(costs[1]).toBeCloseTo(160, 3);
});

test('a Gaussian decoder that hits its image pays ½ log 2π a pixel at σ = 1, and log σ more elsewhere', () => {
  const perPixel = 0.5 * Math.log(2 * Math.PI);
  expect(numbers(() => gaussianNll(row(0.3, 0.9), row(0.3, 0.9), 1))[0]).toBeCloseTo(
    2 * perPixel,
    5,
  );
  expect(numbers(() => gaussianNll(row(0), row(2), 2))[0]).toBeCloseTo(
    0.5 + perPixel + Math.log(2),
    5,
  );
});

const image = [0, 1, 0.25, 0.5];
const fixed = [0.3, -0.4, 0, 1];

// The other argument is made outside of what is differentiated, as a batch is made outside of a model's loss.
test.each<[string, number[], (t: Tensor2D, other: Tensor2D) => Tensor]>([
  ['bernoulliNll in its logits', image, (t, x) => bernoulliNll(t, x)],
  ['gaussianNll in its means', image, (t, x) => gaussianNll(t, x, 0.7)],
  ['the KL in the mean', fixed, (t, logVar) => klToStandardNormal(t, logVar)],
  ['the KL in the log-variance', fixed, (t, mean) => klToStandardNormal(mean, t)],
])('the gradient of %s is what finite differences say', (_, otherValues, compute) => {
  const at = [0.2, -1.1, 0.7, 1.5];
  const other = row(...otherValues);
  const total = (values: number[]) => numbers(() => sum(compute(row(...values), other)))[0] ?? NaN;
  const analytic = numbers(() =>
    grad((t: Tensor) => sum(compute(t as Tensor2D, other)))(row(...at)),
  );
  const step = 1e-2;
  at.forEach((value, i) => {
    const up = total(at.with(i, value + step));
    const down = total(at.with(i, value - step));
    expect(Math.abs((up - down) / (2 * step) - analytic[i]!)).toBeLessThan(1e-3);
  });
});

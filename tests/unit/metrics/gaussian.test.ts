// Gaussians over codes, and the running sums of importance weights, against closed forms.
import { expect, test } from 'vitest';
import { ellipseOf, gaussianSamples } from '../../../src/lib/metrics/arrays/gaussian.ts';
import { LogWeights } from '../../../src/lib/metrics/arrays/log-weights.ts';

const none = new Float32Array(0);

test('a sample of zero noise is the mean, at the density’s peak', () => {
  const q = { mean: Float32Array.of(1, -2), logVar: Float32Array.of(0, Math.log(4)), lower: none };
  const { codes, logDensities } = gaussianSamples(q, Float32Array.of(0, 0));
  expect([...codes]).toEqual([1, -2]);
  expect(logDensities[0]).toBeCloseTo(-Math.log(2 * Math.PI) - Math.log(2), 6);
});

test('with numbers below the diagonal the second coordinate follows the first', () => {
  const q = {
    mean: new Float32Array(2),
    logVar: new Float32Array(2),
    lower: Float32Array.of(0, 0, 3, 0),
  };
  const { codes } = gaussianSamples(q, Float32Array.of(1, 0.5));
  expect([...codes]).toEqual([1, 3.5]);
});

test('the ellipse of a diagonal Gaussian has its deviations as half axes', () => {
  const logVar = Float32Array.of(2 * Math.log(0.5), 2 * Math.log(0.1));
  const { axes, angle, centre } = ellipseOf({ mean: Float32Array.of(1, 2), logVar, lower: none });
  expect(centre).toEqual([1, 2]);
  expect(axes[0]).toBeCloseTo(0.5, 6);
  expect(axes[1]).toBeCloseTo(0.1, 6);
  expect(angle).toBeCloseTo(0, 6);
});

test('equal variances with a positive covariance lean by 45 degrees', () => {
  // L = [[1, 0], [ρ, √(1 − ρ²)]]: unit variances, correlation ρ; half axes √(1 ± ρ).
  const rho = 0.6;
  const { axes, angle } = ellipseOf({
    mean: new Float32Array(2),
    logVar: Float32Array.of(0, Math.log(1 - rho ** 2)),
    lower: Float32Array.of(0, 0, rho, 0),
  });
  expect(angle).toBeCloseTo(Math.PI / 4, 6);
  expect(axes[0]).toBeCloseTo(Math.sqrt(1.6), 6);
  expect(axes[1]).toBeCloseTo(Math.sqrt(0.4), 6);
});

test('equal weights: the likelihood is the weight, without error, however the samples came', () => {
  const weights = new LogWeights();
  weights.add([-100, -100]);
  weights.add([-100]);
  const { value, standardError, elbo, elboStandardError } = weights.estimate();
  expect(value).toBeCloseTo(-100, 9);
  expect(elbo).toBeCloseTo(-100, 9);
  expect(standardError).toBeCloseTo(0, 6);
  expect(elboStandardError).toBeCloseTo(0, 6);
});

test('two weights, 1 and 3: log 2, and the mean of their logarithms below it', () => {
  const weights = new LogWeights();
  weights.add([0, Math.log(3)]);
  const { value, standardError, elbo, elboStandardError } = weights.estimate();
  expect(value).toBeCloseTo(Math.log(2), 9);
  expect(standardError).toBeCloseTo(Math.sqrt(10 / 16 - 1 / 2), 9);
  expect(elbo).toBeCloseTo(Math.log(3) / 2, 9);
  expect(elboStandardError).toBeCloseTo(Math.log(3) / 2, 9);
});

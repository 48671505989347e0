// Figures of published models as pages print them.
import { describe, expect, test } from 'vitest';
import { findFact, manifest, printMetric, type Metric } from '../../../src/site/manifests.ts';

const metric = (value: number, unit: string, standardError?: number): Metric => ({
  value,
  unit,
  protocol: 'test',
  tolerance: 0.01,
  ...(standardError === undefined ? {} : { standardError }),
});

describe('a printed metric', () => {
  test('has one decimal in nats and four in small shares', () => {
    expect(printMetric(metric(97.4321, 'nats'))).toBe('97.4');
    expect(printMetric(metric(0.00912, 'per pixel'))).toBe('0.0091');
  });

  test('has no decimals when it counts', () => {
    expect(printMetric(metric(19, 'of 20'))).toBe('19');
  });

  test('shows its standard error when asked, and the true minus sign', () => {
    expect(printMetric(metric(-1.5, 'nats', 0.21), { error: true })).toBe('−1.5 ± 0.2');
    expect(printMetric(metric(97.4321, 'nats'), { error: true, digits: 2 })).toBe('97.43');
  });
});

describe('a figure asked for by a page', () => {
  const published = manifest.parse({
    id: 'vae',
    title: 'VAE',
    chapter: '/variational/vae/',
    architecture: [{ name: 'mean.weight', shape: [2, 256] }],
    parameters: 404244,
    data: { set: 'MNIST', split: 'all', preprocessing: 'none' },
    training: {},
    seed: 7,
    steps: 10,
    seconds: 1,
    command: 'npm run train -- vae',
    weights: 'weights.safetensors',
    dtype: 'F16',
    bytes: 1,
    sha256: '0',
    licence: 'MIT',
    metrics: { 'kl-nats': metric(5, 'nats') },
  });

  test('is a metric or a count', () => {
    expect(findFact([published], 'vae', 'kl-nats', 'page')).toMatchObject({ kind: 'metric' });
    expect(findFact([published], 'vae', 'parameters', 'page')).toEqual({
      kind: 'count',
      value: 404244,
    });
  });

  test('fails with what there is when the model or the metric is unknown', () => {
    expect(() => findFact([published], 'ae', 'mse', 'page')).toThrow(
      /page: no model "ae".*Models there: vae.*npm run train -- ae/,
    );
    expect(() => findFact([published], 'vae', 'mse', 'page')).toThrow(/no metric "mse".*kl-nats/);
  });
});

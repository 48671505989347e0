// Gaussian posteriors over plain numbers, against closed forms.
import { describe, expect, test } from 'vitest';
import { bernoulliSample, noise, priorCodes } from '../../../src/lib/metrics/arrays/draws.ts';
import {
  activeUnits,
  bernoulliNll,
  codeVariance,
  klOfOne,
  klPerDimension,
} from '../../../src/lib/metrics/arrays/posterior.ts';

describe('posterior arrays', () => {
  test('KL is one half for mean 1 and unit variance, and zero for the prior itself', () => {
    expect(klOfOne(1, 0)).toBe(0.5);
    expect(klOfOne(0, 0)).toBe(0);
  });

  test('KL by dimension averages over the images; a deterministic code has none', () => {
    const mean = Float32Array.of(1, 0, 3, 0);
    const kl = klPerDimension({ mean, logVar: new Float32Array(4), dimensions: 2 });
    expect(kl).toEqual([2.5, 0]);
    expect(klPerDimension({ mean, logVar: new Float32Array(0), dimensions: 2 })).toEqual([]);
  });

  test('units count as active where the mean moves from image to image', () => {
    const mean = Float32Array.of(1, 5, 0.05, -1, 5, -0.05);
    const variance = codeVariance({ mean, logVar: new Float32Array(0), dimensions: 3 });
    expect(variance[0]).toBeCloseTo(1, 6);
    expect(variance[1]).toBeCloseTo(0, 6);
    expect(variance[2]).toBeCloseTo(0.0025, 6);
    expect(activeUnits(variance)).toBe(1);
  });

  test('a fair coin costs ln 2 a pixel, a certain and right one nothing', () => {
    expect(bernoulliNll(Float32Array.of(0.5, 0.5), Float32Array.of(0, 1))).toBeCloseTo(
      2 * Math.LN2,
      12,
    );
    expect(bernoulliNll(Float32Array.of(1, 0), Float32Array.of(1, 0))).toBeCloseTo(0, 5);
  });

  test('a certain and wrong pixel costs much, never infinitely much', () => {
    const nll = bernoulliNll(Float32Array.of(1), Float32Array.of(0));
    expect(nll).toBeGreaterThan(10);
    expect(nll).toBeLessThan(20);
  });
});

describe('draws for pictures', () => {
  test('the same number gives the same draw, another number another one', () => {
    expect(noise(8, 3)).toEqual(noise(8, 3));
    expect(noise(8, 3)).not.toEqual(noise(8, 4));
    expect(priorCodes(4, 2, 0)).toHaveLength(8);
  });

  test('a sample is 1 as often as its mean says', () => {
    const means = new Float32Array(20_000).fill(0.3);
    const sample = bernoulliSample(means, 1);
    expect(new Set(sample)).toEqual(new Set([0, 1]));
    const share = sample.reduce((a, b) => a + b, 0) / sample.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.015);
  });
});

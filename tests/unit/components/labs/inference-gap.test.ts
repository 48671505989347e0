// The microscope's arithmetic: the split, when an optimisation has settled, and distances between Gaussians.
import { describe, expect, test } from 'vitest';
import {
  evidenceOf,
  hasSettled,
  klByDimension,
  SETTLING,
  smoothed,
  splitOf,
} from '../../../../src/components/labs/inference-gap/gaps.ts';
import { parseFirst } from '../../../../src/components/labs/inference-gap/known.ts';
import report from '../../../../src/content/reports/vae-gaps.json' with { type: 'json' };

const bound = (value: number, standardError: number, elbo: number, elboStandardError = 0.1) => ({
  value,
  standardError,
  elbo,
  elboStandardError,
});

describe('the split', () => {
  const amortised = bound(-104, 2, -110, 0.3);
  const best = bound(-100.2, 0.1, -101, 0.4);

  test('what the grid knows is taken for exact', () => {
    expect(evidenceOf(-100, [amortised, best])).toEqual({
      value: -100,
      standardError: 0,
      from: 'grid',
    });
  });

  test('without a grid the estimate with the least error counts', () => {
    expect(evidenceOf(undefined, [amortised, null, best])?.value).toBe(-100.2);
    expect(evidenceOf(undefined, [null])).toBeNull();
  });

  test('both parts add up to the whole gap, with the errors of what they are made of', () => {
    const evidence = { value: -100, standardError: 0.3, from: 'samples' } as const;
    const { amortisation, approximation } = splitOf(evidence, amortised, best);
    expect(amortisation.nats).toBeCloseTo(9, 9);
    expect(approximation.nats).toBeCloseTo(1, 9);
    expect(amortisation.nats + approximation.nats).toBeCloseTo(evidence.value - amortised.elbo, 9);
    expect(amortisation.standardError).toBeCloseTo(0.5, 9);
    expect(approximation.standardError).toBeCloseTo(0.5, 9);
  });
});

describe('settling', () => {
  const noisy = (of: (i: number) => number) =>
    Array.from({ length: 2 * SETTLING }, (_, i) => of(i) + Math.sin(7.3 * i));

  test('a level curve has settled, a rising one has not', () => {
    expect(hasSettled(noisy(() => -100))).toBe(true);
    expect(hasSettled(noisy((i) => -100 + 0.02 * i))).toBe(false);
  });

  test('nothing is settled before there is something to compare', () => {
    expect(hasSettled(new Array<number>(2 * SETTLING - 1).fill(-100))).toBe(false);
  });
});

test('a smoothed curve is the mean of the last values, of fewer at its beginning', () => {
  expect(smoothed([1, 3, 5, 7], 2)).toEqual([1, 2, 4, 6]);
});

test('the KL by dimension is that of the marginals', () => {
  const none = new Float32Array(0);
  const p = { mean: new Float32Array(2), logVar: new Float32Array(2), lower: none };
  const q = {
    mean: Float32Array.of(1, 0),
    logVar: Float32Array.of(0, Math.log(0.75)),
    lower: Float32Array.of(0, 0, 0.5, 0), // the second variance is 0.75 + 0.25
  };
  const [first, second] = klByDimension(q, p);
  expect(first).toBeCloseTo(0.5, 6);
  expect(second).toBeCloseTo(0, 6);
});

test('the report’s first picture is whole: the bound below log p(x), contours around its window’s middle', () => {
  const first = parseFirst(report);
  expect(first.elbo).toBeLessThan(first.logEvidence);
  expect(first.contours.map((pieces) => pieces.length > 20)).toEqual([true, true]);
  for (const [x1, y1] of first.contours.flat()) {
    expect(Math.abs(x1 - first.window.centre[0])).toBeLessThan(first.window.reach[0]);
    expect(Math.abs(y1 - first.window.centre[1])).toBeLessThan(first.window.reach[1]);
  }
});

// The scores of an image, their histograms, and the probes; the lab's first picture from the committed report.
import { describe, expect, test } from 'vitest';
import { parseFirst } from '../../../../src/components/labs/outlier/known.ts';
import {
  binOf,
  histogramOf,
  probes,
  scoresOf,
  shareBelow,
} from '../../../../src/components/labs/outlier/scores.ts';
import report from '../../../../src/content/reports/vae-outliers.json' with { type: 'json' };
import { rocOfCounts } from '../../../../src/lib/metrics/arrays/ranking.ts';

const PIXELS = 784;

test('the reconstruction is what the negative ELBO leaves after the KL, which has a closed form', () => {
  const grey = new Uint8Array(PIXELS).fill(255, 0, 10);
  const binary = Float32Array.from(grey, (byte) => byte / 255);
  const [scored] = scoresOf({
    subjects: [{ index: 0, label: 1, grey, binary }],
    likelihood: {
      values: Float64Array.of(-90),
      standardErrors: Float64Array.of(0.2),
      elbos: Float64Array.of(-100),
      elboStandardErrors: Float64Array.of(0.1),
    },
    codes: { mean: Float32Array.of(1, 2), logVar: new Float32Array(2), dimensions: 2 },
    means: new Float32Array(PIXELS),
  });
  expect(scored).toMatchObject({ nll: 90, error: 0.2, negElbo: 100, kl: 2.5, ink: 10 });
  expect(scored?.reconstruction).toBeCloseTo(97.5, 9);
  expect(scored?.mse).toBeCloseTo(10 / PIXELS, 9);
});

describe('histograms', () => {
  test('every value is in one bin, of a round width', () => {
    const [known, strange] = [
      [12, 13.5, 260],
      [80, 81, 82, 499],
    ];
    const { from, width, ...counts } = histogramOf(known, strange);
    expect(width).toBe(20);
    expect(from).toBeLessThanOrEqual(12);
    expect(counts.known.reduce((a, b) => a + b)).toBe(3);
    expect(counts.strange.reduce((a, b) => a + b)).toBe(4);
    expect(counts.known).toHaveLength(counts.strange.length);
  });

  test('values that are all one have one bin', () => {
    expect(histogramOf([5, 5], [5]).known.reduce((a, b) => a + b)).toBe(2);
  });

  test('what lies beyond belongs to the outermost bins', () => {
    const bins = { from: 10, width: 5 };
    expect(binOf(bins, -3, 4)).toBe(0);
    expect(binOf(bins, 19.9, 4)).toBe(1);
    expect(binOf(bins, 1000, 4)).toBe(3);
  });
});

test('the probes are what their names say', () => {
  const inkOf = (part: string) =>
    probes
      .find(({ name }) => name.startsWith(part))
      ?.subject.binary.reduce((sum, pixel) => sum + pixel, 0);
  expect(inkOf('empty')).toBe(0);
  expect(inkOf('full')).toBe(PIXELS);
  expect(inkOf('half full')).toBe(PIXELS / 2);
  expect(inkOf('noise, half')).toBeGreaterThan(330);
  expect(inkOf('noise, half')).toBeLessThan(450);
  expect(inkOf('noise, 5%')).toBeLessThan(70);
});

test('a share below counts strictly', () => {
  expect(shareBelow([1, 2, 2, 3], 2)).toBe(0.25);
});

test('the curve of the report’s histograms has the area that the report states', () => {
  const { known, strange, area } = parseFirst(report);
  const points = rocOfCounts(strange, known);
  const trapezia = points.slice(1).reduce((sum, [x, y], i) => {
    const [x0, y0] = points[i]!;
    return sum + ((x - x0) * (y + y0)) / 2;
  }, 0);
  expect(trapezia).toBeCloseTo(area, 2);
});

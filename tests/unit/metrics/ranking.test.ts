// The area under the ROC curve against counting pairs by hand, and against the curve itself.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  areaStandardError,
  rocCurve,
  rocOfCounts,
  shareAbove,
} from '../../../src/lib/metrics/arrays/ranking.ts';

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });

test('the share of pairs is what counting them gives, ties half', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      let wins = 0;
      for (const x of a) for (const y of b) wins += x > y ? 1 : x === y ? 0.5 : 0;
      expect(shareAbove(a, b)).toBeCloseTo(wins / a.length / b.length, 12);
    }),
  );
});

test('it is the area under the curve, by trapezia', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const points = rocCurve(a, b);
      expect(points[0]).toEqual([0, 0]);
      expect(points.at(-1)).toEqual([1, 1]);
      let area = 0;
      for (let i = 1; i < points.length; i++) {
        const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
        area += ((x1 - x0) * (y0 + y1)) / 2;
      }
      expect(area).toBeCloseTo(shareAbove(a, b), 10);
    }),
  );
});

test('perfect separation is 1 without error; a coin’s error shrinks with the root of the counts', () => {
  expect(shareAbove([3, 4], [1, 2])).toBe(1);
  expect(areaStandardError(1, 50, 50)).toBe(0);
  // At ½ with n of each: variance (¼ + 2(n − 1)/12) / n², about 1/6n.
  expect(areaStandardError(0.5, 600, 600)).toBeCloseTo(Math.sqrt(1 / 3600), 4);
});

test('counts in bins of one value each give the curve of the values', () => {
  const group = fc.array(fc.nat(5), { minLength: 3, maxLength: 8 });
  fc.assert(
    fc.property(group, group, (a, b) => {
      const counts = (values: readonly number[]) =>
        [0, 1, 2, 3, 4, 5].map((bin) => values.filter((value) => value === bin).length);
      const binned = rocOfCounts(counts(a), counts(b));
      for (const point of rocCurve(a, b)) expect(binned).toContainEqual(point);
    }),
  );
});

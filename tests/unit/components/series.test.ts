// Curves on one axis, and the range that a plot shows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  align,
  robustRange,
  spread,
  telling,
  thinned,
  toCsv,
  type Series,
} from '../../../src/components/ui/series.ts';

const curve = (x: number[], y: number[], name = 'loss'): Series => ({
  name,
  colour: '--dec',
  x,
  y,
});

test('curves with other points meet on one axis, with gaps where a curve has none', () => {
  const train = curve([1, 2, 3, 4], [9, 8, 7, 6]);
  const held = curve([2, 4, 5], [8.5, 6.5, 6.4], 'held out');
  expect(align([train, held])).toEqual([
    [1, 2, 3, 4, 5],
    [9, 8, 7, 6, null],
    [null, 8.5, null, 6.5, 6.4],
  ]);
});

test('a value that is no number is a gap', () => {
  const x = [1, 2];
  expect(align([curve(x, [NaN, 1]), curve(x, [Infinity, 2])])[1]).toEqual([null, 1]);
  expect(align([])).toEqual([[]]);
});

test('the first steep fall does not flatten the rest of the curve', () => {
  const y = Array.from({ length: 100 }, (_, i) => 100 + 450 * Math.exp(-i / 4));
  const [low, high] = robustRange([curve([...y.keys()], y)]);
  expect(high).toBeLessThan(115);
  expect(low).toBeGreaterThan(95);
});

test('a logarithmic axis has room for an early peak', () => {
  const y = [0.01, 9, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01];
  expect(robustRange([curve([...y.keys()], y)], true)[1]).toBeGreaterThan(9);
});

test('a range reaches down to zero when a curve is near it', () => {
  const range = robustRange([curve([1, 2], [130, 120]), curve([1, 2], [5, 6], 'KL')]);
  expect(range[0]).toBe(0);
});

test('a run that ends in no numbers is shown where it had them', () => {
  const [low, high] = robustRange([curve([1, 2, 3, 4], [500, NaN, NaN, NaN])]);
  expect(low).toBeLessThan(500);
  expect(high).toBeGreaterThan(500);
});

test('a range is never empty, whatever the curves hold', () => {
  const values = fc.array(fc.double(), { maxLength: 50 });
  fc.assert(
    fc.property(values, fc.boolean(), (y, log) => {
      const [low, high] = robustRange([curve([...y.keys()], y)], log);
      if (y.some((v) => Math.abs(v) > 1e300)) return;
      expect(high).toBeGreaterThan(low);
      if (log) expect(low).toBeGreaterThan(0);
    }),
  );
});

test('CSV names its columns, leaves gaps empty and quotes commas', () => {
  const csv = toCsv([curve([1, 2], [9, 8]), curve([2], [8.5], 'held out, test')], 'step');
  expect(csv).toBe('step,loss,"held out, test"\n1,9,\n2,8,8.5\n');
});

test('a thinned table keeps its first and its last row', () => {
  expect(thinned(3, 24)).toEqual([0, 1, 2]);
  const rows = thinned(1000, 24);
  expect(rows).toHaveLength(24);
  expect([rows[0], rows.at(-1)]).toEqual([0, 999]);
  expect(new Set(rows).size).toBe(24);
});

test('a table has the rows where the curve of fewest values has them', () => {
  const xs = Array.from({ length: 1000 }, (_, x) => x);
  const often = xs.map((x): number | null => (x === 333 ? null : x));
  const seldom = xs.map((x): number | null => (x === 333 || x === 777 ? 1 : null));
  const rows = telling([often, seldom], 24);
  expect(rows).toEqual(expect.arrayContaining([0, 333, 777, 999]));
  expect(rows).toHaveLength(26);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  expect(telling([[1, 2, 3]], 24)).toEqual([0, 1, 2]);
  expect(telling([], 24)).toEqual([]);
});

test('labels that fit are apart and inside, in the order of their curves', () => {
  const wanted = fc.array(fc.double({ min: -50, max: 250, noNaN: true }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(wanted, (places) => {
      const at = spread(places, 13, 5, 195);
      const sorted = [...at].sort((a, b) => a - b);
      sorted.forEach((y, i) => {
        expect(y).toBeGreaterThanOrEqual(5 - 1e-9);
        expect(y).toBeLessThanOrEqual(195 + 1e-9);
        if (i > 0) expect(y - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(13 - 1e-9);
      });
      places.forEach((a, i) => {
        places.forEach((b, j) => {
          if (a < b) expect(at[i]).toBeLessThan(at[j] ?? 0);
        });
      });
    }),
  );
  expect(spread([50, 100], 13, 5, 195)).toEqual([50, 100]);
});

// The numbers on a vertical axis: round, and enough of them to read a scale from.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { significant } from '../../../src/components/ui/format.ts';
import { ticks } from '../../../src/components/ui/ticks.ts';

describe('a logarithmic axis', () => {
  test('names the powers of ten where there are two', () => {
    expect(ticks(0.004, 0.2, 4, true)).toEqual([0.01, 0.1]);
    expect(ticks(1e-9, 2, 3, true)).toEqual([1e-9, 1e-5, 0.1]);
  });

  test('names what lies between where there are not', () => {
    expect(ticks(0.02, 0.15, 3, true)).toEqual([0.03, 0.1]);
    expect(ticks(0.011, 0.06, 3, true)).toEqual([0.02, 0.05]);
  });

  test('has two numbers for a loss that hardly falls any more', () => {
    expect(ticks(0.0341, 0.0478, 3, true)).toEqual([0.035, 0.04, 0.045]);
    expect(ticks(0.0363, 0.0441, 2, true)).toEqual([0.038, 0.042]);
  });
});

test('a linear axis has as many round numbers as fit', () => {
  expect(ticks(0, 130, 3, false)).toEqual([0, 50, 100]);
  expect(ticks(101, 109, 2, false)).toEqual([102, 106]);
});

test('there are two at least, none outside, and no two read alike', () => {
  const low = fc.double({ min: 1e-6, max: 1e5, noNaN: true });
  const share = fc.double({ min: 0.05, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(
      low,
      share,
      fc.integer({ min: 0, max: 9 }),
      fc.boolean(),
      (from, times, room, log) => {
        const to = from * (1 + times);
        const found = ticks(from, to, room, log);
        expect(found.length).toBeGreaterThanOrEqual(2);
        for (const value of found) {
          expect(value).toBeGreaterThanOrEqual(from);
          expect(value).toBeLessThanOrEqual(to);
        }
        expect(new Set(found.map((value) => significant(value))).size).toBe(found.length);
      },
    ),
  );
});

// A slider's scales: linear, logarithmic, stops.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fraction,
  positionOf,
  track,
  valueAt,
  type Range,
} from '../../../src/components/ui/range.ts';

const rate: Range = { kind: 'log', min: 1e-5, max: 1e-1, perDecade: 10 };
const weight: Range = { kind: 'log', min: 0.01, max: 100, perDecade: 10, zero: true };
const batch: Range = { kind: 'stops', stops: [32, 64, 128, 256] };
const beta: Range = { kind: 'linear', min: 0, max: 10, step: 0.1 };

test('a linear slider holds its own values', () => {
  expect(track(beta)).toEqual({ min: 0, max: 10, step: 0.1 });
  expect(valueAt(beta, 3.7)).toBe(3.7);
  expect(positionOf(beta, 12)).toBe(10);
});

test('a logarithmic slider passes through the powers of ten and reads well between them', () => {
  expect(track(rate)).toEqual({ min: 0, max: 40, step: 1 });
  expect([0, 10, 20, 30, 40].map((p) => valueAt(rate, p))).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
  expect(valueAt(rate, 23)).toBe(0.002);
});

test('a logarithmic slider with a zero has it at its left end only', () => {
  expect(track(weight).min).toBe(-1);
  expect(valueAt(weight, -1)).toBe(0);
  expect(positionOf(weight, 0)).toBe(-1);
  expect(valueAt(weight, 0)).toBe(0.01);
  expect(fraction(weight, -1)).toBe(0);
});

test('stops snap to the nearest and stay inside', () => {
  expect(positionOf(batch, 100)).toBe(2);
  expect(positionOf(batch, 1)).toBe(0);
  expect(valueAt(batch, 9)).toBe(256);
});

test('every position of every scale survives the way to its value and back', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.double({ min: 10, max: 1e5, noNaN: true }),
      fc.integer({ min: 2, max: 10 }),
      (min, factor, perDecade) => {
        const range: Range = { kind: 'log', min, max: min * factor, perDecade };
        for (let p = 0; p <= track(range).max; p += 1)
          expect(positionOf(range, valueAt(range, p))).toBe(p);
      },
    ),
    { numRuns: 200 },
  );
  for (let p = 0; p < 4; p += 1) expect(positionOf(batch, valueAt(batch, p))).toBe(p);
});

// Plain-number metrics against their definitions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logSumExp, meanOf, standardErrorOf } from '../../../src/lib/metrics/arrays/moments.ts';
import { mseOf, psnrOf } from '../../../src/lib/metrics/arrays/reconstruction.ts';

test('the standard error of 1, 2, 3, 4 is √(5/12)', () => {
  expect(meanOf([1, 2, 3, 4])).toBe(2.5);
  expect(standardErrorOf([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 12), 12);
});

test('log Σ exp is stable where exp overflows and underflows', () => {
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 10);
  expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 10);
  expect(logSumExp([])).toBe(-Infinity);
  expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
});

test('log Σ exp moves with its values and lies at or above their largest', () => {
  const value = fc.double({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), value, (values, shift) => {
      const total = logSumExp(values);
      expect(total).toBeGreaterThanOrEqual(Math.max(...values));
      expect(logSumExp(values.map((each) => each + shift))).toBeCloseTo(total + shift, 8);
    }),
  );
});

test('an error of a tenth everywhere is 20 dB; none at all is infinitely many', () => {
  expect(mseOf([0, 0.5], [0.1, 0.4])).toBeCloseTo(0.01, 12);
  expect(psnrOf(0.01)).toBeCloseTo(20, 12);
  expect(psnrOf(mseOf([1], [1]))).toBe(Infinity);
});

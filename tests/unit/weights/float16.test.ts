// Half precision against its definition and against the platform's own conversion.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../../src/lib/weights/float16.ts';

test('all 65,536 halves survive the way to a number and back', () => {
  for (let half = 0; half < 65536; half++) {
    const number = fromHalf(half);
    if (Number.isNaN(number)) expect(Number.isNaN(fromHalf(toHalf(number)))).toBe(true);
    else expect(toHalf(number)).toBe(half);
  }
});

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff], // the largest
  [65520, 0x7c00], // rounds to infinity
  [2 ** -24, 0x0001], // the smallest
  [2 ** -25, 0x0000], // a tie, to even
  [1 + 2 ** -11, 0x3c00], // a tie, to even
  [1 + 3 * 2 ** -11, 0x3c02],
  [Infinity, 0x7c00],
])('%d is the half %d', (number, half) => {
  expect(toHalf(number)).toBe(half);
});

test('a float32 is rounded to the nearest half', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: -65000, max: 65000 }), (number) => {
      const half = toHalf(number);
      const error = Math.abs(fromHalf(half) - number);
      for (const neighbour of [half - 1, half + 1]) {
        const other = fromHalf(neighbour & 0xffff);
        if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - number));
      }
    }),
  );
});

// Numbers as readouts print them.
import { expect, test } from 'vitest';
import { bytes, count, duration, fixed, significant } from '../../../src/components/ui/format.ts';

test('fixed decimals carry a true minus and never a negative zero', () => {
  expect(fixed(-0.424, 2)).toBe('−0.42');
  expect(fixed(-0.001, 2)).toBe('0.00');
  expect(fixed(118.25, 1)).toBe('118.3');
});

test('what is not a number is a dash', () => {
  for (const text of [fixed(NaN, 1), count(Infinity), significant(NaN), duration(-1), bytes(NaN)])
    expect(text).toBe('–');
});

test('counts have their thousands apart', () => {
  expect(count(1240)).toBe('1,240');
  expect(count(6_100_000.4)).toBe('6,100,000');
});

test('significant digits keep small and large numbers short', () => {
  expect(significant(0.001)).toBe('0.001');
  expect(significant(1)).toBe('1');
  expect(significant(12_345)).toBe('12,300');
  expect(significant(0.000_012_34)).toBe('1.23e−5');
  expect(significant(-2.5e7)).toBe('−2.5e7');
  expect(significant(0)).toBe('0');
});

test('durations are minutes and seconds, hours when there are any', () => {
  expect(duration(41)).toBe('0:41');
  expect(duration(59.6)).toBe('1:00');
  expect(duration(725)).toBe('12:05');
  expect(duration(3723)).toBe('1:02:03');
});

test('bytes go up in thousands and keep two digits', () => {
  expect(bytes(512)).toBe('512 B');
  expect(bytes(1400)).toBe('1.4 kB');
  expect(bytes(999_900)).toBe('1.0 MB');
  expect(bytes(14_200_000)).toBe('14 MB');
});

// Figures that no manifest holds: what the committed reports say, and what happens when a page asks for another.
import { expect, test } from 'vitest';
import { printReading, readingOf, UnknownReadingError } from '../../../src/components/readings.ts';

test('a reading has a value, and a protocol that names the command', () => {
  const { value, unit, protocol } = readingOf('vae-readings', '20d-at-mean');
  expect(value).toBeGreaterThan(0);
  expect(unit).toBe('nats');
  expect(protocol).toContain('node scripts/run.mjs readings');
});

test('a reading is printed with the decimals that the page asks for', () => {
  const { value } = readingOf('vae-outliers', 'auc');
  expect(printReading('vae-outliers', 'auc', 2)).toBe(value.toFixed(2));
});

test('an unknown reading is an error that lists the known ones', () => {
  expect(() => readingOf('vae-readings', 'nothing')).toThrow(UnknownReadingError);
  expect(() => readingOf('vae-readings', 'nothing')).toThrow(/20d-at-mean/);
});

test('an unknown report is an error that lists the known ones', () => {
  expect(() => readingOf('nothing', 'auc')).toThrow(/vae-outliers\.json/);
});

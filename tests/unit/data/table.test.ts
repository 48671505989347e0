// The table of sensors: the same from the same seed, three causes behind twelve columns, faults that keep every column's
// values.
import { expect, test } from 'vitest';
import { drawTable, TABLE_COLUMNS, withFaults } from '../../../src/lib/data/table.ts';

const column = (pixels: Uint8Array, c: number) =>
  Array.from(pixels).filter((_, i) => i % TABLE_COLUMNS === c);

test('a seed draws the same table again, another seed another', () => {
  expect(drawTable(1, 50).pixels).toEqual(drawTable(1, 50).pixels);
  expect(drawTable(2, 50).pixels).not.toEqual(drawTable(1, 50).pixels);
});

test('pressure is the square of speed, but for the noise', () => {
  const { pixels } = drawTable(3, 2_000);
  const [speed, pressure] = [column(pixels, 0), column(pixels, 1)];
  const errors = speed.map((value, i) => pressure[i]! / 255 - (value / 255) ** 2);
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.25);
});

test('a fault moves one value of each row, and no column has other values than before', () => {
  const table = drawTable(4, 24 * TABLE_COLUMNS);
  const faulty = withFaults(table);
  for (let row = 0; row < table.count; row++) {
    const changed = Array.from({ length: TABLE_COLUMNS }, (_, c) => c).filter(
      (c) =>
        table.pixels[row * TABLE_COLUMNS + c] !== faulty.pixels[row * TABLE_COLUMNS + c] &&
        c !== row % TABLE_COLUMNS,
    );
    expect(changed).toEqual([]);
  }
  for (let c = 0; c < TABLE_COLUMNS; c++) {
    const known = new Set(column(table.pixels, c));
    expect(column(faulty.pixels, c).every((value) => known.has(value))).toBe(true);
  }
  expect(faulty.pixels).not.toEqual(table.pixels);
});

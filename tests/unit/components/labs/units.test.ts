// A code as units: statistics, switching off and moving, drawn codes, the map of many units.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allMoved,
  changed,
  independentCode,
  mapOf,
  movedTo,
  notMoved,
  onlyOff,
  randomHalf,
  rangeOf,
  standardised,
  statisticsOf,
  turned,
  UNCHANGED,
  withoutEach,
} from '../../../../src/components/labs/what-is-an-autoencoder/units.ts';

const codes = Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70); // four codes of two units
const statistics = statisticsOf(codes, 2);
const code = Float32Array.of(2, 20);

describe('statistics', () => {
  test('of each unit by itself: mean, deviation, ends', () => {
    expect([...statistics.mean]).toEqual([4, 40]);
    expect(statistics.deviation[0]).toBeCloseTo(Math.sqrt(5), 6);
    expect(statistics.deviation[1]).toBeCloseTo(10 * Math.sqrt(5), 5);
    expect([...statistics.low, ...statistics.high]).toEqual([1, 10, 7, 70]);
  });

  test('one value in a hundred may lie outside on either side', () => {
    const many = Float32Array.from({ length: 1000 }, (_, i) => i);
    const { low, high } = statisticsOf(many, 1);
    expect([low[0], high[0]]).toEqual([10, 989]);
  });
});

describe('a changed code', () => {
  test('is the encoder’s where nothing was done', () => {
    expect([...changed(code, UNCHANGED, statistics)]).toEqual([2, 20]);
  });

  test('has the mean of a unit that is off, or zero', () => {
    const off = turned(UNCHANGED, 1, false);
    expect([...changed(code, off, statistics)]).toEqual([2, 40]);
    expect([...changed(code, { ...off, mode: 'zero' }, statistics)]).toEqual([2, 0]);
    expect([...changed(code, turned(off, 1, true), statistics)]).toEqual([2, 20]);
  });

  test('moving a unit that is off switches it on', () => {
    const moved = movedTo(turned(UNCHANGED, 0, false), 0, -1);
    expect(moved.off.size).toBe(0);
    expect([...changed(code, moved, statistics)]).toEqual([-1, 20]);
  });

  test('never changes the code, the statistics or the changes that it was made from', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1 })),
        fc.integer({ min: -5, max: 5 }),
        (units, value) => {
          const before = onlyOff(UNCHANGED, units);
          movedTo(before, 0, value);
          turned(before, 1, false);
          changed(code, before, statistics);
          expect([...code]).toEqual([2, 20]);
          expect(before.off).toEqual(new Set(units));
          expect(UNCHANGED.moved.size + UNCHANGED.off.size).toBe(0);
        },
      ),
    );
  });

  test('of all units moved none is off; taking the moves back leaves what is off', () => {
    const all = allMoved(onlyOff(UNCHANGED, [0]), [8, 9]);
    expect([...changed(code, all, statistics)]).toEqual([8, 9]);
    expect(notMoved(onlyOff(all, [1])).off).toEqual(new Set([1]));
    expect([...changed(code, notMoved(all), statistics)]).toEqual([2, 20]);
  });

  test('without each unit: a row for each, with what was off before off as well', () => {
    const rows = withoutEach(code, onlyOff(UNCHANGED, [0]), statistics);
    expect([...rows]).toEqual([4, 20, 4, 40]);
  });
});

test('a dial reaches beyond the usual values, and to the value that it has', () => {
  expect(rangeOf(0, statistics, 2)).toEqual([-0.5, 8.5]);
  expect(rangeOf(0, statistics, 20)).toEqual([-0.5, 20]);
  const [min, max] = rangeOf(0, { low: [1], high: [1] }, 1);
  expect(max).toBeGreaterThan(min);
});

test('half of the units by lot are half of them, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 50 }), (numbers) => {
      const half = randomHalf(numbers);
      expect(half.length).toBe(Math.floor(numbers.length / 2));
      expect(new Set(half).size).toBe(half.length);
      for (const unit of half) expect(unit).toBeLessThan(numbers.length);
    }),
  );
  expect(randomHalf([3, 1, 2, 4])).toEqual([1, 2]);
});

test('a code drawn unit by unit has each unit’s mean and deviation', () => {
  expect([...independentCode(statistics, [0, 0])]).toEqual([4, 40]);
  const [first = 0] = independentCode(statistics, [1, 0]);
  expect(first).toBeCloseTo(4 + Math.sqrt(5), 5);
});

test('a unit is shown by its distance from its mean in its deviations; one that never changes by none', () => {
  const shown = standardised(Float32Array.of(4 + Math.sqrt(5), 40), statistics);
  expect(shown[0]).toBeCloseTo(1, 6);
  expect(shown[1]).toBe(0);
  const still = { mean: Float32Array.of(3), deviation: Float32Array.of(0) };
  expect(standardised(Float32Array.of(5), still)[0]).toBe(0);
});

test('the map of many units has whole cells and room for all of them', () => {
  expect(mapOf(800, 320)).toEqual({ columns: 40, cell: 8 });
  expect(mapOf(32, 320)).toEqual({ columns: 8, cell: 40 });
  for (const dimensions of [17, 97, 128, 200, 1024]) {
    const { columns, cell } = mapOf(dimensions, 320);
    expect(columns).toBeLessThanOrEqual(3 * Math.sqrt(2 * dimensions));
    expect(columns * Math.ceil(dimensions / columns)).toBeGreaterThanOrEqual(dimensions);
    expect(cell).toBeGreaterThanOrEqual(1);
  }
});

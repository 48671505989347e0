// The rate–distortion plane: what is read back from storage, its frame, its diagonals and tangents.
import { describe, expect, test } from 'vitest';
import {
  longer,
  MOST_KEPT,
  parsePoints,
  printPoints,
  type RatePoint,
} from '../../../../src/components/labs/shared/rate-distortion/points.ts';
import {
  diagonals,
  frameOf,
  holds,
  lineThrough,
} from '../../../../src/components/labs/shared/rate-distortion/rate-scale.ts';

const point: RatePoint = {
  set: 'mnist',
  rate: 25,
  distortion: 80,
  beta: 1,
  network: '784-400-20',
  updates: 300,
};

describe('points in storage', () => {
  test('are read back as they were kept', () => {
    expect(parsePoints(printPoints([point, { ...point, beta: 4 }]))).toEqual([
      point,
      { ...point, beta: 4 },
    ]);
  });

  test('that are none are left out, and the rest stays', () => {
    const odd = [
      point,
      null,
      3,
      { ...point, rate: 'x' },
      { ...point, set: 'faces' },
      { ...point, updates: -1 },
    ];
    expect(parsePoints(JSON.stringify(odd))).toEqual([point]);
  });

  test('of any other shape are no points at all', () => {
    for (const text of [null, '', '{', '{}', '"x"', 'null']) expect(parsePoints(text)).toEqual([]);
  });

  test('are no more than a plane can show', () => {
    const many = Array.from({ length: 3 * MOST_KEPT }, (_, updates) => ({ ...point, updates }));
    const read = parsePoints(printPoints(many));
    expect(read).toHaveLength(MOST_KEPT);
    expect(read.at(-1)?.updates).toBe(3 * MOST_KEPT - 1);
  });
});

test('a trail stays bounded and keeps its newest points', () => {
  let trail: readonly RatePoint[] = [];
  for (let updates = 0; updates < 2000; updates++) trail = longer(trail, { ...point, updates });
  expect(trail.length).toBeLessThanOrEqual(120);
  expect(trail.slice(-3).map(({ updates }) => updates)).toEqual([1997, 1998, 1999]);
});

describe('the frame', () => {
  const places = [
    { rate: 6, distortion: 135 },
    { rate: 25, distortion: 80 },
  ];
  const frame = frameOf(places);

  test('holds every point with air around it', () => {
    for (const { rate, distortion } of places) {
      expect(rate).toBeLessThan(frame.rates[1]);
      expect(distortion).toBeGreaterThan(frame.distortions[0]);
      expect(distortion).toBeLessThan(frame.distortions[1]);
    }
  });

  test('is not stretched by the start of a run, which it does not hold', () => {
    const start = { rate: 0.1, distortion: 540 };
    const late = { rate: 8, distortion: 180 };
    const stretched = frameOf(places, [start, late]);
    expect(holds(stretched, start)).toBe(false);
    expect([...places, late].every((place) => holds(stretched, place))).toBe(true);
    expect(holds(frameOf([], [start]), start)).toBe(true);
  });

  test('is there without a point', () => {
    const { rates, distortions } = frameOf([]);
    expect(rates[1]).toBeGreaterThan(rates[0]);
    expect(distortions[1]).toBeGreaterThan(distortions[0]);
  });

  test('has diagonals on which rate and distortion add up to one number', () => {
    const found = diagonals(frame);
    expect(found.length).toBeGreaterThan(2);
    for (const { total, line } of found) {
      for (const { rate, distortion } of [line.from, line.to]) {
        expect(rate + distortion).toBeCloseTo(total, 9);
        expect(distortion).toBeGreaterThanOrEqual(frame.distortions[0] - 1e-9);
        expect(distortion).toBeLessThanOrEqual(frame.distortions[1] + 1e-9);
      }
    }
  });

  test('has lines of slope −β through a point, within its edges', () => {
    for (const beta of [0.5, 1, 4, 8]) {
      const line = lineThrough(frame, places[1]!, -beta);
      if (!line) throw new Error(`There is no line of slope −${beta}`);
      const { from, to } = line;
      expect((to.distortion - from.distortion) / (to.rate - from.rate)).toBeCloseTo(-beta, 9);
      expect(from.rate).toBeGreaterThanOrEqual(0);
      expect(to.rate).toBeLessThanOrEqual(frame.rates[1]);
    }
  });
});

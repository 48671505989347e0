// Steps on a slider: early ones with room, the nearest moment under the thumb, from one to the next by keys.
import { expect, test } from 'vitest';
import {
  nearestMark,
  neighbour,
  positionOn,
  stepAt,
  TRACK,
} from '../../../src/components/ui/scrubber.ts';

const marks = [0, 10, 20, 40, 160];

test('the ends are the slider’s ends, and a quarter of the run is its middle', () => {
  expect([0, 50, 200].map((step) => positionOn(step, 200))).toEqual([0, TRACK / 2, TRACK]);
  expect(positionOn(0, 0)).toBe(TRACK);
  for (const position of [0, 123, 500, 999, TRACK]) {
    expect(positionOn(stepAt(position, 5000), 5000)).toBe(position);
  }
});

test('the moment nearest to the thumb is taken, the end too', () => {
  expect([1, 9, 14, 17, 100, 190].map((step) => nearestMark(marks, step, 200))).toEqual([
    0, 10, 10, 20, 160, 200,
  ]);
  expect(nearestMark([], 5, 200)).toBeUndefined();
});

test('keys go from moment to moment, also from between them, and stay at the ends', () => {
  expect(neighbour(marks, 20, 1, 200)).toBe(40);
  expect(neighbour(marks, 25, -1, 200)).toBe(20);
  expect(neighbour(marks, 200, -1, 200)).toBe(160);
  expect(neighbour(marks, 160, 1, 200)).toBe(200);
  expect(neighbour(marks, 40, 4, 200)).toBe(200);
  expect(neighbour(marks, 40, -Infinity, 200)).toBe(0);
  expect(neighbour(marks, 0, Infinity, 200)).toBe(200);
  expect(neighbour(marks, 0, -1, 200)).toBeUndefined();
  expect(neighbour(marks, 200, 1, 200)).toBeUndefined();
});

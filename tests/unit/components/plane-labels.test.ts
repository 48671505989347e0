// Names on the latent plane: none on top of another.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apart, beside } from '../../../src/components/ui/plane-labels.ts';
import type { Point } from '../../../src/components/ui/plane.ts';

const room = { left: 30, right: 320, top: 20, bottom: 300 };
const far = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

test('digits that lie over each other part; one that stands alone stays', () => {
  const placed = apart(
    [
      [100, 100],
      [104, 100],
      [100, 100],
      [250, 200],
    ],
    15,
    room,
  );
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    expect(far(placed[i]!, placed[j]!)).toBeGreaterThan(14);
  }
  for (const each of placed.slice(0, 3)) expect(far(each, [101, 100])).toBeLessThan(20);
  expect(placed[3]).toEqual([250, 200]);
});

test('ten digits part wherever they are, and stay on the plane', () => {
  const place = fc.tuple(
    fc.double({ min: 31, max: 319, noNaN: true }),
    fc.double({ min: 21, max: 299, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(place, { minLength: 2, maxLength: 10 }), (wanted) => {
      const placed = apart(wanted, 15, room);
      for (const [x, y] of placed) {
        expect(x >= room.left && x <= room.right && y >= room.top && y <= room.bottom).toBe(true);
      }
      const near = placed.flatMap((a, i) => placed.slice(i + 1).filter((b) => far(a, b) < 8));
      expect(near).toEqual([]);
    }),
  );
});

test('the centre of a class that the plane does not show is not brought onto it', () => {
  expect(apart([[400, 100]], 15, room)).toEqual([[400, 100]]);
});

const name = { width: 58, height: 14 };

test('the name of a place stands at its right, unless a digit or the edge is there', () => {
  expect(beside([100, 100], [6, 8], name, [], room)).toEqual([106, 100]);
  const [left] = beside([100, 100], [6, 8], name, [[120, 102]], room);
  expect(left).toBe(100 - 6 - 58);
  expect(beside([300, 100], [6, 8], name, [], room)[0]).toBe(300 - 6 - 58);
});

test('between two digits it stands above or below', () => {
  const [x, y] = beside(
    [150, 150],
    [6, 8],
    name,
    [
      [130, 150],
      [180, 151],
    ],
    room,
  );
  expect(x).toBe(150 - 29);
  expect(Math.abs(y - 150)).toBe(15);
});

test('it is inside the plane, also at its corners', () => {
  const corners: Point[] = [
    [30, 20],
    [320, 300],
    [320, 20],
  ];
  for (const at of corners) {
    const [x, y] = beside(at, [6, 8], name, [], room);
    expect(x).toBeGreaterThan(room.left);
    expect(x + name.width).toBeLessThan(room.right);
    expect(y).toBeGreaterThan(room.top);
    expect(y).toBeLessThan(room.bottom);
  }
});

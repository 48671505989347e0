// Where the names on a latent plane stand, so that none covers another: the classes' digits pushed apart, and the name of
// a place beside it where no digit is. Pixels in, pixels out; knows no canvas.
import type { Bounds } from './plane-lens.ts';
import type { Point } from './plane.ts';

/** Between the centres of two digits of 15 pixels' type. */
export const DIGIT_GAP = 15;
const DIGIT = { width: 11, height: 13 } as const;
const ROUNDS = 40;
const FROM_EDGE = 7;

type Place = [number, number];

/**
 * Places at least `gap` from each other, as far as the room allows, near to where they want to be.
 * @returns places in the order given; those that were apart stay where they were
 */
export function apart(wanted: readonly Point[], gap: number, room: Bounds): Point[] {
  // A class whose centre the plane does not show has no digit at its edge either.
  const shown = ([x, y]: Point): boolean =>
    x > room.left && x < room.right && y > room.top && y < room.bottom;
  const within = (value: number, least: number, most: number): number =>
    Math.min(most - FROM_EDGE, Math.max(least + FROM_EDGE, value));
  const put = (at: Place, x: number, y: number): void => {
    at[0] = within(x, room.left, room.right);
    at[1] = within(y, room.top, room.bottom);
  };
  const placed = wanted.map(([x, y]): Place => [x, y]);
  const free = placed.filter(shown);
  for (const at of free) put(at, ...at);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, a] of free.entries()) {
      for (const b of free.slice(i + 1)) {
        const far = Math.hypot(b[0] - a[0], b[1] - a[1]);
        if (far >= gap) continue;
        // Two in one place part in a direction of their own.
        const angle = far > 0.01 ? Math.atan2(b[1] - a[1], b[0] - a[0]) : i;
        const half = (gap - far) / 2;
        const [dx, dy] = [half * Math.cos(angle), half * Math.sin(angle)];
        put(a, a[0] - dx, a[1] - dy);
        put(b, b[0] + dx, b[1] + dy);
      }
    }
  }
  return placed;
}

/**
 * The left middle of a name beside a place: at its right, left, above or below, the first that covers no digit and fits.
 * @param reach how far the name keeps from the place, across and up
 * @param size of the name
 */
export function beside(
  of: Point,
  reach: Point,
  size: { readonly width: number; readonly height: number },
  digits: readonly Point[],
  room: Bounds,
): Point {
  const { width, height } = size;
  const centred = of[0] - width / 2;
  const [up, down] = [of[1] - reach[1] - height / 2, of[1] + reach[1] + height / 2];
  const right = of[0] + reach[0];
  const left = of[0] - reach[0] - width;
  const inside = ([x, y]: Point): Point => [
    Math.max(room.left + 4, Math.min(room.right - 4 - width, x)),
    Math.max(room.top + 10, Math.min(room.bottom - 10, y)),
  ];
  const candidates: readonly Point[] = [
    [right, of[1]],
    [left, of[1]],
    [centred, up],
    [centred, down],
    [right, up],
    [left, up],
    [right, down],
    [left, down],
    ...[right, centred, left].flatMap((x): Point[] => [
      [x, up - DIGIT.height],
      [x, down + DIGIT.height],
    ]),
  ];
  /** Pixels of digits under the name; a place outside counts as a covered digit for every pixel that it is moved. */
  const cost = (at: Point): number => {
    const [x, y] = inside(at);
    const covered = digits.reduce((sum, [dx, dy]) => {
      const across = Math.min(x + width, dx + DIGIT.width / 2) - Math.max(x, dx - DIGIT.width / 2);
      const along = Math.min(y, dy) + height / 2 + DIGIT.height / 2 - Math.max(y, dy);
      return sum + Math.max(0, across) * Math.max(0, along);
    }, 0);
    return covered + DIGIT.width * (Math.abs(x - at[0]) + Math.abs(y - at[1]));
  };
  const best = candidates.reduce((least, at) => (cost(at) < cost(least) ? at : least));
  return inside(best);
}

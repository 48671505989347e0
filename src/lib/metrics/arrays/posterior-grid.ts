// The exact posterior of a two-dimensional code, by brute force: log p(x, z) on a grid, in windows that close in on
// where the mass is. Gives the picture, its contours, and log p(x) by quadrature. Plain numbers; the density is asked for.
import { logSumExp } from './moments.ts';

/** A rectangle of the latent plane. */
export interface Window {
  readonly centre: readonly [number, number];
  /** Half the width and half the height. */
  readonly reach: readonly [number, number];
}

export interface PosteriorGrid {
  readonly window: Window;
  /** Cells along each side. */
  readonly side: number;
  /** log p(x, z) at the cells' centres, row by row from the top left (least z₁, greatest z₂): [side²], nats. */
  readonly logJoint: Float32Array;
  /** log of the integral over the window: log p(x), nats. */
  readonly logEvidence: number;
}

/** log p(x, z) of codes [count, 2]. */
export type AskJoint = (codes: Float32Array) => Promise<Float32Array>;

/** Mass within the one- and the two-deviation ellipse of a two-dimensional Gaussian: 1 − exp(−n²/2). */
export const ELLIPSE_MASS = [1 - Math.exp(-0.5), 1 - Math.exp(-2)] as const;

/** Cells along the side of the two searching windows, and of the last. */
const SEARCH_SIDE = 56;
const SIDE = 72;
/** Cells this many nats below the best are left outside the next window: e⁻¹² of a peak is nothing. */
const DROP = [16, 12] as const;

/**
 * The posterior over codes within [−extent, extent]², which must hold its mass: 5 where the prior is N(0, I) and the
 * image is at all likely. Three grids, about eleven thousand codes.
 */
export async function posteriorGrid(ask: AskJoint, extent: number): Promise<PosteriorGrid> {
  let window: Window = { centre: [0, 0], reach: [extent, extent] };
  for (const drop of DROP) {
    window = narrowed(window, SEARCH_SIDE, await ask(cellCentres(window, SEARCH_SIDE)), drop);
  }
  const logJoint = await ask(cellCentres(window, SIDE));
  const cell = (4 * window.reach[0] * window.reach[1]) / SIDE ** 2;
  return { window, side: SIDE, logJoint, logEvidence: logSumExp(logJoint) + Math.log(cell) };
}

/** Codes at the centres of side × side cells, row by row from the top left: [side², 2]. */
export function cellCentres({ centre, reach }: Window, side: number): Float32Array {
  const codes = new Float32Array(2 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = 2 * (row * side + column);
      codes[at] = centre[0] + reach[0] * ((2 * column + 1) / side - 1);
      codes[at + 1] = centre[1] - reach[1] * ((2 * row + 1) / side - 1);
    }
  }
  return codes;
}

/** The rectangle around the cells within `drop` nats of the best, with two cells of air. */
export function narrowed(
  { centre, reach }: Window,
  side: number,
  values: Float32Array,
  drop: number,
): Window {
  const least = values.reduce((best, value) => Math.max(best, value), -Infinity) - drop;
  let [left, right, top, bottom] = [side, 0, side, 0];
  values.forEach((value, i) => {
    if (value < least) return;
    const [row, column] = [Math.floor(i / side), i % side];
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  });
  const [w, h] = [(2 * reach[0]) / side, (2 * reach[1]) / side];
  return {
    centre: [
      centre[0] + w * ((left + right) / 2 - side / 2),
      centre[1] - h * ((top + bottom) / 2 - side / 2),
    ],
    reach: [
      Math.min(w * ((right - left) / 2 + 2), reach[0]),
      Math.min(h * ((bottom - top) / 2 + 2), reach[1]),
    ],
  };
}

/** Share of the mass in each cell, [side²]. */
export function massOf({ logJoint }: PosteriorGrid): Float32Array {
  const total = logSumExp(logJoint);
  return logJoint.map((log) => Math.exp(log - total));
}

/** The density of a highest-density region: cells of at least this mass hold `share` of it together. */
export function levelOf(mass: Float32Array, share: number): number {
  const sorted = Float32Array.from(mass).sort().reverse();
  let sum = 0;
  for (const value of sorted) {
    sum += value;
    if (sum >= share) return value;
  }
  return 0;
}

/** A piece of a contour: x₁, y₁, x₂, y₂ in units of the plane. */
export type Segment = readonly [number, number, number, number];

/** Where the values pass a level, as segments within the cells between neighbours (marching squares). */
export function contour(
  values: Float32Array,
  { centre, reach }: Window,
  side: number,
  level: number,
): Segment[] {
  const x = (column: number): number => centre[0] + reach[0] * ((2 * column + 1) / side - 1);
  const y = (row: number): number => centre[1] - reach[1] * ((2 * row + 1) / side - 1);
  const segments: Segment[] = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      // Clockwise from the top left; between neighbours on either side of the level the line passes.
      const corners = [
        [column, row, values[at]!],
        [column + 1, row, values[at + 1]!],
        [column + 1, row + 1, values[at + side + 1]!],
        [column, row + 1, values[at + side]!],
      ] as const;
      const crossings: [number, number][] = [];
      for (let i = 0; i < 4; i++) {
        const [[ax, ay, a], [bx, by, b]] = [corners[i]!, corners[(i + 1) % 4]!];
        if (a >= level === b >= level) continue;
        const t = (level - a) / (b - a);
        crossings.push([x(ax + t * (bx - ax)), y(ay + t * (by - ay))]);
      }
      // Four crossings are a saddle: two pieces, either pairing being as good.
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        segments.push([...crossings[i]!, ...crossings[i + 1]!]);
      }
    }
  }
  return segments;
}

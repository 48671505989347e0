// The posterior on a grid against Gaussians, whose integral, mass and contours are known.
import { describe, expect, test } from 'vitest';
import {
  cellCentres,
  contour,
  ELLIPSE_MASS,
  levelOf,
  massOf,
  narrowed,
  posteriorGrid,
} from '../../../src/lib/metrics/arrays/posterior-grid.ts';

/** log of c · N(z; (mx, my), diag(sx², sy²)). */
const gaussian = (c: number, mx: number, my: number, sx: number, sy: number) => (z: Float32Array) =>
  Promise.resolve(
    Float32Array.from({ length: z.length / 2 }, (_, i) => {
      const [u, v] = [(z[2 * i]! - mx) / sx, (z[2 * i + 1]! - my) / sy];
      return c - Math.log(2 * Math.PI * sx * sy) - 0.5 * (u * u + v * v);
    }),
  );

describe.each([
  { name: 'a narrow one', ask: gaussian(-120, 1.37, -2.11, 0.03, 0.05), log: -120 },
  { name: 'a long one', ask: gaussian(-80, -0.4, 0.2, 0.9, 0.06), log: -80 },
  { name: 'the prior itself', ask: gaussian(-200, 0, 0, 1, 1), log: -200 },
])('$name', ({ ask, log }) => {
  test('integrates to its constant', async () => {
    const { logEvidence } = await posteriorGrid(ask, 5);
    expect(logEvidence).toBeCloseTo(log, 2);
  });

  test('its highest-density regions are its ellipses', async () => {
    const grid = await posteriorGrid(ask, 5);
    const mass = massOf(grid);
    const peak = mass.reduce((a, b) => Math.max(a, b));
    // On the ellipse of n deviations the density is e^(−n²/2) of the peak.
    expect(levelOf(mass, ELLIPSE_MASS[0]) / peak).toBeCloseTo(Math.exp(-0.5), 1);
    expect(levelOf(mass, ELLIPSE_MASS[1]) / peak).toBeCloseTo(Math.exp(-2), 1);
  });
});

test('two humps far apart stay in one window', async () => {
  const [a, b] = [gaussian(0, -2, 1, 0.1, 0.1), gaussian(0, 2, -1, 0.1, 0.1)];
  const both = async (z: Float32Array) => {
    const [p, q] = [await a(z), await b(z)];
    return p.map((log, i) => Math.log(Math.exp(log) + Math.exp(q[i]!)));
  };
  const { window, logEvidence } = await posteriorGrid(both, 5);
  expect(logEvidence).toBeCloseTo(Math.log(2), 2);
  expect(window.reach[0]).toBeGreaterThan(2.3);
  expect(window.reach[0]).toBeLessThan(3.5);
  expect(window.reach[1]).toBeLessThan(2.5);
});

test('cells run from the top left', () => {
  const codes = cellCentres({ centre: [1, 1], reach: [2, 2] }, 2);
  expect([...codes]).toEqual([0, 2, 2, 2, 0, 0, 2, 0]);
});

test('a window never grows', () => {
  const flat = new Float32Array(16);
  expect(narrowed({ centre: [0, 0], reach: [3, 2] }, 4, flat, 1).reach).toEqual([3, 2]);
});

test('the contour of a cone is a circle', () => {
  const side = 40;
  const window = { centre: [2, -1], reach: [2, 2] } as const;
  const codes = cellCentres(window, side);
  const far = (i: number) => Math.hypot(codes[2 * i]! - 2, codes[2 * i + 1]! + 1);
  const values = Float32Array.from({ length: side * side }, (_, i) => -far(i));
  const segments = contour(values, window, side, -1.2);
  expect(segments.length).toBeGreaterThan(60);
  let length = 0;
  for (const [x1, y1, x2, y2] of segments) {
    expect(Math.hypot(x1 - 2, y1 + 1)).toBeCloseTo(1.2, 2);
    length += Math.hypot(x2 - x1, y2 - y1);
  }
  expect(length).toBeCloseTo(2 * Math.PI * 1.2, 1);
});

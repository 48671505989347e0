// Points about an arch, the line that PCA draws through them and the arch itself: both as one-number codes. Pure; the
// points come from the course's own generator.
import { noise } from '../../../lib/metrics/arrays/draws.ts';

export type Point = readonly [number, number];

const COUNT = 80;
const SPREAD = 0.07;
const DRAW = 41;

/** The curve: t from −1 to 1. */
export function arch(t: number): Point {
  return [1.15 * t, 0.75 - 1.35 * t * t];
}

/** Points along the arch with noise across both axes, [COUNT]. */
export function points(): Point[] {
  const normals = noise(2 * COUNT, DRAW);
  return Array.from({ length: COUNT }, (_, i) => {
    const [x, y] = arch((2 * (i + 0.5)) / COUNT - 1);
    return [x + SPREAD * normals[2 * i]!, y + SPREAD * normals[2 * i + 1]!];
  });
}

/** Mean and first principal direction of points in the plane. */
export function principalLine(data: readonly Point[]): { mean: Point; direction: Point } {
  const mean = (axis: 0 | 1): number =>
    data.reduce((sum, point) => sum + point[axis], 0) / data.length;
  const [mx, my] = [mean(0), mean(1)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [x, y] of data) {
    xx += (x - mx) ** 2;
    xy += (x - mx) * (y - my);
    yy += (y - my) ** 2;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  return { mean: [mx, my], direction: [Math.cos(angle), Math.sin(angle)] };
}

/** The nearest point on the line. */
export function onLine(
  [x, y]: Point,
  { mean, direction }: ReturnType<typeof principalLine>,
): Point {
  const t = (x - mean[0]) * direction[0] + (y - mean[1]) * direction[1];
  return [mean[0] + t * direction[0], mean[1] + t * direction[1]];
}

/** The nearest point on the arch, by search. */
export function onArch(point: Point): Point {
  let best = arch(-1);
  for (let i = 0; i <= 2000; i += 1) {
    const candidate = arch(-1.1 + (2.2 * i) / 2000);
    if (squaredDistance(point, candidate) < squaredDistance(point, best)) best = candidate;
  }
  return best;
}

export function squaredDistance([a, b]: Point, [c, d]: Point): number {
  return (a - c) ** 2 + (b - d) ** 2;
}

/** Mean squared distance from points to what stands for them. */
export function meanSquared(data: readonly Point[], images: readonly Point[]): number {
  return data.reduce((sum, point, i) => sum + squaredDistance(point, images[i]!), 0) / data.length;
}

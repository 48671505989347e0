// Geometry of a latent plane: its extent, clusters and steps of the cursor. Plain numbers; knows no canvas.

export type Point = readonly [number, number];

/** Codes of many images: z₁, z₂ of the first, of the second, … with one label each. */
export interface Codes {
  readonly points: Float32Array; // [count · 2]
  readonly labels: ArrayLike<number>; // [count], small whole numbers
}

/** A diagonal Gaussian over the plane. */
export interface Gaussian {
  readonly mean: Point;
  readonly sd: Point; // standard deviations
}

/** Decoder means over a grid of codes: the first image at the upper left, that is, least z₁ and greatest z₂. */
export interface Manifold {
  readonly pixels: Float32Array | Uint8Array | Uint8ClampedArray;
  readonly columns: number;
  readonly rows: number;
  readonly extent: number; // the grid's cells tile −extent … extent on both axes
}

export interface Cluster {
  readonly label: number;
  readonly count: number;
  readonly mean: Point;
  readonly sd: Point;
}

/** Count, mean and spread of each label's codes, in ascending order of label. Codes that are not finite are left out. */
export function clusters({ points, labels }: Codes): Cluster[] {
  const sums = new Map<number, [n: number, x: number, y: number, xx: number, yy: number]>();
  for (let i = 0; i < labels.length; i += 1) {
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const label = labels[i]!;
    const sum = sums.get(label) ?? [0, 0, 0, 0, 0];
    sum[0] += 1;
    sum[1] += x;
    sum[2] += y;
    sum[3] += x * x;
    sum[4] += y * y;
    sums.set(label, sum);
  }
  const sd = (n: number, sum: number, squares: number) =>
    Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  return [...sums]
    .map(([label, [n, x, y, xx, yy]]) => ({
      label,
      count: n,
      mean: [x / n, y / n] as const,
      sd: [sd(n, x, xx), sd(n, y, yy)] as const,
    }))
    .sort((a, b) => a.label - b.label);
}

const EXTENTS = [3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 400, 1000];

/**
 * Half the side of the square around the origin that holds 99 % of the codes with some air.
 * @param previous the extent now shown: kept while the codes fit it and fill over half of it, so that the plane does
 *   not flicker between two sizes while a model trains
 */
export function niceExtent(points: Float32Array, previous = 0): number {
  const reach = new Float32Array(points.length / 2)
    .map((_, i) => Math.max(Math.abs(points[2 * i]!), Math.abs(points[2 * i + 1]!)))
    .filter(Number.isFinite)
    .sort();
  const needed = 1.05 * (reach[Math.ceil(0.99 * reach.length) - 1] ?? 0);
  if (needed <= previous && needed > previous / 2) return previous;
  return EXTENTS.find((extent) => extent >= needed) ?? needed;
}

/** Where a key moves the cursor; undefined for keys that do not. Shift takes bigger steps, Home goes to the origin. */
export function moved(
  key: string,
  shift: boolean,
  [x, y]: Point,
  extent: number,
): Point | undefined {
  const step = (shift ? 1 / 8 : 1 / 40) * extent;
  const within = (value: number) => Math.min(extent, Math.max(-extent, value));
  switch (key) {
    case 'ArrowLeft':
      return [within(x - step), y];
    case 'ArrowRight':
      return [within(x + step), y];
    case 'ArrowUp':
      return [x, within(y + step)];
    case 'ArrowDown':
      return [x, within(y - step)];
    case 'Home':
      return [0, 0];
    default:
      return undefined;
  }
}

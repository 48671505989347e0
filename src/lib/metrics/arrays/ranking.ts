// How well one number tells two groups apart: the ROC curve and the area under it. Plain numbers.
import type { Numbers } from './moments.ts';

/**
 * Share of pairs (a, b) with a > b, ties counted half: the area under the ROC curve of a detector that takes large
 * values for group a (Hanley and McNeil 1982). NaN where a group is empty.
 */
export function shareAbove(a: Numbers, b: Numbers): number {
  const sorted = Float64Array.from(b).sort();
  let wins = 0;
  for (const value of a) wins += (firstAtLeast(sorted, value) + firstAbove(sorted, value)) / 2;
  return wins / a.length / b.length;
}

/** Standard error of an area from m and n independent values (Hanley and McNeil 1982, eq. 1). */
export function areaStandardError(area: number, m: number, n: number): number {
  const q1 = area / (2 - area);
  const q2 = (2 * area ** 2) / (1 + area);
  const variance =
    (area * (1 - area) + (m - 1) * (q1 - area ** 2) + (n - 1) * (q2 - area ** 2)) / (m * n);
  return Math.sqrt(Math.max(0, variance));
}

/** A threshold's two rates: of group b taken for a (false alarms), and of group a found. */
export type RocPoint = readonly [falseAlarms: number, found: number];

/** The ROC curve from (0, 0) to (1, 1), a point after each distinct value from the largest down. */
export function rocCurve(a: Numbers, b: Numbers): RocPoint[] {
  const all = [
    ...Array.from(a, (value) => ({ value, found: 1 })),
    ...Array.from(b, (value) => ({ value, found: 0 })),
  ].sort((one, other) => other.value - one.value);
  const points: RocPoint[] = [[0, 0]];
  let [found, alarms] = [0, 0];
  all.forEach((each, i) => {
    if (each.found === 1) found += 1;
    else alarms += 1;
    if (all[i + 1]?.value !== each.value) points.push([alarms / b.length, found / a.length]);
  });
  return points;
}

/** The same from counts in common bins, in ascending order of the value: a point for each bin. */
export function rocOfCounts(a: readonly number[], b: readonly number[]): RocPoint[] {
  const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);
  const [inA, inB] = [total(a), total(b)];
  const points: RocPoint[] = [[0, 0]];
  let [found, alarms] = [0, 0];
  for (let i = a.length - 1; i >= 0; i--) {
    found += a[i]!;
    alarms += b[i] ?? 0;
    points.push([alarms / inB, found / inA]);
  }
  return points;
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  return search(sorted, (other) => other >= value);
}

function firstAbove(sorted: Float64Array, value: number): number {
  return search(sorted, (other) => other > value);
}

/** The first index whose value passes; all after it must pass too. */
function search(sorted: Float64Array, passes: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

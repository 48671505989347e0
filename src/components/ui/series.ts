// Curves as plain numbers: aligned on one axis, ranged without outliers, as CSV and as table rows. Knows no plot.

/** One curve. Points come in ascending x; the arrays may be longer every time they are passed. */
export interface Series {
  readonly name: string;
  readonly colour: string; // a token's name such as '--dec', or a CSS colour
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly dashed?: boolean; // held-out data
}

export type Column = (number | null)[];

/** All curves over the union of their x; null where a curve has no point. The first column is x. */
export function align(series: readonly Series[]): [number[], ...Column[]] {
  const first = series[0];
  if (first && series.every((s) => s.x === first.x))
    return [[...first.x], ...series.map((s) => first.x.map((_, i) => finite(s.y[i])))];

  const xs = [...new Set(series.flatMap((s) => s.x))].sort((a, b) => a - b);
  const columns = series.map((s): Column => {
    let next = 0;
    return xs.map((x) => {
      if (s.x[next] !== x) return null;
      const y = finite(s.y[next]);
      next += 1;
      return y;
    });
  });
  return [xs, ...columns];
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

const LEAST_LOG = 1e-12; // below this a logarithmic axis would show rounding errors

/**
 * The y-range that shows the curves' present, not their first seconds: from the least value to the largest of the later
 * three quarters of each curve. Earlier values run off the top; on a logarithmic axis there is room for them.
 */
export function robustRange(series: readonly Series[], log = false): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { y } of series) {
    const from = Math.floor(y.length / 4);
    y.forEach((value, i) => {
      if (!Number.isFinite(value) || (log && value < LEAST_LOG)) return;
      if (value < low) low = value;
      if ((log || i >= from) && value > high) high = value;
    });
  }
  if (low === Infinity) return log ? [1, 10] : [0, 1];
  high = Math.max(high, low); // where only the first quarter has numbers
  if (log) return [low / 1.1, Math.max(high * 1.1, low * 1.2)];
  const margin = Math.max((high - low) * 0.08, Math.abs(high) * 0.005, 1e-6);
  // A curve within reach of zero is shown from zero: lengths then compare truly.
  const bottom = low >= 0 && low < high * 0.35 ? 0 : low - margin;
  return [bottom, high + margin];
}

/** Comma-separated values: one row per x, one column per curve, empty where a curve has no point. */
export function toCsv(series: readonly Series[], xName: string): string {
  const [xs, ...columns] = align(series);
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = xs.map((x, i) => [x, ...columns.map((column) => column[i] ?? '')].join(','));
  return [[xName, ...series.map((s) => s.name)].map(quote).join(','), ...rows, ''].join('\n');
}

/** At most `limit` indices of 0 … length − 1, evenly apart, the last always among them. */
export function thinned(length: number, limit: number): number[] {
  if (length <= limit) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: limit }, (_, i) => Math.round((i * (length - 1)) / (limit - 1)));
}

/**
 * Rows of a table of columns: at most `limit` evenly spaced, and as many again where the column that is known least often
 * has a value, if others are known elsewhere.
 */
export function telling(columns: readonly Column[], limit: number): number[] {
  const known = columns.map((column) => column.flatMap((value, i) => (value === null ? [] : [i])));
  const rarest = known.reduce((a, b) => (b.length < a.length ? b : a), known[0] ?? []);
  const all = thinned(columns[0]?.length ?? 0, limit);
  const rare = thinned(rarest.length, limit).map((i) => rarest[i]!);
  return [...new Set([...all, ...rare])].sort((a, b) => a - b);
}

/**
 * Label positions that do not overlap: each at least `gap` from the next, as near as may be to where it wants to be.
 * @param wanted positions in pixels, any order
 * @param least @param most the room, in pixels
 * @returns positions in the order given
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  least: number,
  most: number,
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = wanted.map((y) => Math.min(most, Math.max(least, y)));
  let floor = least;
  for (const i of order) {
    placed[i] = Math.max(floor, placed[i]!);
    floor = placed[i] + gap;
  }
  let ceiling = most;
  for (const i of order.reverse()) {
    placed[i] = Math.min(ceiling, placed[i]!);
    ceiling = placed[i] - gap;
  }
  return placed;
}

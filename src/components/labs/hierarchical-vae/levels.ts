// The levels of a hierarchy as the lab counts and names them, and the rows of codes behind its pictures.
// All levels' codes lie in one row, z₁ (next to the image) first; a level is known by its place, 0 for z₁.
// Pure numbers; knows no worker and no canvas.
import type { CodeArrays } from '../../../lib/metrics/arrays/posterior.ts';
import type { Axes } from '../shared/plane-codes.ts';

/** Where a level's dimensions lie in a row of all levels' codes: [from, to). */
export type Span = readonly [from: number, to: number];

/** Whose code each level of a mixture takes, z₁ first: true for B's. */
export type Sources = readonly boolean[];

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** A level as it is written: z₁ for the one next to the image; the only level of a plain VAE is z. */
export function levelName(level: number, levels: number): string {
  if (levels === 1) return 'z';
  return `z${String(level + 1).replace(/\d/g, (digit) => SUBSCRIPTS.charAt(Number(digit)))}`;
}

/** The temperature of a level as it is written: τ₁ of z₁; that of a plain VAE is τ. */
export function temperatureName(level: number, levels: number): string {
  return levelName(level, levels).replace('z', 'τ');
}

/** Levels from the top down, as "z₃, z₂ and z₁"; `from` counts from z₁, both ends included. */
export function levelNames(from: number, to: number, levels: number): string {
  const names = Array.from({ length: Math.max(0, from - to + 1) }, (_, i) =>
    levelName(from - i, levels),
  );
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Whether the levels lie alike. */
export function areSame(some: readonly Span[], others: readonly Span[]): boolean {
  return some.join(';') === others.join(';');
}

/** A figure of every dimension summed by level. */
export function bySpan(perDimension: readonly number[], spans: readonly Span[]): number[] {
  if (perDimension.length === 0) return [];
  return spans.map(([from, to]) =>
    perDimension.slice(from, to).reduce((sum, value) => sum + value, 0),
  );
}

/** Largest number of levels whose curves are kept, and whose state an address holds. */
export const MOST_LEVELS = 5;

/** τ of each level, z₁ first, of temperatures by place from the top down; 1 where none was set. */
export function temperaturesOf(fromTop: readonly number[], levels: number): number[] {
  return Array.from({ length: levels }, (_, level) => fromTop[levels - 1 - level] ?? 1);
}

/** Temperatures by place from the top down with another at one place, as short as they can be told. */
export function tempered(fromTop: readonly number[], place: number, value: number): number[] {
  const all = Array.from({ length: Math.max(place + 1, fromTop.length) }, (_, at) =>
    at === place ? value : (fromTop[at] ?? 1),
  );
  return all.slice(0, all.findLastIndex((each) => each !== 1) + 1);
}

/** Whether a level is among those that are held from the top down. */
export function isHeld(
  level: number,
  { levels, holding }: { readonly levels: number; readonly holding: number },
): boolean {
  return level < levels && level >= levels - holding;
}

/** Which levels are given when the top `held` are, z₁ first. */
export function givenFromTop(held: number, levels: number): boolean[] {
  return Array.from({ length: levels }, (_, level) => level >= levels - held);
}

/**
 * All 2^L ways to take each level's code from A or from B: [2^L, dimensions]. The top level changes slowest, A's
 * comes first: the first row is A's code, the last one B's.
 */
export function mixtures(a: Float32Array, b: Float32Array, spans: readonly Span[]): Float32Array {
  const count = 2 ** spans.length;
  const rows = new Float32Array(count * a.length);
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * a.length, (i + 1) * a.length);
    row.set(a);
    sourcesOf(i, spans.length).forEach((fromB, level) => {
      const [from, to] = spans[level]!;
      if (fromB) row.set(b.subarray(from, to), from);
    });
  }
  return rows;
}

/** Whose codes mixture number `index` takes, z₁ first. */
export function sourcesOf(index: number, levels: number): boolean[] {
  return Array.from({ length: levels }, (_, level) => ((index >> level) & 1) === 1);
}

/** The number of the mixture that takes these codes: what `sourcesOf` takes apart. */
export function mixtureOf(sources: Sources): number {
  return sources.reduce((index, fromB, level) => index + (fromB ? 1 << level : 0), 0);
}

/** `code` once for each of `count` rows: [count, dimensions]. */
export function repeated(code: Float32Array, count: number): Float32Array {
  const rows = new Float32Array(count * code.length);
  for (let i = 0; i < count; i++) rows.set(code, i * code.length);
  return rows;
}

/**
 * Rows of noise in the order in which their pictures stand, `columns` beside each other: from left to right by the
 * first of two dimensions, within a column from top to bottom by the second, greatest first, as on the plane.
 */
export function inOrder(
  noise: Float32Array,
  dimensions: number,
  [across, up]: Axes,
  columns: number,
): Float32Array {
  const count = noise.length / dimensions;
  const rows = Math.ceil(count / columns);
  const at = (row: number, d: number): number => noise[row * dimensions + d]!;
  const byAcross = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => at(i, across) - at(j, across),
  );
  const ordered = new Float32Array(noise.length);
  for (let column = 0; column < columns; column++) {
    byAcross
      .slice(column * rows, (column + 1) * rows)
      .sort((i, j) => at(j, up) - at(i, up))
      .forEach((from, row) => {
        const to = row * columns + column;
        ordered.set(noise.subarray(from * dimensions, (from + 1) * dimensions), to * dimensions);
      });
  }
  return ordered;
}

/** The two dimensions of a span with the greatest weight, in their own order; the only one twice where it is alone. */
export function leading(weight: readonly number[], [from, to]: Span): Axes {
  const [first = from, second = first] = ranked(weight, [from, to])
    .slice(0, 2)
    .sort((i, j) => i - j);
  return [first, second];
}

/** The dimensions of a span, that of the greatest weight first. */
export function ranked(weight: readonly number[], [from, to]: Span): number[] {
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  return all.sort((i, j) => (weight[j] ?? 0) - (weight[i] ?? 0));
}

/** Whether two other dimensions have become much more telling than those shown; `order` has the most telling first. */
export function areIdle(
  axes: Axes,
  order: readonly number[],
  variance: readonly number[],
): boolean {
  if (order.length <= 2) return false;
  const weight = (of: readonly number[]): number =>
    of.reduce((sum, d) => sum + (variance[d] ?? 0), 0);
  return weight(axes) < 0.5 * weight(order.slice(0, 2));
}

/** The codes in two of their dimensions: [count · 2]. */
export function project({ mean, dimensions }: CodeArrays, [a, b]: Axes): Float32Array {
  const points = new Float32Array((mean.length / dimensions) * 2);
  for (let i = 0, row = 0; row < mean.length; i += 2, row += dimensions) {
    points[i] = mean[row + a] ?? 0;
    points[i + 1] = mean[row + b] ?? 0;
  }
  return points;
}

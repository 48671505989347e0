// The scales of a slider: how the thumb's position maps to a value and back. Knows no DOM.

/** What a slider runs over. Positions are what the native range input holds. */
export type Range =
  | {
      readonly kind: 'linear';
      readonly min: number;
      readonly max: number;
      readonly step: number;
    }
  | {
      readonly kind: 'log';
      readonly min: number; // above zero
      readonly max: number;
      readonly perDecade: number; // positions in each factor of ten
      readonly zero?: boolean; // one more position at the left end, worth exactly 0
    }
  | { readonly kind: 'stops'; readonly stops: readonly number[] }; // ascending

export interface Track {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const decades = (range: Range & { kind: 'log' }): number =>
  Math.max(1, Math.round(Math.log10(range.max / range.min) * range.perDecade));

/** The native input's min, max and step. A linear range keeps its own units, the others count positions from 0. */
export function track(range: Range): Track {
  switch (range.kind) {
    case 'linear':
      return { min: range.min, max: range.max, step: range.step };
    case 'log':
      return { min: range.zero === true ? -1 : 0, max: decades(range), step: 1 };
    case 'stops':
      return { min: 0, max: Math.max(0, range.stops.length - 1), step: 1 };
  }
}

/** The value at a position; on a log range rounded to two significant digits, so that it reads well. */
export function valueAt(range: Range, position: number): number {
  switch (range.kind) {
    case 'linear':
      return position;
    case 'log': {
      const n = decades(range);
      if (range.zero === true && position < 0) return 0;
      if (position <= 0) return range.min;
      if (position >= n) return range.max;
      return Number((range.min * (range.max / range.min) ** (position / n)).toPrecision(2));
    }
    case 'stops':
      return range.stops[Math.min(range.stops.length - 1, Math.max(0, Math.round(position)))] ?? 0;
  }
}

/** The position nearest to a value; values outside go to the ends. */
export function positionOf(range: Range, value: number): number {
  switch (range.kind) {
    case 'linear':
      return Math.min(range.max, Math.max(range.min, value));
    case 'log': {
      const n = decades(range);
      if (range.zero === true && value < range.min / 2) return -1;
      const position = Math.round(
        (Math.log(value / range.min) / Math.log(range.max / range.min)) * n,
      );
      return Math.min(n, Math.max(0, position));
    }
    case 'stops': {
      let nearest = 0;
      range.stops.forEach((stop, i) => {
        if (Math.abs(stop - value) < Math.abs((range.stops[nearest] ?? 0) - value)) nearest = i;
      });
      return nearest;
    }
  }
}

/** How far along the track a position lies, 0 to 1: for the filled part of the rail. */
export function fraction(range: Range, position: number): number {
  const { min, max } = track(range);
  return max > min ? (position - min) / (max - min) : 0;
}

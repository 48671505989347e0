// What one value of a lab's state may be in an address: how it is written, what is refused, what stands for it then.
// Pure; knows no lab and no address bar.

/** One named value of a state. `parse` and `print` are each other's inverse, up to the rounding of `print`. */
export interface Field<T> {
  /** The value where the address says nothing, or nothing that can be understood. */
  readonly fallback: T;
  /** What may stand in the address, in words: "a number from 0 to 100". */
  readonly expects: string;
  /** The value that a text stands for; undefined where it stands for none. Never throws. */
  parse(text: string): T | undefined;
  print(value: T): string;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Plain decimal notation, as `print` writes it: no hexadecimal, no empty text, no "Infinity". The longest that `String`
 * makes of a number has 21 digits before the point, or 23 behind it (1.0000000000000002e-6).
 */
const DECIMAL = /^-?\d{1,21}(?:\.\d{1,24})?(?:e[+-]?\d{1,3})?$/i;

function parseNumber(text: string, { min, max }: Bounds): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text) + 0; // −0 becomes 0
  return value >= min && value <= max ? value : undefined;
}

/** Rounded to `decimals` where a longer number would say nothing more; never "-0". */
function printNumber(value: number, decimals: number | undefined): string {
  return String((decimals === undefined ? value : Number(value.toFixed(decimals))) + 0);
}

/** One of a few names. */
export function choice<const T extends string>(values: readonly T[], fallback: T): Field<T> {
  return {
    fallback,
    expects: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
    print: (value) => value,
  };
}

/** A number within bounds; `decimals` rounds it as it is written. */
export function number(
  fallback: number,
  { decimals, ...bounds }: Bounds & { readonly decimals?: number },
): Field<number> {
  return {
    fallback,
    expects: `a number from ${bounds.min} to ${bounds.max}`,
    parse: (text) => parseNumber(text, bounds),
    print: (value) => printNumber(value, decimals),
  };
}

/** A whole number within bounds. */
export function integer(fallback: number, bounds: Bounds): Field<number> {
  return {
    fallback,
    expects: `a whole number from ${bounds.min} to ${bounds.max}`,
    parse: (text) => {
      const value = parseNumber(text, bounds);
      return Number.isInteger(value) ? value : undefined;
    },
    print: (value) => printNumber(value, undefined),
  };
}

/** Yes or no, written 1 and 0. */
export function flag(fallback: boolean): Field<boolean> {
  return {
    fallback,
    expects: '1 or 0',
    parse: (text) => ({ 1: true, 0: false })[text],
    print: (value) => (value ? '1' : '0'),
  };
}

/** The shortest decimal that stands for the same 32-bit number: 0.1, where the bits say 0.10000000149. */
function printSingle(value: number): string {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(
    (count) => Math.fround(Number(value.toPrecision(count))) === Math.fround(value),
  );
  return String(Number(value.toPrecision(digits ?? 9)) + 0);
}

/**
 * Several numbers with commas between them, such as a code; at least one and at most `most`. `single` writes 32-bit
 * numbers as short as they can be read back.
 */
export function numbers(
  fallback: readonly number[],
  {
    most,
    single = false,
    whole = false,
    ...bounds
  }: Bounds & { readonly most: number; readonly single?: boolean; readonly whole?: boolean },
): Field<readonly number[]> {
  return {
    fallback,
    expects: `at most ${most} ${whole ? 'whole ' : ''}numbers from ${bounds.min} to ${bounds.max}`,
    parse: (text) => {
      const parts = text.split(',', most + 1);
      if (parts.length > most) return undefined;
      const values: number[] = [];
      for (const part of parts) {
        const value = parseNumber(part, bounds);
        if (value === undefined || (whole && !Number.isInteger(value))) return undefined;
        values.push(value);
      }
      return values;
    },
    print: (values) =>
      values
        .map((value) => (single ? printSingle(value) : printNumber(value, undefined)))
        .join(','),
  };
}

/** A value that may be absent: null where the address says nothing. */
export function optional<T>(field: Field<T>): Field<T | null> {
  return {
    fallback: null,
    expects: field.expects,
    parse: (text) => field.parse(text),
    print: (value) => (value === null ? '' : field.print(value)),
  };
}

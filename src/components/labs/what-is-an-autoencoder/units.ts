// A code as units that can be moved and switched off: the arithmetic of the lab's middle. Pure; knows no network.

/** What a unit that is off says: nothing at all, or what it says on average. */
export type OffMode = 'mean' | 'zero';

/** Each unit over a set of codes. */
export interface UnitStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** Where all but one in a hundred of its values lie on that side. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** What a reader has done to a code. */
export interface Changes {
  /** Values set by hand, by unit. */
  readonly moved: ReadonlyMap<number, number>;
  /** Units that are off, whatever they were moved to. */
  readonly off: ReadonlySet<number>;
  readonly mode: OffMode;
}

/** A code as the encoder gave it. */
export const UNCHANGED: Changes = { moved: new Map(), off: new Set(), mode: 'mean' };

/** A unit set to a value by hand, which switches it on. */
export function movedTo(changes: Changes, unit: number, value: number): Changes {
  const moved = new Map(changes.moved).set(unit, value);
  return turned({ ...changes, moved }, unit, true);
}

export function turned(changes: Changes, unit: number, on: boolean): Changes {
  const off = new Set(changes.off);
  if (on) off.delete(unit);
  else off.add(unit);
  return { ...changes, off };
}

/** Every unit at a value of its own, and on. */
export function allMoved(changes: Changes, z: ArrayLike<number>): Changes {
  return {
    ...changes,
    moved: new Map(Array.from(z, (value, unit) => [unit, value])),
    off: new Set(),
  };
}

/** These units off, and no other. */
export function onlyOff(changes: Changes, units: Iterable<number>): Changes {
  return { ...changes, off: new Set(units) };
}

/** Nothing moved; units that are off stay off. */
export function notMoved(changes: Changes): Changes {
  return { ...changes, moved: new Map() };
}

/** Share of the values that may lie outside of [low, high] on either side. */
const TAIL = 0.01;

/** Statistics of codes [count, dimensions]. */
export function statisticsOf(codes: Float32Array, dimensions: number): UnitStatistics {
  const count = codes.length / dimensions;
  const found = {
    mean: new Float32Array(dimensions),
    deviation: new Float32Array(dimensions),
    low: new Float32Array(dimensions),
    high: new Float32Array(dimensions),
  };
  const values = new Float32Array(count);
  const tail = Math.floor(TAIL * count);
  for (let unit = 0; unit < dimensions; unit += 1) {
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += values[i] = codes[i * dimensions + unit]!;
    const mean = sum / count;
    let squares = 0;
    for (const value of values) squares += (value - mean) ** 2;
    values.sort();
    found.mean[unit] = mean;
    found.deviation[unit] = Math.sqrt(squares / count);
    found.low[unit] = values[tail] ?? 0;
    found.high[unit] = values[count - 1 - tail] ?? 0;
  }
  return found;
}

/** The code that the decoder gets. */
export function changed(
  code: Float32Array,
  { moved, off, mode }: Changes,
  { mean }: Pick<UnitStatistics, 'mean'>,
): Float32Array {
  const z = code.slice();
  for (const [unit, value] of moved) z[unit] = value;
  for (const unit of off) z[unit] = mode === 'zero' ? 0 : mean[unit]!;
  return z;
}

/** Of each unit the same code with that unit off besides: [dimensions, dimensions]. */
export function withoutEach(
  code: Float32Array,
  changes: Changes,
  statistics: Pick<UnitStatistics, 'mean'>,
): Float32Array {
  const { length } = code;
  const rows = new Float32Array(length * length);
  for (let unit = 0; unit < length; unit += 1) {
    rows.set(changed(code, turned(changes, unit, false), statistics), unit * length);
  }
  return rows;
}

/** Ends of a unit's dial: its usual values and the one that it has, with some room. */
export function rangeOf(
  unit: number,
  { low, high }: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> },
  now: number,
): readonly [min: number, max: number] {
  const [least, most] = [low[unit] ?? -1, high[unit] ?? 1];
  const room = Math.max(0.25 * (most - least), 1e-3);
  return [Math.min(least - room, now), Math.max(most + room, now)];
}

/** Half of the units by lot: those with the smaller of these random numbers, one for each. */
export function randomHalf(numbers: ArrayLike<number>): number[] {
  const order = Array.from(numbers, (_, unit) => unit).sort((a, b) => numbers[a]! - numbers[b]!);
  return order.slice(0, Math.floor(order.length / 2));
}

/** A code drawn unit by unit, each with its own mean and deviation: what one might take for a likely code. */
export function independentCode(
  { mean, deviation }: Pick<UnitStatistics, 'mean' | 'deviation'>,
  normals: ArrayLike<number>,
): Float32Array {
  return mean.map((centre, unit) => centre + deviation[unit]! * normals[unit]!);
}

/** How far each unit is from its mean, in its own deviations: what the map of many units shows. */
export function standardised(
  z: Float32Array,
  { mean, deviation }: Pick<UnitStatistics, 'mean' | 'deviation'>,
): Float32Array {
  return z.map((value, unit) => {
    const spread = deviation[unit]!;
    return spread > 0 ? (value - mean[unit]!) / spread : 0;
  });
}

/** A map of many units: columns and rows of a 2 : 1 box, and the side of a cell in pixels of a box that wide. */
export function mapOf(dimensions: number, width: number): { columns: number; cell: number } {
  let columns = Math.ceil(Math.sqrt(2 * dimensions));
  while (dimensions % columns !== 0 && columns < dimensions) columns += 1;
  // A prime has no box: the last row is not full.
  if (columns > 3 * Math.sqrt(2 * dimensions)) columns = Math.ceil(Math.sqrt(2 * dimensions));
  return { columns, cell: Math.max(1, Math.floor(width / columns)) };
}

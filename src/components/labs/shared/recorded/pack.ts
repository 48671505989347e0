// Named arrays of numbers as few bytes: the container of a recorded run. Knows nothing of what the arrays mean.
//
// Before gzip a file is: the length of the header (uint32, little endian), the header (JSON, UTF-8), the arrays one after
// another in the header's order. An array is float32 (little endian), or one byte a number: the place of the number on a
// scale of `levels` even steps from `low` to `high`. Of a byte array each slice of the first axis is stored as its
// difference from the slice before, modulo `levels`: pictures of a run change little from one to the next, and gzip likes that.

/** A file that is not what it should be: cut short, of another version, or something else altogether. */
export class PackError extends Error {
  override readonly name = 'PackError';
}

export interface Floats {
  readonly kind: 'floats';
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Levels {
  readonly kind: 'levels';
  readonly shape: readonly number[];
  /** Places on the scale, 0 to `levels` − 1. */
  readonly values: Uint8Array;
  readonly levels: number;
  readonly low: number;
  readonly high: number;
}

export type Packed = Floats | Levels;

/** What a header holds beside the arrays: the caller's own, not yet parsed. */
export interface Pack {
  readonly about: unknown;
  readonly arrays: ReadonlyMap<string, Packed>;
}

/** Numbers put on a scale, those beyond its ends at its ends. */
export function toLevels(
  values: ArrayLike<number>,
  shape: readonly number[],
  [low, high]: readonly [number, number],
  levels: number,
): Levels {
  const top = levels - 1;
  const places = Uint8Array.from(values, (value) =>
    Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * top),
  );
  return { kind: 'levels', shape, values: places, levels, low, high };
}

/** The numbers that the places stand for. */
export function fromLevels({ values, levels, low, high }: Levels): Float32Array {
  const scale = Float32Array.from(
    { length: levels },
    (_, place) => low + ((high - low) * place) / (levels - 1),
  );
  const numbers = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = scale[values[i]!] ?? NaN;
  return numbers;
}

/** The file, before gzip. */
export function writePack({ about, arrays }: Pack): Uint8Array<ArrayBuffer> {
  const entries = [...arrays].map(([name, array]) =>
    array.kind === 'floats'
      ? { name, kind: array.kind, shape: array.shape }
      : {
          name,
          kind: array.kind,
          shape: array.shape,
          levels: array.levels,
          low: array.low,
          high: array.high,
        },
  );
  const header = new TextEncoder().encode(JSON.stringify({ about, arrays: entries }));
  const parts = [...arrays.values()].map((array) =>
    array.kind === 'floats' ? floatBytes(array.values) : differences(array),
  );
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 4 + header.length));
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = 4 + header.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Reads what `writePack` wrote. Throws PackError. */
export function readPack(bytes: Uint8Array): Pack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 4 ? Infinity : view.getUint32(0, true);
  if (4 + length > bytes.length) throw new PackError('The file ends before its header does.');
  const header = parseJson(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const arrays = new Map<string, Packed>();
  let at = 4 + length;
  for (const entry of entriesOf(header)) {
    const count = entry.shape.reduce((product, side) => product * side, 1);
    const size = entry.kind === 'floats' ? 4 * count : count;
    if (at + size > bytes.length) throw new PackError(`The file ends inside "${entry.name}".`);
    arrays.set(entry.name, arrayOf(entry, view, at, count));
    at += size;
  }
  if (at !== bytes.length) throw new PackError('The file is longer than its header says.');
  return { about: header['about'], arrays };
}

type Entry = { readonly name: string; readonly shape: readonly number[] } & (
  | { readonly kind: 'floats' }
  | {
      readonly kind: 'levels';
      readonly levels: number;
      readonly low: number;
      readonly high: number;
    }
);

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // said below
  }
  throw new PackError('The file’s header is not JSON: it is something else than a recorded run.');
}

function entriesOf(header: Record<string, unknown>): Entry[] {
  const list = header['arrays'];
  if (!Array.isArray(list) || !list.every(isEntry)) {
    throw new PackError('The header does not say which arrays the file has.');
  }
  return list;
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) return false;
  const { name, kind, shape, levels, low, high } = value;
  const sized = Array.isArray(shape) && shape.every((side) => Number.isInteger(side) && side >= 0);
  if (typeof name !== 'string' || !sized) return false;
  if (kind === 'floats') return true;
  const scaled = Number.isFinite(low) && Number.isFinite(high);
  return kind === 'levels' && scaled && typeof levels === 'number' && levels > 1 && levels <= 256;
}

function arrayOf(entry: Entry, view: DataView, at: number, count: number): Packed {
  const { shape } = entry;
  if (entry.kind === 'floats') {
    const values = Float32Array.from({ length: count }, (_, i) =>
      view.getFloat32(at + 4 * i, true),
    );
    return { kind: 'floats', shape, values };
  }
  const { levels, low, high } = entry;
  const values = new Uint8Array(view.buffer, view.byteOffset + at, count).slice();
  const slice = sliceOf(shape, count);
  for (let i = slice; i < count; i++) values[i] = (values[i]! + values[i - slice]!) % levels;
  return { kind: 'levels', shape, values, levels, low, high };
}

function differences({ values, shape, levels }: Levels): Uint8Array {
  const slice = sliceOf(shape, values.length);
  return values.map((place, i) =>
    i < slice ? place : (place - values[i - slice]! + levels) % levels,
  );
}

/** Numbers in one slice of the first axis. */
function sliceOf(shape: readonly number[], count: number): number {
  return count / Math.max(1, shape[0] ?? 1);
}

function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

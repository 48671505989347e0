// The safetensors file format: eight bytes of header length, a JSON header, then the tensors' bytes.
// Reads only what the course writes (F32 and F16, contiguous) and refuses everything else with a reason.
// Knows no model, no fetch and no file system.
import type { LayerShape } from '../protocol/model.ts';
import { fromHalf, toHalf } from './float16.ts';

export type WeightType = 'F32' | 'F16';

/** Values as float32 whatever the file held, with the shape the file states. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A weights file that is damaged, hostile or of another model. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

const MAX_HEADER = 1 << 20; // a course model's header is under 4 KB
const SIZE: Record<WeightType, number> = { F32: 4, F16: 2 };

/** Writes tensors in the given order. F16 rounds to nearest. Metadata are plain strings. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NamedTensor>,
  type: WeightType,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    const end = offset + values.length * SIZE[type];
    header[name] = { dtype: type, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const { file, start } = withRoom(header, offset);
  const view = new DataView(file.buffer);
  let at = start;
  for (const { values } of tensors.values()) {
    if (type === 'F32') {
      // Bytes as they are, since checkpoints are written while a run waits: browsers are little-endian, as the format is.
      file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
      at += values.byteLength;
      continue;
    }
    for (const value of values) {
      view.setUint16(at, toHalf(value), true);
      at += SIZE.F16;
    }
  }
  return file;
}

/** The same file, its tensors byte for byte, with these metadata in place of its own. Throws WeightsError. */
export function withMetadata(
  file: Uint8Array,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const { header, start } = readHeader(file);
  const data = file.subarray(start);
  const made = withRoom({ ...header, __metadata__: metadata }, data.length);
  made.file.set(data, made.start);
  return made.file;
}

/** The strings that a file says of itself; what is no string is left out. Throws WeightsError. */
export function metadataOf(file: Uint8Array): ReadonlyMap<string, string> {
  const { __metadata__: metadata } = readHeader(file).header;
  const strings = new Map<string, string>();
  for (const [name, value] of Object.entries(isRecord(metadata) ? metadata : {})) {
    if (typeof value === 'string') strings.set(name, value);
  }
  return strings;
}

/** A file's JSON header, not yet looked into, and the byte at which its data start. Throws WeightsError. */
export function readHeader(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (file.length < 8) {
    throw new WeightsError(`The file has ${file.length} bytes; a safetensors file has at least 8.`);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const declared = view.getBigUint64(0, true);
  if (declared > BigInt(Math.min(MAX_HEADER, file.length - 8))) {
    throw new WeightsError(
      `The header claims ${declared} bytes; the file has ${file.length - 8} after its first eight, and ${MAX_HEADER} is the limit.`,
    );
  }
  const start = 8 + Number(declared);
  return { header: parseHeader(file.subarray(8, start)), start };
}

/** Reads a whole file. Throws WeightsError naming what is wrong. */
export function readSafetensors(file: Uint8Array): Map<string, NamedTensor> {
  const { header, start } = readHeader(file);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const data = file.length - start;

  const tensors = new Map<string, NamedTensor>();
  const spans: { name: string; from: number; to: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, from, to } = parseEntry(name, entry);
    const count = shape.reduce((a, b) => a * b, 1);
    if (to - from !== count * SIZE[dtype]) {
      throw new WeightsError(
        `"${name}" is ${JSON.stringify(shape)} of ${dtype}, ${count * SIZE[dtype]} bytes, but its offsets span ${to - from}.`,
      );
    }
    if (to > data) {
      throw new WeightsError(
        `"${name}" ends at byte ${to} of the data; the file holds ${data}. It is truncated: fetch it again.`,
      );
    }
    spans.push({ name, from, to });
    const values =
      dtype === 'F32'
        ? new Float32Array(new Uint8Array(file.subarray(start + from, start + to)).buffer)
        : Float32Array.from({ length: count }, (_, i) =>
            fromHalf(view.getUint16(start + from + i * SIZE.F16, true)),
          );
    tensors.set(name, { shape, values });
  }
  checkSpans(spans, data);
  return tensors;
}

/**
 * Checks that the file holds exactly the tensors of a model, of the right shapes, all finite.
 * Throws WeightsError in the words "<model>: <tensor> is …, the config needs …", and `again`: what to do about it.
 */
export function checkShapes(
  model: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  expected: readonly LayerShape[],
  again = `Make it again with: npm run train -- ${model}`,
): void {
  for (const { name, shape } of expected) {
    const found = tensors.get(name);
    if (!found) throw new WeightsError(`Model "${model}": "${name}" is missing. ${again}`);
    if (found.shape.length !== shape.length || found.shape.some((n, i) => n !== shape[i])) {
      throw new WeightsError(
        `Model "${model}": "${name}" is ${JSON.stringify(found.shape)}, the config needs ${JSON.stringify(shape)}. ${again}`,
      );
    }
    if (!found.values.every(Number.isFinite)) {
      throw new WeightsError(
        `Model "${model}": "${name}" holds a number that is not finite. ${again}`,
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!expected.some((layer) => layer.name === name)) {
      throw new WeightsError(`Model "${model}": the config has no "${name}". ${again}`);
    }
  }
}

/** A file with its header written and `bytes` of room for the data, which begin at `start`. */
function withRoom(
  header: Readonly<Record<string, unknown>>,
  bytes: number,
): { file: Uint8Array<ArrayBuffer>; start: number } {
  // Letters beyond ASCII as \uXXXX, so that a character is a byte.
  const json = JSON.stringify(header).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // Padded with spaces so that the data begin at a multiple of eight, as the format advises.
  const text = ascii(json.padEnd(Math.ceil(json.length / 8) * 8));
  const start = 8 + text.length;
  const file = new Uint8Array(start + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return { file, start };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new WeightsError(
      'The header is not JSON: this is no safetensors file, or a damaged one.',
    );
  }
  if (!isRecord(header)) throw new WeightsError('The header is JSON but not an object.');
  return header;
}

function parseEntry(
  name: string,
  entry: unknown,
): { dtype: WeightType; shape: readonly number[]; from: number; to: number } {
  if (!isRecord(entry)) throw new WeightsError(`"${name}" has no description in the header.`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32' && dtype !== 'F16') {
    throw new WeightsError(
      `"${name}" is of type ${JSON.stringify(dtype)}; the course uses F32 and F16.`,
    );
  }
  if (!isCounts(shape) || shape.reduce((a, b) => a * b, 1) > 2 ** 31) {
    throw new WeightsError(`"${name}" has the shape ${JSON.stringify(shape)}; expected sizes.`);
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new WeightsError(
      `"${name}" has the offsets ${JSON.stringify(offsets)}; expected [from, to].`,
    );
  }
  return { dtype, shape, from: offsets[0]!, to: offsets[1]! };
}

function checkSpans(spans: { name: string; from: number; to: number }[], data: number): void {
  spans.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of spans) {
    if (from < end) throw new WeightsError(`"${name}" overlaps the tensor before it.`);
    if (from > end)
      throw new WeightsError(`There is a hole of ${from - end} bytes before "${name}".`);
    end = to;
  }
  if (end !== data)
    throw new WeightsError(`The file holds ${data - end} bytes that no tensor owns.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0)
  );
}

// TextEncoder belongs to hosts.
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

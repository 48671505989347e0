// A reader's own model as one safetensors file: float32 weights under PyTorch's names, and in the metadata what
// it takes to build the network again. Knows no family, no worker and no file system.
import type { LayerShape, ModelSpec, Plain, Settings } from '../protocol/model.ts';
import {
  checkShapes,
  metadataOf,
  readSafetensors,
  withMetadata,
  WeightsError,
} from './safetensors.ts';

/** What is known of the weights in a file. */
export interface ModelFacts {
  readonly spec: ModelSpec;
  readonly seed: number;
  /** Updates made since the seed's weights, or since the published ones it started from. */
  readonly step: number;
  /** What it was trained on: "MNIST". */
  readonly data: string;
  /** β, learning rate and the like as they were at the end. */
  readonly settings: Settings;
  /** The objective over the last updates, in nats per image; null before the first. */
  readonly loss: number | null;
}

export interface ModelFile extends ModelFacts {
  /** The whole file: safetensors, float32. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const FORMAT = 'bottleneck-model-1';
const LONGEST = 16_384; // characters of one entry; a spec has some hundred

/** The worker's weights with what is known of them written in; the tensors stay byte for byte. Throws WeightsError. */
export function writeModelFile(
  weights: Uint8Array,
  { spec, seed, step, data, settings, loss }: ModelFacts,
  site = '',
): Uint8Array<ArrayBuffer> {
  return withMetadata(weights, {
    format: FORMAT,
    spec: JSON.stringify(spec),
    seed: String(seed),
    step: String(step),
    data,
    settings: JSON.stringify(settings),
    loss: JSON.stringify(loss),
    site,
  });
}

/**
 * Reads a file that `writeModelFile` made, and checks it whole: names, shapes, finite numbers.
 * @param shapesOf the tensors of a network; throws for a spec that is none of the lab's
 * @throws WeightsError, or what `shapesOf` throws
 */
export function readModelFile(
  bytes: Uint8Array<ArrayBuffer>,
  shapesOf: (spec: ModelSpec) => readonly LayerShape[],
): ModelFile {
  const metadata = metadataOf(bytes);
  const entry = (name: string): string => (metadata.get(name) ?? '').slice(0, LONGEST);
  if (entry('format') !== FORMAT) {
    throw new WeightsError(
      'This is a safetensors file, but not one that a lab of this course has written: its metadata do not say which network it is.',
    );
  }
  const spec = parseSpec(parseJson('spec', entry('spec')));
  const facts: ModelFacts = {
    spec,
    seed: parseCount('seed', entry('seed')),
    step: parseCount('step', entry('step')),
    data: entry('data').slice(0, 80),
    settings: parseSettings(parseJson('settings', entry('settings'))),
    loss: parseLoss(parseJson('loss', entry('loss'))),
  };
  checkShapes(
    spec.family,
    readSafetensors(bytes),
    shapesOf(spec),
    'The file was changed after it was written: download it again.',
  );
  return { ...facts, bytes };
}

/** Parses outside data into the description of a network. Throws WeightsError. */
export function parseSpec(value: unknown): ModelSpec {
  if (isRecord(value) && typeof value['family'] === 'string' && isPlainRecord(value['config'])) {
    return { family: value['family'], config: value['config'] };
  }
  throw new WeightsError('What is said of the network is not "family" and "config".');
}

/** Parses outside data into settings: names with finite numbers. Throws WeightsError. */
export function parseSettings(value: unknown): Settings {
  const settings: Record<string, number> = {};
  for (const [name, number] of Object.entries(isRecord(value) ? value : {})) {
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw new WeightsError(`The setting "${name.slice(0, 40)}" is no number.`);
    }
    settings[name] = number;
  }
  return settings;
}

/** Parses outside data into a loss; null stands for none. Throws WeightsError. */
export function parseLoss(value: unknown): number | null {
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new WeightsError('The loss is no number.');
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WeightsError(`The metadata's "${name}" is not JSON.`);
  }
}

function parseCount(name: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new WeightsError(
    `The metadata's "${name}" is ${JSON.stringify(text.slice(0, 40))}; expected a whole number.`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlainRecord(value: unknown): value is { readonly [name: string]: Plain } {
  return isRecord(value) && Object.values(value).every((item) => isPlain(item, 4));
}

/** `depth` bounds the nesting, so that no file can exhaust the stack. */
function isPlain(value: unknown, depth: number): value is Plain {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true;
  if (depth === 0 || typeof value !== 'object') return false;
  return Object.values(value).every((item) => isPlain(item, depth - 1));
}

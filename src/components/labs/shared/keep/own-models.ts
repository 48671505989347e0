// The reader's own trained models, kept in this browser: what a lab keeps, any lab of the site can show or set beside
// its own as a baseline. Two stores: what is known of each model, small enough to be listed, and the weights.
// Everything read is outside data: other versions of the site, other tabs and damaged discs have written it.
import type { LayerShape, ModelSpec } from '../../../../lib/protocol/model.ts';
import {
  parseLoss,
  parseSettings,
  parseSpec,
  readModelFile,
  type ModelFacts,
  type ModelFile,
} from '../../../../lib/weights/model-file.ts';
import { answerOf, transact } from './database.ts';

/** A kept model without its weights. */
export interface OwnModel extends ModelFacts {
  readonly id: string;
  /** The reader's name for it. */
  readonly name: string;
  /** When it was kept, in milliseconds since 1970. */
  readonly date: number;
  /** Size of the file, in bytes. */
  readonly bytes: number;
}

/** An entry that cannot be read; all that can be done is to delete it. */
export interface BrokenEntry {
  readonly id: string;
  readonly broken: string;
}

/** What is kept, newest first; of one family where one is named. Throws StorageError. */
export async function listOwnModels(family?: string): Promise<{
  readonly models: readonly OwnModel[];
  readonly broken: readonly BrokenEntry[];
}> {
  const [keys, values] = await transact('readonly', async (store) => {
    const models = store('models');
    // Both are asked before the first answer: the two lists are of one moment.
    const asked = [answerOf(models.getAllKeys()), answerOf<unknown[]>(models.getAll())] as const;
    return Promise.all(asked);
  });
  const models: OwnModel[] = [];
  const broken: BrokenEntry[] = [];
  keys.forEach((key, i) => {
    if (typeof key !== 'string') return; // no key of ours
    try {
      const model = parseOwnModel(key, values[i]);
      if (family === undefined || model.spec.family === family) models.push(model);
    } catch (cause) {
      broken.push({ id: key, broken: cause instanceof Error ? cause.message : String(cause) });
    }
  });
  return { models: models.sort((a, b) => b.date - a.date), broken };
}

/** Keeps a model whole or not at all. Throws StorageError. */
export async function keepOwnModel(
  { bytes, ...facts }: ModelFile,
  name: string,
): Promise<OwnModel> {
  const date = Date.now();
  const id = `${date}-${Math.random().toString(36).slice(2, 10)}`;
  const model: OwnModel = { ...facts, id, name, date, bytes: bytes.byteLength };
  await transact('readwrite', async (store) => {
    const written = [store('models').put(model, id), store('weights').put(bytes.buffer, id)];
    await Promise.all(written.map((request) => answerOf(request)));
  });
  return model;
}

/**
 * A kept model with its weights, checked whole. Throws StorageError, WeightsError, and what `shapesOf` throws for a
 * network that is not the lab's.
 */
export async function ownModelFile(
  id: string,
  shapesOf: (spec: ModelSpec) => readonly LayerShape[],
): Promise<ModelFile> {
  const weights = await transact('readonly', (store) =>
    answerOf<unknown>(store('weights').get(id)),
  );
  if (!(weights instanceof ArrayBuffer)) {
    throw new Error(
      'Its weights are not there any more. Delete the entry, and train the model again.',
    );
  }
  return readModelFile(new Uint8Array(weights), shapesOf);
}

/** Throws StorageError. Deleting what is not there any more is no error: another tab was faster. */
export async function deleteOwnModel(id: string): Promise<void> {
  await transact('readwrite', async (store) => {
    const gone = [store('models').delete(id), store('weights').delete(id)];
    await Promise.all(gone.map((request) => answerOf(request)));
  });
}

function parseOwnModel(id: string, value: unknown): OwnModel {
  if (!isRecord(value)) throw new Error('It is no description of a model.');
  const { name, spec, seed, step, data, settings, loss, date, bytes } = value;
  return {
    id,
    name: typeof name === 'string' ? name.slice(0, 80) : '',
    spec: parseSpec(spec),
    seed: parseCount(seed),
    step: parseCount(step),
    data: typeof data === 'string' ? data.slice(0, 80) : '',
    settings: parseSettings(settings),
    loss: parseLoss(loss),
    date: parseCount(date),
    bytes: parseCount(bytes),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parseCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error('A number in its description is none.');
}

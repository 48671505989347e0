// The packed data that `npm run data` made, and the published models, as the scripts read them.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { imagesFromIdx } from '../../src/lib/data/idx.ts';
import type { ImageSet } from '../../src/lib/data/images.ts';
import { loadFamily } from '../../src/lib/train/families.ts';
import { Trainer } from '../../src/lib/train/trainer.ts';
import type { Manifest } from '../../src/lib/weights/manifest.ts';
import {
  readSafetensors,
  WeightsError,
  type NamedTensor,
} from '../../src/lib/weights/safetensors.ts';

import type { Splits } from './measure.ts';

export const MODELS = 'public/models';

/** One packed set, such as "mnist-test". */
export async function loadPacked(name: string): Promise<ImageSet> {
  const load = async (kind: string): Promise<Uint8Array> =>
    new Uint8Array(gunzipSync(await readFile(`public/data/${name}-${kind}.pack`)));
  return imagesFromIdx(await load('images'), await load('labels'));
}

const PACKED: Readonly<Record<string, string>> = { MNIST: 'mnist', 'Fashion-MNIST': 'fashion' };

/** The packed test split that a model is evaluated on. */
export function loadTestSet({ data }: Manifest): Promise<ImageSet> {
  return loadPacked(`${PACKED[data.set] ?? data.set}-test`);
}

/** The same with the packed validation images, which probes are fitted on. */
export async function loadSplits(manifest: Manifest): Promise<Splits> {
  const { set } = manifest.data;
  const [test, validation] = await Promise.all([
    loadTestSet(manifest),
    loadPacked(`${PACKED[set] ?? set}-validation`),
  ]);
  return { test, validation };
}

/** Ids of the published models, in alphabetical order. */
export async function publishedIds(): Promise<string[]> {
  const entries = await readdir(MODELS, { withFileTypes: true });
  return entries
    .filter((e) => e.isDirectory())
    .map((e) => e.name)
    .sort();
}

export async function loadManifest(id: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(MODELS, id, 'manifest.json'), 'utf8')) as Manifest;
}

/** A published model as it was made. */
export interface PublishedModel {
  readonly manifest: Manifest;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Holds the tensors. */
  readonly trainer: Trainer;
}

/** A published model, its weights checked against hash and shapes. Throws WeightsError. */
export async function loadPublished(id: string): Promise<PublishedModel> {
  const manifest = await loadManifest(id);
  const file = new Uint8Array(await readFile(path.join(MODELS, id, manifest.weights)));
  const sha256 = createHash('sha256').update(file).digest('hex');
  if (sha256 !== manifest.sha256) {
    throw new WeightsError(
      `Model "${id}": the weights have SHA-256 ${sha256}, the manifest says ${manifest.sha256}.`,
    );
  }
  const trainer = new Trainer(await loadFamily(manifest.spec.family), manifest.spec, manifest.seed);
  const tensors = readSafetensors(file);
  trainer.assign(tensors, id);
  return { manifest, tensors, trainer };
}

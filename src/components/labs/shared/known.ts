// Reads, at build, what a lab must know without a fetch: published models and packed data.
// Runs in Astro only. A model that is not there is left out; a file that says something else fails the build.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'astro/zod';
import { codeSize, parseCae } from '../../../lib/models/cae.config.ts';
import { latentTotal, parseHvae } from '../../../lib/models/hvae.config.ts';
import type { DataRef, FileRef } from '../../../lib/protocol/messages.ts';
import { dataTitles, type DataSet, type LabModel, type SetFiles } from './data-sets.ts';

const PUBLIC = 'public';

const plain: z.ZodType<LabModel['spec']['config'][string]> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string(),
    z.array(plain),
    z.record(z.string(), plain),
  ]),
);

const manifest = z.object({
  id: z.string(),
  title: z.string(),
  spec: z.object({ family: z.string(), config: z.record(z.string(), plain) }),
  data: z.object({ set: z.string() }),
  weights: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  metrics: z.record(z.string(), z.object({ value: z.number() })),
  training: z.object({ settings: z.record(z.string(), z.number()) }),
});

const packed = z.object({ path: z.string(), bytes: z.number(), sha256: z.string() });
const index = z.object({
  sets: z.record(z.string(), z.object({ images: packed, labels: packed })),
});

/** Turns a path below public/ into the site's address. */
export type ToUrl = (path: string) => string;

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** An address that changes with the file's content. */
function fileRef(toUrl: ToUrl, { path: at, bytes, sha256 }: z.output<typeof packed>): FileRef {
  return { url: `${toUrl(at)}?v=${sha256.slice(0, 12)}`, bytes, sha256 };
}

/** The published models among `ids`, in that order. Throws where there is none at all. */
export function knownModels(ids: readonly string[], toUrl: ToUrl): LabModel[] {
  const models = ids.flatMap((id) => {
    const file = path.join(PUBLIC, 'models', id, 'manifest.json');
    return existsSync(file) ? [toModel(manifest.parse(readJson(file)), toUrl)] : [];
  });
  if (models.length === 0) {
    throw new Error(
      `The lab needs at least one published model of ${ids.join(', ')} in ${PUBLIC}/models. ` +
        `Make one with: npm run train -- ${ids[0] ?? ''}`,
    );
  }
  return models;
}

function toModel(found: z.output<typeof manifest>, toUrl: ToUrl): LabModel {
  const { id, title, spec, weights, bytes, sha256, metrics, training } = found;
  const dataSet = Object.entries(dataTitles).find(([, name]) => name === found.data.set)?.[0];
  if (dataSet !== 'mnist' && dataSet !== 'fashion') {
    throw new Error(`${id}: the lab knows no data set "${found.data.set}".`);
  }
  return {
    id,
    title,
    spec,
    dataSet,
    latentDim: latentDimOf(spec),
    weights: fileRef(toUrl, { path: `models/${id}/${weights}`, bytes, sha256 }),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
    settings: training.settings,
  };
}

/** Dimensions of the code, of a hierarchy those of all its levels. */
function latentDimOf({ family, config }: LabModel['spec']): number {
  if (family === 'hvae') return latentTotal(parseHvae(config));
  if (family === 'cae') return codeSize(parseCae(config));
  return z.number().parse(config['latentDim']);
}

/** The packed data sets of the index that `npm run data` writes. */
export function knownData(toUrl: ToUrl): Partial<Record<DataSet, SetFiles>> {
  const { sets } = index.parse(readJson(path.join(PUBLIC, 'data', 'index.json')));
  const ref = (name: string): DataRef | undefined => {
    const set = sets[name];
    return set && { name, images: fileRef(toUrl, set.images), labels: fileRef(toUrl, set.labels) };
  };
  const data: Partial<Record<DataSet, SetFiles>> = {};
  for (const name of ['mnist', 'fashion'] as const) {
    const [train, validation, gallery] = ['train', 'validation', 'gallery'].map((split) =>
      ref(`${name}-${split}`),
    );
    if (train && validation && gallery) data[name] = { train, validation, gallery };
  }
  return data;
}

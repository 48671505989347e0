// The published models as the pages show them: what a manifest must say, and how its figures are printed.
// Reads public/models/*/manifest.json; writes nothing. The manifests themselves are written by the offline trainer.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'astro/zod';

const metric = z.object({
  value: z.number(),
  unit: z.string(),
  protocol: z.string(), // split, binarisation, k, sample count
  standardError: z.number().optional(),
  tolerance: z.number(),
});

/** The part of a manifest that pages read; the loader of the labs checks the rest. */
export const manifest = z.looseObject({
  id: z.string(),
  title: z.string(),
  chapter: z.string(), // the path of its page
  architecture: z.array(z.object({ name: z.string(), shape: z.array(z.number()) })),
  parameters: z.number().int(),
  data: z.object({ set: z.string(), split: z.string(), preprocessing: z.string() }),
  training: z.looseObject({ startsFrom: z.string().optional(), samples: z.number().optional() }),
  seed: z.number().int(),
  steps: z.number().int(),
  seconds: z.number(),
  command: z.string(),
  weights: z.string(), // file name beside the manifest
  dtype: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  licence: z.string(),
  metrics: z.record(z.string(), metric),
});

export type Manifest = z.output<typeof manifest>;
export type Metric = z.output<typeof metric>;

/** Reads every manifest below a folder into unchecked entries; a missing folder has none. */
export function readManifests(folder: string): { id: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, 'manifest.json'))
    .filter((file) => existsSync(file))
    .map((file) => z.looseObject({ id: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))));
}

/** Decimals that a metric is printed with when the page does not say. */
const DIGITS: Readonly<Record<string, number>> = {
  nats: 1,
  dB: 1,
  bits: 1,
};

/** Prints a metric's value, with its standard error when asked: "98.2 ± 0.3". Uses the true minus sign. */
export function printMetric(
  { value, unit, standardError }: Metric,
  { digits, error }: { digits?: number | undefined; error?: boolean | undefined } = {},
): string {
  const usual = Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 4 : 2;
  const decimals = digits ?? DIGITS[unit] ?? usual;
  const print = (number: number): string => number.toFixed(decimals).replace('-', '−');
  const spread = error === true && standardError !== undefined ? ` ± ${print(standardError)}` : '';
  return print(value) + spread;
}

/** Thrown when a page asks for a model or a figure that is not published. */
export class UnknownMetricError extends Error {
  override name = 'UnknownMetricError';
}

const COUNTS = ['parameters', 'steps', 'seconds', 'seed', 'bytes'] as const;
const isCount = (name: string): name is (typeof COUNTS)[number] =>
  COUNTS.some((count) => count === name);

/** Finds a metric, or a plain count such as `parameters`, of a model; `page` is named in the error. */
export function findFact(
  models: readonly Manifest[],
  id: string,
  name: string,
  page: string,
): { kind: 'metric'; metric: Metric } | { kind: 'count'; value: number } {
  const model = models.find((candidate) => candidate.id === id);
  if (model === undefined) {
    const known = models.map((candidate) => candidate.id).join(', ') || 'none';
    throw new UnknownMetricError(
      `${page}: no model "${id}" in public/models. Models there: ${known}. Make it with: npm run train -- ${id}`,
    );
  }
  if (isCount(name)) return { kind: 'count', value: model[name] };
  const metric = model.metrics[name];
  if (metric === undefined) {
    const known = Object.keys(model.metrics).join(', ');
    throw new UnknownMetricError(
      `${page}: model "${id}" has no metric "${name}". Its metrics: ${known}; counts: ${COUNTS.join(', ')}.`,
    );
  }
  return { kind: 'metric', metric };
}

const TITLES: Readonly<Record<string, string>> = {
  'neg-elbo-nats': 'Negative ELBO',
  'nll-nats': 'Negative log-likelihood',
  'nll-nats-quick': 'The same, on a subset',
  'reconstruction-nats': 'Reconstruction',
  'kl-nats': 'KL',
  mse: 'Squared error',
  'psnr-db': 'PSNR',
  ssim: 'SSIM',
  'active-units': 'Active units',
};

/** A metric's name in words; one without words of its own keeps its name. */
export function metricTitle(name: string): string {
  return TITLES[name] ?? name;
}

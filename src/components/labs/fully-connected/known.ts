// Reads, at build, what the lab knows of PCA and of the published autoencoders, and its first picture. Runs in Astro only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'astro/zod';
import mnist from '../../../content/reports/pca-mnist.json';
import fashion from '../../../content/reports/pca-fashion.json';
import type { PlainPoster } from '../shared/autoencoder/poster.ts';
import type { ToUrl } from '../shared/known.ts';
import type { PcaFile, PcaFiles } from './pca.svelte.ts';
import type { Dot } from './props.ts';

const PUBLIC = 'public';

const report = z.object({
  file: z.object({
    path: z.string(),
    bytes: z.number(),
    sha256: z.string(),
    components: z.number(),
  }),
  errors: z.array(z.number()),
  heldOut: z.object({ images: z.number(), errors: z.array(z.number()) }),
  autoencoders: z.array(z.object({ id: z.string(), dimensions: z.number(), mse: z.number() })),
});

/** PCA of both data sets: the components' file and the errors. */
export function knownPca(toUrl: ToUrl): PcaFiles {
  const file = (found: unknown): PcaFile => {
    const { file, errors, heldOut } = report.parse(found);
    const { path: at, bytes, sha256, components } = file;
    const url = `${toUrl(at)}?v=${sha256.slice(0, 12)}`;
    return { weights: { url, bytes, sha256 }, components, errors, heldOut };
  };
  return { mnist: file(mnist), fashion: file(fashion) };
}

/** The published autoencoders of the chapter, by the size of their codes. */
export function knownDots(): readonly Dot[] {
  return report.parse(mnist).autoencoders;
}

const numbers = z.object({
  label: z.number(),
  mse: z.number(),
  extent: z.number(),
  code: z.tuple([z.number(), z.number()]),
  codes: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

/** The first picture of a plain autoencoder, where `npm run pictures` has made it. */
export function knownPoster(id: string, toUrl: ToUrl): PlainPoster | null {
  const folder = path.join('pictures', id);
  const file = path.join(PUBLIC, folder, 'codes.json');
  if (!existsSync(file)) return null;
  const { code, ...others } = numbers.parse(JSON.parse(readFileSync(file, 'utf8')));
  const picture = (name: string): string => toUrl(`${folder}/${name}.png`);
  return {
    ...others,
    x: picture('x'),
    mean: picture('mean'),
    latent: picture('latent'),
    posterior: { mean: code, logVar: [] },
  };
}

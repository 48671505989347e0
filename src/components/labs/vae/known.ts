// Reads, at build, the VAE lab's first picture. Runs in Astro only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'astro/zod';
import type { ToUrl } from '../shared/known.ts';
import type { Poster } from './props.ts';

const PUBLIC = 'public';

const numbers = z.object({
  label: z.number(),
  mean: z.array(z.number()),
  logVar: z.array(z.number()),
  nll: z.number(),
  kl: z.number(),
  extent: z.number(),
  codes: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

/** The first picture of a model, where `npm run pictures` has made it. */
export function knownPoster(id: string, toUrl: ToUrl): Poster | null {
  const folder = path.join('pictures', id);
  const file = path.join(PUBLIC, folder, 'numbers.json');
  if (!existsSync(file)) return null;
  const { mean, logVar, ...others } = numbers.parse(JSON.parse(readFileSync(file, 'utf8')));
  const picture = (name: string): string => toUrl(`${folder}/${name}.png`);
  return {
    x: picture('x'),
    latent: picture('latent'),
    mean: picture('mean'),
    ...others,
    posterior: { mean, logVar },
  };
}

// Reads, at build, the hierarchical lab's first picture. Runs in Astro only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'astro/zod';
import type { ToUrl } from '../shared/known.ts';
import type { LevelPoster } from './poster.ts';

const PUBLIC = 'public';

const numbers = z.object({
  label: z.number(),
  levels: z.number(),
  mean: z.array(z.number()),
  logVar: z.array(z.number()),
  nll: z.array(z.number()),
  extent: z.number(),
  codes: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

/** The first picture of a hierarchy, where `npm run pictures` has made it. */
export function knownPoster(id: string, toUrl: ToUrl): LevelPoster | null {
  const folder = path.join('pictures', id);
  const file = path.join(PUBLIC, folder, 'levels.json');
  if (!existsSync(file)) return null;
  const found = numbers.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { levels, mean, logVar, ...others } = found;
  const picture = (name: string): string => toUrl(`${folder}/${name}.png`);
  return {
    ...others,
    x: picture('x'),
    latent: picture('latent'),
    samples: picture('sixteen'),
    rungs: Array.from({ length: levels }, (_, i) => picture(`rung-${i + 1}`)),
    posterior: { mean, logVar },
  };
}

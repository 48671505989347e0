// Reads, at build, the lab's first picture. Runs in Astro only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'astro/zod';
import type { ToUrl } from '../shared/known.ts';
import type { UnitPoster } from './poster.ts';

const PUBLIC = 'public';

const list = z.array(z.number());
const numbers = z.object({
  label: z.number(),
  code: list,
  statistics: z.object({ mean: list, low: list, high: list }),
  error: z.number(),
  errors: list,
});

/** The first picture of a model whose units have rows of their own, where `npm run pictures` has made it. */
export function knownPoster(id: string, toUrl: ToUrl): UnitPoster | null {
  const folder = path.join('pictures', id);
  const file = path.join(PUBLIC, folder, 'units.json');
  if (!existsSync(file)) return null;
  const found = numbers.parse(JSON.parse(readFileSync(file, 'utf8')));
  const picture = (name: string): string => toUrl(`${folder}/${name}.png`);
  return {
    ...found,
    x: picture('x'),
    picture: picture('picture'),
    without: found.errors.map((_, unit) => picture(`without-${unit + 1}`)),
  };
}

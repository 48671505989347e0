// Reads, at build, the convolutional lab's first picture. Runs in Astro only.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'astro/zod';
import type { ToUrl } from '../shared/known.ts';
import type { LayersPoster } from './poster.ts';

const PUBLIC = 'public';

const numbers = z.object({ label: z.number(), mse: z.number(), layers: z.array(z.string()) });

/** The first picture of a model, where `npm run pictures` has made it. */
export function knownPoster(id: string, toUrl: ToUrl): LayersPoster | null {
  const folder = path.join('pictures', id);
  const file = path.join(PUBLIC, folder, 'layers.json');
  if (!existsSync(file)) return null;
  const { label, mse, layers } = numbers.parse(JSON.parse(readFileSync(file, 'utf8')));
  const picture = (name: string): string => toUrl(`${folder}/${name}.png`);
  return {
    x: picture('x'),
    output: picture('output'),
    label,
    mse,
    layers: layers.map((name) => ({ name, picture: picture(name) })),
  };
}

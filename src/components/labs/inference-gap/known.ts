// Reads, at build, the lab's first picture from the report of `scripts/gaps.ts`.
import { z } from 'astro/zod';
import type { First } from './props.ts';

const pair = z.tuple([z.number(), z.number()]);

const report = z.object({
  first: z.object({
    model: z.string(),
    image: z.number(),
    label: z.number(),
    grey: z.string(),
    q: z.object({ mean: z.array(z.number()), logVar: z.array(z.number()) }),
    logEvidence: z.number(),
    elbo: z.number(),
    window: z.object({ centre: pair, reach: pair }),
    contours: z.array(z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]))),
  }),
});

/** Throws where the report is not of this form. */
export function parseFirst(found: unknown): First {
  return report.parse(found).first;
}

// Reads, at build, the lab's first picture from the report of `scripts/outliers.ts`.
import { z } from 'astro/zod';
import type { First } from './props.ts';

const report = z.object({
  protocol: z.object({ model: z.string() }),
  bin: z.number(),
  sets: z.array(z.object({ name: z.string(), images: z.number(), counts: z.array(z.number()) })),
  readings: z.object({ auc: z.object({ value: z.number() }) }),
});

/** Throws where the report is not of this form, or has not both sets. */
export function parseFirst(found: unknown): First {
  const { protocol, bin, sets, readings } = report.parse(found);
  const [known, strange] = ['clothes', 'digits'].map((name) =>
    sets.find((set) => set.name === name),
  );
  if (!known || !strange) throw new Error('The report lacks the clothes or the digits.');
  return {
    model: protocol.model,
    bin,
    images: known.images,
    known: known.counts,
    strange: strange.counts,
    area: readings.auc.value,
  };
}

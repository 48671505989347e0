// The committed study of collapse, parsed once, as the figures and their words read it. Knows no other numbers.
import { z } from 'astro/zod';
import report from '../../../content/reports/hvae-collapse.json';

const run = z.object({
  seed: z.number().int(),
  normalised: z.boolean(),
  warmup: z.boolean(),
  freeBits: z.boolean(),
  floor: z.number().optional(), // nats of each level, where not the protocol's
  kl: z.array(z.array(z.number())), // nats by evaluation and level, z_1 first
  active: z.array(z.number().int()),
  negElbo: z.number(),
});
const file = z.object({
  protocol: z.object({
    steps: z.number().int(),
    every: z.number().int(), // updates between two evaluations
    learningRate: z.number(),
    warmupSteps: z.number().int(),
    freeBits: z.number(), // nats of each level
    heldOut: z.string(),
    command: z.string(),
  }),
  runs: z.array(run).min(1),
});

export type Run = z.output<typeof run>;
export type Switches = Pick<Run, 'normalised' | 'warmup' | 'freeBits'>;

const parsed = file.parse(report);
export const { protocol } = parsed;
/** Those whose free bits, where they are on, are the protocol's. */
export const runs = parsed.runs.filter(({ floor }) => floor === undefined);

/** The seed that all eight choices of the switches were trained from. */
export const firstSeed = runs[0]!.seed;

/** The runs of these switches, one per seed. */
export function runsOf({ normalised, warmup, freeBits }: Switches): readonly Run[] {
  return runs.filter(
    (each) =>
      each.normalised === normalised && each.warmup === warmup && each.freeBits === freeBits,
  );
}

/** The run of these switches from the first seed. */
export function runOf(switches: Switches): Run {
  const found = runsOf(switches).find(({ seed }) => seed === firstSeed);
  if (found === undefined) {
    throw new Error(
      `hvae-collapse.json: no run of ${JSON.stringify(switches)} from seed ${String(firstSeed)}.`,
    );
  }
  return found;
}

/** KL of a level, counted from 1 next to the image, at the end of a run: nats. */
export function finalKl({ kl }: Run, level: number): number {
  const found = kl.at(-1)?.[level - 1];
  if (found === undefined) throw new Error(`hvae-collapse.json: no level ${String(level)}.`);
  return found;
}

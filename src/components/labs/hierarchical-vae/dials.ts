// The dials of the hierarchical lab and what they stand at: as it is trained best, and with every switch off. Pure.
import type { Settings } from '../../../lib/protocol/model.ts';
import { count, significant } from '../../ui/format.ts';
import type { Dials } from '../shared/instrument/elbo-side.svelte.ts';

/** What a switch that is turned on stands at. */
export const WARM_UP = 500; // updates
export const FREE_NATS = 1; // of each level
/** What they can be set to. */
export const WARM_UP_STOPS = [100, 200, 500, 1000, 2000, 5000] as const; // updates
export const FREE_STOPS = [0.1, 0.25, 0.5, 1, 2, 4] as const; // nats

/** What weights were trained with, as the switches say it: "no warm-up, 2 nats free each". */
export function trainedWords(
  { warmupSteps = 0, freeBits = 0 }: Settings,
  hierarchical: boolean,
): string {
  const warmUp = warmupSteps > 0 ? `warm-up ${count(warmupSteps)}` : 'no warm-up';
  if (!hierarchical) return warmUp;
  const free =
    freeBits > 0
      ? `${significant(freeBits)} ${freeBits === 1 ? 'nat' : 'nats'} free each`
      : 'no free bits';
  return `${warmUp}, ${free}`;
}

/** Of a level's draws: at 0 the prior's mean. */
export const MOST_TEMPERATURE = 1.5;

/** The rate at which the collapse and its cure are clearest, within a hundred updates. */
const learningRate = 2e-3;

export const cured: Dials = { learningRate, beta: 1, warmupSteps: WARM_UP, freeBits: FREE_NATS };
export const uncured: Dials = { learningRate, beta: 1, warmupSteps: 0, freeBits: 0 };

// The dials of the hierarchical lab and what they stand at: as it is trained best, and with every switch off. Pure.
import type { Settings } from '../../../lib/protocol/model.ts';
import { count, significant } from '../../ui/format.ts';
import type { Dials } from '../shared/instrument/elbo-side.svelte.ts';

/** What a switch that is turned on stands at. */
export const WARM_UP = 500; // updates
export const FREE_NATS = 1; // of each level
/** What they can be set to. */
export const WARM_UP_STOPS = [100, 200, 500, 1000, 2000, 5000] as const; // updates
export const FREE_STOPS = [0.1, 0.25, 0.5, 1, 2, 3, 4] as const; // nats

/** What weights were trained with, as the dials say it: "β = 1.5, 3 nats free each". A β of 1 and what was off are not told. */
export function trainedWords(
  { beta = 1, warmupSteps = 0, freeBits = 0 }: Settings,
  hierarchical: boolean,
): string {
  const told = [];
  if (beta !== 1) told.push(`β = ${significant(beta)}`);
  if (warmupSteps > 0) told.push(`warm-up ${count(warmupSteps)}`);
  if (hierarchical && freeBits > 0) {
    told.push(`${significant(freeBits)} ${freeBits === 1 ? 'nat' : 'nats'} free each`);
  }
  return told.join(', ') || (hierarchical ? 'no warm-up, no free bits' : 'no warm-up');
}

/** Of the sixteen through encoder and decoder. */
export const MOST_PASSES = 16;

/** Of a level's draws: at 0 the prior's mean. */
export const MOST_TEMPERATURE = 1.5;

/** The rate at which the collapse and its cure are clearest, within a hundred updates. */
const learningRate = 2e-3;

export const cured: Dials = { learningRate, beta: 1, warmupSteps: WARM_UP, freeBits: FREE_NATS };
export const uncured: Dials = { learningRate, beta: 1, warmupSteps: 0, freeBits: 0 };

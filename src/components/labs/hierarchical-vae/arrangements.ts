// What may stand side by side: the pairs of networks and switches that the lab offers to compare. Pure apart from the
// sides it sets.
import { cured, FREE_NATS, uncured, WARM_UP } from './dials.ts';
import { preset, type Network } from './network.ts';
import type { LevelSide } from './side.svelte.ts';

export const arrangements = {
  plain: 'Ladder beside a plain VAE',
  switches: 'All three switches: on beside off',
  norm: 'Batch normalisation: on beside off',
  'warm-up': 'Warm-up: on beside off',
  'free-bits': 'Free bits: on beside off',
  same: 'The same twice, then your choice',
} as const;

export type Arrangement = keyof typeof arrangements;

export const arrangementNames: readonly Arrangement[] = [
  'plain',
  'switches',
  'norm',
  'warm-up',
  'free-bits',
  'same',
];

/** A plain VAE has neither levels nor normalisation to differ in. */
export function arrangementsFor({ hierarchical }: LevelSide): readonly Arrangement[] {
  return hierarchical ? arrangementNames : ['warm-up', 'same'];
}

/**
 * Sets the second side up beside the first: the same network and dials, but for what is compared, which is the other way
 * round. The first keeps its weights and dials. `plain` is the plain VAE as it is known.
 */
export function arrange(
  arrangement: Arrangement,
  a: LevelSide,
  b: LevelSide,
  plain: Network,
): void {
  const { beta, learningRate, warmupSteps, freeBits, normalised } = a;
  b.network = a.network;
  b.set({ beta, learningRate, warmupSteps, freeBits });
  switch (arrangement) {
    case 'plain':
      b.network = plain;
      break;
    case 'switches': {
      const any = normalised || warmupSteps > 0 || freeBits > 0;
      b.network = preset(any ? 'ladder-without-norm' : 'ladder');
      b.set(any ? uncured : cured);
      break;
    }
    case 'norm':
      b.network = preset(normalised ? 'ladder-without-norm' : 'ladder');
      break;
    case 'warm-up':
      b.set({ warmupSteps: warmupSteps > 0 ? 0 : WARM_UP });
      break;
    case 'free-bits':
      b.set({ freeBits: freeBits > 0 ? 0 : FREE_NATS });
      break;
    case 'same':
      break;
    default:
      arrangement satisfies never;
  }
}

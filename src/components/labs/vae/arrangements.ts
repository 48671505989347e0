// What may stand side by side: the pairs of settings that the lab offers to compare. Pure apart from the sides it sets.
import { vaeDefaults } from '../../../lib/models/vae.config.ts';
import type { Network } from './network.ts';
import type { VaeSide } from './side.svelte.ts';

export const arrangements = {
  'ae-vae': 'AE beside VAE',
  beta: 'β = 1 beside β = 4',
  'warm-up': 'Without and with warm-up',
  same: 'The same twice, then your choice',
} as const;

export type Arrangement = keyof typeof arrangements;

/** β of the second network in the pair of that name. */
const DEAR = 4;
/** Updates of warm-up in the pair of that name: over two epochs, long enough to be seen. */
const WARM_UP = 1000;

/**
 * Sets the second side up beside the first: the same network and dials, but for what is compared. The first keeps its
 * weights; of its dials only the compared one is set. `networkFor` finds the network that differs from the first's.
 */
export function arrange(
  arrangement: Arrangement,
  a: VaeSide,
  b: VaeSide,
  networkFor: (other: Partial<Pick<VaeSide, 'family'>>) => Network,
): void {
  if (arrangement === 'beta') a.set({ beta: vaeDefaults.beta });
  if (arrangement === 'warm-up') a.set({ warmupSteps: 0 });
  const { beta, learningRate, warmupSteps, freeBits } = a;
  b.network = a.network;
  b.set({ beta, learningRate, warmupSteps, freeBits });
  switch (arrangement) {
    case 'ae-vae':
      b.network = networkFor({ family: a.variational ? 'ae' : 'vae' });
      break;
    case 'beta':
      b.set({ beta: DEAR });
      break;
    case 'warm-up':
      b.set({ warmupSteps: WARM_UP });
      break;
    case 'same':
      break;
    default:
      arrangement satisfies never;
  }
}

/** Which pairs make sense beside this network: an autoencoder has no β. */
export function arrangementsFor({ variational }: VaeSide): readonly Arrangement[] {
  return variational ? ['ae-vae', 'beta', 'warm-up', 'same'] : ['ae-vae', 'same'];
}

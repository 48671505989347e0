// What may stand side by side: the pairs of settings that the lab offers to compare. Pure apart from the sides it sets.
import type { AeConfig } from '../../../lib/models/ae.config.ts';
import type { Network } from './network.ts';
import { likelihoodFor, widthsFor } from './network.ts';
import type { DenseSide } from './side.svelte.ts';

/** What of a side a pair is made from. */
export type Paired = Pick<
  DenseSide,
  'config' | 'wanted' | 'learningRate' | 'batchSize' | 'loss' | 'linear' | 'network' | 'set'
>;

export const arrangements = {
  code: 'Code of 32 beside code of 2',
  loss: 'Squared error beside cross-entropy',
  linear: 'ReLU beside no activation',
  same: 'The same twice, then your choice',
} as const;

export type Arrangement = keyof typeof arrangements;
export const arrangementNames: readonly Arrangement[] = ['code', 'loss', 'linear', 'same'];

const SMALL = 2;
const LARGE = 32;

/**
 * Sets the second side up beside the first: the same network and dials, but for what is compared. `networkFor` finds
 * published weights of a config where there are some.
 */
export function arrange(
  arrangement: Arrangement,
  a: Paired,
  b: Paired,
  networkFor: (config: AeConfig) => Network,
): void {
  const { learningRate, batchSize, config, wanted } = a;
  b.set({ learningRate, batchSize });
  b.wanted = wanted;
  b.network = a.network;
  switch (arrangement) {
    case 'code': {
      const latentDim = config.latentDim === SMALL ? LARGE : SMALL;
      b.network = networkFor({ ...config, latentDim, hidden: widthsFor(wanted, latentDim) });
      break;
    }
    case 'loss': {
      const loss = a.loss === 'mse' ? 'cross-entropy' : 'mse';
      b.network = networkFor({ ...config, likelihood: likelihoodFor(loss, config.activation) });
      break;
    }
    case 'linear': {
      const activation = a.linear ? 'relu' : 'linear';
      const likelihood = likelihoodFor(a.loss, activation);
      b.network = networkFor({ ...config, activation, likelihood });
      break;
    }
    case 'same':
      break;
    default:
      arrangement satisfies never;
  }
}

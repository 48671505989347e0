// What may stand side by side: the pairs that the lab offers to compare. Pure apart from the sides it sets.
import { caeDefaults } from '../../../lib/models/cae.config.ts';
import type { LabModel } from '../shared/data-sets.ts';
import { networkFor, preset, presetOf, type Network } from './network.ts';
import type { CaeSide } from './side.svelte.ts';

export const arrangements = {
  dense: 'Convolutional beside fully connected, codes of one size',
  skip: 'With a skip beside without',
  pool: 'Strides beside pooling',
  same: 'The same twice, then your choice',
} as const;

export type Arrangement = keyof typeof arrangements;

export const arrangementNames: readonly Arrangement[] = ['dense', 'skip', 'pool', 'same'];

/** A fully connected network has neither skips nor pooling to differ in. */
export function arrangementsFor({ config }: CaeSide): readonly Arrangement[] {
  return config ? arrangementNames : ['same'];
}

/**
 * The network that the first side must turn to for a pair, or null where it may stay: strides and pooling differ in nothing
 * else only between 16 and 32 maps without a bottleneck.
 */
export function firstIn(
  arrangement: Arrangement,
  a: CaeSide,
  models: readonly LabModel[],
): Network | null {
  const like = presetOf(a.spec);
  if (arrangement !== 'pool' || like === '16-32' || like === 'pool') return null;
  const skip = a.config?.skip ?? false;
  return networkFor(a.run.model === '' ? [] : models, preset('16-32', skip));
}

/** At the lab's own rate pooling paints blank paper; at this one both learn. The chapter has measured it. */
export const POOLING_RATE = 3e-4;

/** The learning rate of both networks of a pair: the reader's, unless it is the lab's own and does not suit. */
export function rateFor(arrangement: Arrangement, rate: number): number {
  return arrangement === 'pool' && rate === caeDefaults.learningRate ? POOLING_RATE : rate;
}

/** Sets the second side up beside the first, which keeps its weights. Weights beside weights, nothing beside nothing. */
export function arrange(
  arrangement: Arrangement,
  a: CaeSide,
  b: CaeSide,
  models: readonly LabModel[],
): void {
  a.set({ learningRate: rateFor(arrangement, a.learningRate) });
  b.set({ learningRate: a.learningRate });
  b.network = besideIn(arrangement, a, a.run.model === '' ? [] : models);
}

function besideIn(arrangement: Arrangement, a: CaeSide, models: readonly LabModel[]): Network {
  const like = presetOf(a.spec) ?? 'd32';
  const skip = a.config?.skip ?? false;
  switch (arrangement) {
    case 'dense':
      return networkFor(models, { kind: 'preset', preset: 'dense', code: a.code });
    case 'skip':
      return networkFor(models, preset(like, !skip));
    case 'pool':
      return networkFor(models, preset(like === 'pool' ? '16-32' : 'pool', skip));
    case 'same':
      return a.network;
  }
}

// What may stand side by side: two sizes of the code, or the same twice. Pure apart from the sides it sets.
import type { Network } from './network.ts';
import { isCodeSize, type CodeSize } from './network.ts';
import type { UnitSide } from './side.svelte.ts';

export const arrangements = {
  size: 'Another code size',
  same: 'The same twice, then your choice',
} as const;

export type Arrangement = keyof typeof arrangements;
export const arrangementNames: readonly Arrangement[] = ['size', 'same'];

/** The size that tells most beside this one: a small code beside a large one. */
export function otherSize(latentDim: number): CodeSize {
  return latentDim === 8 ? 32 : isCodeSize(latentDim) && latentDim > 8 ? 8 : 32;
}

/** Sets the second side up beside the first, with the same dial. `networkFor` finds the network of a size. */
export function arrange(
  arrangement: Arrangement,
  a: UnitSide,
  b: UnitSide,
  networkFor: (size: CodeSize) => Network,
): void {
  b.set({ learningRate: a.learningRate });
  b.network = arrangement === 'size' ? networkFor(otherSize(a.latentDim)) : a.network;
}

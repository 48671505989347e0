// What the lab calls itself, by what it shows.
import type { DataSet } from '../shared/data-sets.ts';
import type { Source } from './view.svelte.ts';

/** What the lab invites to, in one line. */
export function titleOf(set: DataSet, variational: boolean, latentDim: number): string {
  const image = set === 'mnist' ? 'a digit' : 'a garment';
  const code = variational ? 'a distribution' : 'a point';
  const where = latentDim === 2 ? 'the plane it lives in' : 'the space it lives in';
  return `Encode ${image} as ${code}, then walk ${where}`;
}

/** Which z the decoder's picture is of. */
export function whereOf(source: Source, variational: boolean): string {
  switch (source) {
    case 'mean':
      return variational ? 'z = μ' : 'the code of x';
    case 'sample':
      return 'z = μ + σ ⊙ ε';
    case 'cursor':
      return 'z at the cursor';
    case 'image':
      return 'z of the lit code';
    case 'path':
      return 'z on the path';
    case 'prior':
      return 'z from the prior';
    case 'traverse':
      return 'z on the traversal';
  }
}

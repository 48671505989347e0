// What the lab calls itself, by what it shows.
import type { DataSet } from '../shared/data-sets.ts';

/** What the lab invites to, in one line. */
export function titleOf(set: DataSet, variational: boolean, latentDim: number): string {
  const image = set === 'mnist' ? 'a digit' : 'a garment';
  const code = variational ? 'a distribution' : 'a point';
  const where = latentDim === 2 ? 'the plane it lives in' : 'the space it lives in';
  return `Encode ${image} as ${code}, then walk ${where}`;
}

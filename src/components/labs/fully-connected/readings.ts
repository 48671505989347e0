// What the lab says of its run: the figures that exercises are graded by. Pure; knows no worker and no markup.
import type { DenseSide } from './side.svelte.ts';

/**
 * The figures known now, by name. `mse` is per pixel, of held-out images; `pca` that of as many components. The exercises
 * speak of the site's sets: errors of a reader's colour images are none of theirs.
 */
export function readingsOf(
  { run, mse: error, latentDim, linear, parameters, view, dataSet }: DenseSide,
  pca: number | undefined,
): Record<string, number> {
  const readings: Record<string, number> = {};
  const mse = dataSet === 'colour' ? undefined : error;
  const figures = {
    mse,
    pca,
    ratio: mse !== undefined && pca !== undefined ? mse / pca : undefined,
    reconstruction: dataSet === 'colour' ? undefined : run.heldOut?.terms['reconstruction'],
    objective: run.report?.objective,
    epoch: run.report?.epoch,
    latentDim,
    linear: Number(linear),
    parameters,
    draws: view.draw,
  };
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) readings[name] = value;
  }
  return readings;
}

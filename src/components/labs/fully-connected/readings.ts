// What the lab says of its run: the figures that exercises are graded by. Pure; knows no worker and no markup.
import type { DenseSide } from './side.svelte.ts';

/** The figures known now, by name. `mse` is per pixel, of held-out images; `pca` that of as many components. */
export function readingsOf(
  { run, mse, latentDim, linear, parameters, view }: DenseSide,
  pca: number | undefined,
): Record<string, number> {
  const readings: Record<string, number> = {};
  const figures = {
    mse,
    pca,
    ratio: mse !== undefined && pca !== undefined ? mse / pca : undefined,
    reconstruction: run.heldOut?.terms['reconstruction'],
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

// What the lab says of its run: the figures that exercises are graded by. Pure; knows no worker and no markup.
import type { DenseSide } from './side.svelte.ts';

/** Updates after which exercises compare a network from random weights with PCA. */
export const COMPARED_AFTER = 1000;
/** Updates after which a network without activations is about as good as it will be. */
export const LINEAR_AFTER = 500;

/**
 * The figures known now, by name. `mse` is per pixel, of held-out images; `pca` that of as many components on the same
 * images, and `ratio` the first over the second. `ratio8` is that of a run of eight numbers from random weights, once it
 * is measured after COMPARED_AFTER updates, and so of each size; `ratioLate` that
 * of any run measured after LINEAR_AFTER. The exercises speak of the site's sets: errors of a reader's
 * colour images are none of theirs.
 */
export function readingsOf(
  {
    run,
    mse: error,
    latentDim,
    linear,
    learningRate,
    parameters,
    view,
    continued,
    dataSet,
  }: DenseSide,
  pca: number | undefined,
): Record<string, number> {
  const readings: Record<string, number> = {};
  const mse = dataSet === 'colour' ? undefined : error;
  const ratio = mse !== undefined && pca !== undefined ? mse / pca : undefined;
  const compared = ratio !== undefined && !continued && run.heldOutStep >= COMPARED_AFTER;
  const figures = {
    mse,
    pca,
    ratio,
    [`ratio${latentDim}`]: compared ? ratio : undefined,
    ratioLate: run.heldOutStep >= LINEAR_AFTER ? ratio : undefined,
    learningRate,
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

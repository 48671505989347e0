// What the lab says of its run: the figures that exercises are graded by. Pure; knows no worker and no markup.
import type { EvaluationReport, StepReport } from '../../../lib/protocol/messages.ts';
import type { LabModel } from '../shared/data-sets.ts';
import type { Measured } from './view.svelte.ts';

export interface Known {
  readonly report: StepReport | null;
  readonly heldOut: EvaluationReport | null;
  /** The update that it was measured at. */
  readonly heldOutStep: number;
  /** The pretrained model while it is shown. */
  readonly published: LabModel | null;
  readonly latentDim: number;
  /** Whether the run began at published weights. */
  readonly continued: boolean;
  readonly measured: Measured | null;
}

/** Updates after which the held-out error of a network from random weights is compared with others. */
export const TRAINED_AFTER = 1000;

/**
 * The figures known now, by name. `mse` is that of held-out images, per pixel, of a pretrained model the published one;
 * `trained8` that of a run of eight units from random weights, measured after TRAINED_AFTER updates, and so of each size;
 * `error` that of x with the units as they are; `errorRatio` how many times that is of the error with every unit on;
 * `errorOne8` and `errorHalf8` are the error while one of eight units, or half of them, is off.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, heldOutStep, published, latentDim, continued, measured } = known;
  const { unitsOff, unitsMoved, error, offMean } = measured ?? {};
  const ratio = measured && measured.wholeError > 0 ? measured.error / measured.wholeError : null;
  const trained =
    heldOut && !continued && heldOutStep >= TRAINED_AFTER ? heldOut.terms['mse'] : null;
  const figures = {
    mse: heldOut?.terms['mse'] ?? published?.metrics['mse'],
    objective: report?.objective,
    epoch: report?.epoch,
    [`trained${latentDim}`]: trained,
    latentDim,
    unitsOff,
    offMean: offMean === undefined ? null : Number(offMean),
    // A code moved by hand is another matter than a unit that is off.
    unitsMoved,
    error,
    errorRatio: unitsMoved === 0 ? ratio : null,
    [`errorOne${latentDim}`]: unitsOff === 1 ? error : null,
    [`errorHalf${latentDim}`]: unitsOff === latentDim / 2 ? error : null,
  };
  const readings: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined && value !== null) readings[name] = value;
  }
  return readings;
}

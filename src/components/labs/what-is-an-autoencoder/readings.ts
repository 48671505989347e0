// What the lab says of its run: the figures that exercises are graded by. Pure; knows no worker and no markup.
import type { EvaluationReport, StepReport } from '../../../lib/protocol/messages.ts';
import type { LabModel } from '../shared/data-sets.ts';

export interface Known {
  readonly report: StepReport | null;
  readonly heldOut: EvaluationReport | null;
  /** The pretrained model while it is shown. */
  readonly published: LabModel | null;
  readonly latentDim: number;
  readonly unitsOff: number;
  readonly unitsMoved: number;
  /** Of x: with the code as it is now, and as the encoder gave it. */
  readonly error: number | null;
  readonly wholeError: number | null;
}

/**
 * The figures known now, by name. `mse` is that of held-out images, per pixel, of a pretrained model the published one;
 * `error` that of x with the units as they are; `errorRatio` how many times that is of the error with every unit on.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, published, latentDim, unitsOff, unitsMoved, error, wholeError } = known;
  const ratio = error !== null && wholeError !== null && wholeError > 0 ? error / wholeError : null;
  const figures = {
    mse: heldOut?.terms['mse'] ?? published?.metrics['mse'],
    objective: report?.objective,
    epoch: report?.epoch,
    latentDim,
    unitsOff,
    // A code moved by hand is another matter than a unit that is off.
    unitsMoved,
    error,
    errorRatio: unitsMoved === 0 ? ratio : null,
  };
  const readings: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined && value !== null) readings[name] = value;
  }
  return readings;
}

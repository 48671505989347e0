// What the lab says of its run: the figures that exercises are graded by. Pure; knows no worker and no markup.
import type { EvaluationReport, StepReport } from '../../../lib/protocol/messages.ts';
import type { LabModel } from '../shared/data-sets.ts';
import type { Movement } from './equivariance.ts';
import type { Swapped } from './view.svelte.ts';

export interface Known {
  readonly report: StepReport | null;
  readonly heldOut: EvaluationReport | null;
  /** The pretrained model while it is shown. */
  readonly published: LabModel | null;
  /** Numbers in the code. */
  readonly code: number;
  readonly parameters: number;
  readonly skip: boolean;
  readonly swapped: Swapped;
  /** Squared error of the ten digits, per pixel, as they are reconstructed now. */
  readonly tenDigits: number | null;
  readonly movements: readonly Movement[];
}

/**
 * `mse` is that of held-out images, of a pretrained model the published one; `digits` that of the ten digits in sight
 * with what is swapped now; `moved3` and `moved4` how much the last maps differ after 3 and 4 pixels, moved back.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, published, code, parameters, skip, swapped, tenDigits } = known;
  const moved = (by: number) => known.movements.find((each) => each.by === by)?.movedBack;
  const figures = {
    mse: heldOut?.terms['mse'] ?? published?.metrics['mse'],
    objective: report?.objective,
    epoch: report?.epoch,
    code,
    parameters,
    skip: Number(skip),
    codeSwapped: Number(swapped === 'code'),
    skipSwapped: Number(swapped === 'skip'),
    digits: tenDigits ?? undefined,
    moved3: moved(3),
    moved4: moved(4),
  };
  const readings: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) readings[name] = value;
  }
  return readings;
}

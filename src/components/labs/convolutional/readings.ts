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
  /** What was swapped when the ten digits were reconstructed. */
  readonly swapped: Swapped;
  /** Pixels that x is moved to the right. */
  readonly shift: number;
  /** Squared error of the ten digits, per pixel, as they are reconstructed now. */
  readonly tenDigits: number | null;
  /** Of the panel in sight, else none. */
  readonly movements: readonly Movement[];
}

/**
 * `mse` is that of held-out images, of a pretrained model the published one; `digits` that of the ten digits in sight
 * with what is swapped now; `moved1`, `moved2` and so on how much the last maps differ after so many pixels, moved back: while x is moved so far.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, published, code, parameters, skip, swapped, shift, tenDigits } = known;
  const moved = known.movements.find(({ by }) => by === shift);
  const figures = {
    mse: heldOut?.terms['mse'] ?? published?.metrics['mse'],
    objective: report?.objective,
    epoch: report?.epoch,
    code,
    parameters,
    pretrained: Number(published !== null),
    skip: Number(skip),
    codeSwapped: Number(swapped === 'code'),
    skipSwapped: Number(swapped === 'skip'),
    shift,
    digits: tenDigits ?? undefined,
    [`moved${shift}`]: moved?.movedBack,
  };
  const readings: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) readings[name] = value;
  }
  return readings;
}

// What the lab says of its run: the figures that exercises are graded by, and the words of the guided collapse.
// Pure; knows no worker and no markup.
import type { EvaluationReport, StepReport } from '../../../lib/protocol/messages.ts';
import type { Guide } from '../shared/instrument/elbo-side.svelte.ts';
import type { LabModel } from '../shared/data-sets.ts';

/** β that empties the code within about a hundred updates, in two dimensions and in twenty. */
export const COLLAPSING_BETA = 100;

/** What the guided experiment shows at this moment; empty outside of it. */
export function adviceOf(guide: Guide, active: number, latentDim: number): string {
  const units = `${active} of ${latentDim} units`;
  switch (guide) {
    case 'none':
      return '';
    case 'collapse':
      return active === 0
        ? 'Collapsed: q(z|x) is the prior whatever x is, the decoder no longer listens to z, and every picture is the average one.'
        : `β is ${COLLAPSING_BETA}: a nat of KL now costs as much as ${COLLAPSING_BETA} nats of reconstruction. ${units} still active.`;
    case 'cure':
      return active === 0
        ? 'β is 1 again. The decoder must find a use for z before the encoder is paid for it.'
        : `β is 1 again, and ${units} carry information.`;
  }
}

/** A step size above this can kill the network: its units end where no gradient comes through. */
const RISKY_LEARNING_RATE = 0.01;
/** Above this weight on the KL an empty code is what the loss asks for. */
const STRICT_BETA = 4;
/** Updates without an active unit after which a network counts as dead. */
const PATIENCE = 300;

/** Whether a run looks dead by its step size, rather than collapsed by β. `alive`: the last update with an active unit. */
export function looksDead(run: {
  readonly step: number;
  readonly alive: number;
  readonly learningRate: number;
  readonly beta: number;
}): boolean {
  return (
    run.step - run.alive >= PATIENCE &&
    run.learningRate > RISKY_LEARNING_RATE &&
    run.beta <= STRICT_BETA
  );
}

export interface Known {
  readonly report: StepReport | null;
  readonly heldOut: EvaluationReport | null;
  /** The pretrained model while it is shown. */
  readonly published: LabModel | null;
  readonly activeUnits: number | undefined;
  readonly beta: number | undefined;
  readonly latentDim: number;
}

/**
 * The figures known now, by name; nats per image for `reconstruction`, `kl` and `objective`. The two terms are those
 * of held-out images, so a run has none before its first evaluation; of a pretrained model the published ones.
 */
export function readingsOf(known: Known): Record<string, number> {
  const { report, heldOut, published, activeUnits, beta, latentDim } = known;
  const terms = heldOut?.terms ?? {};
  const readings: Record<string, number> = {};
  const figures = {
    reconstruction: terms['reconstruction'] ?? published?.metrics['reconstruction-nats'],
    kl: terms['kl'] ?? published?.metrics['kl-nats'],
    objective: report?.objective,
    activeUnits,
    beta,
    latentDim,
    epoch: report?.epoch,
  };
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) readings[name] = value;
  }
  return readings;
}

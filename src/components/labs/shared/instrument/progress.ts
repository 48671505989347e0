// Where an instrument's run is, in words and seconds. Pure; knows no worker and no markup.
import type { StepReport } from '../../../../lib/protocol/messages.ts';
import type { LabState } from '../contract.ts';

/** Where the lab is when it has no progress to report; undefined when it has. */
export function statusOf(state: LabState, model: string): string | undefined {
  switch (state) {
    case 'idle':
      return 'The lab starts when it comes into sight.';
    case 'preparing':
      return 'Preparing the engine, the weights or the data.';
    case 'ready':
      return model === ''
        ? 'Untrained weights, step 0.'
        : `Pretrained: ${model}. Train starts from scratch.`;
    case 'failed':
      return 'Stopped.';
    case 'training':
    case 'paused':
    case 'recorded':
      return undefined;
  }
}

/** What a screen reader is told when the state changes; empty where the notices speak. */
export function spokenOf(run: {
  readonly status: LabState;
  readonly model: string;
  readonly step: number;
}): string {
  switch (run.status) {
    case 'preparing':
      return 'Preparing.';
    case 'ready':
      return run.model === '' ? 'Ready, untrained weights.' : `Ready, ${run.model}.`;
    case 'training':
      return 'Training.';
    case 'paused':
      return `Paused at step ${run.step}.`;
    case 'idle':
    case 'failed':
    case 'recorded':
      return '';
  }
}

/** Seconds until a run has made that many updates; undefined while it does not go on, or beyond them. */
export function secondsLeftOf(
  run: { readonly report: StepReport | null; readonly status: LabState; readonly speed: number },
  goalSteps: number | undefined,
): number | undefined {
  const { report, status, speed } = run;
  if (!report || status !== 'training' || goalSteps === undefined) return undefined;
  const steps = goalSteps - report.step;
  return steps > 0 ? (steps * report.msPerStep) / (1000 * speed) : undefined;
}

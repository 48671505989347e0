// What the machine panel says of a run: its backend and figures, in the panel's words. Pure.
import type { BackendReport } from '../../../lib/protocol/machine.ts';
import type { MemoryReport, StepReport } from '../../../lib/protocol/messages.ts';

/** A backend and what came of it. */
export interface Candidate {
  readonly name: string;
  readonly verdict: string;
  readonly chosen: boolean;
  /** Milliseconds of an update, where the trial measured it. */
  readonly msPerStep?: number;
}

export interface Machine {
  readonly backend: string;
  readonly device: string | undefined;
  readonly precision: number | undefined;
  readonly msPerStep: number | undefined;
  readonly imagesPerSecond: number | undefined;
  readonly tensors: number | undefined;
  readonly memory: number | undefined;
  readonly candidates: readonly Candidate[];
}

export interface Running {
  readonly backend: BackendReport | null;
  readonly report: StepReport | null;
  readonly memory: MemoryReport | null;
}

/** The panel's facts about a run. */
export function machineOf({ backend, report, memory }: Running): Machine {
  return {
    backend: backend?.name ?? '',
    device: backend?.device,
    precision: backend?.precision,
    msPerStep: report?.msPerStep,
    imagesPerSecond: report?.examplesPerSecond,
    tensors: memory?.tensors,
    memory: memory?.bytes,
    candidates: candidatesOf(backend),
  };
}

/** The backend in use first, then those passed over, with why. */
export function candidatesOf(backend: BackendReport | null): readonly Candidate[] {
  if (!backend) return [];
  const ms = ({ msPerStep }: { readonly msPerStep?: number }) =>
    msPerStep === undefined ? {} : { msPerStep };
  return [
    { name: backend.name, verdict: 'in use', chosen: true, ...ms(backend) },
    ...backend.passedOver.map((passed) => ({
      name: passed.name,
      verdict: passed.why,
      chosen: false,
      ...ms(passed),
    })),
  ];
}

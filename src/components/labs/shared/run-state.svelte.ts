// What a page can read of a run: its status, its figures, what went wrong and what can be done about it.
// Holds; knows no session and no command. LabRun fills it.
import type { BackendReport } from '../../../lib/protocol/machine.ts';
import type {
  Checkpoint,
  EvaluationReport,
  Fault,
  MemoryReport,
  ModelReport,
  StepReport,
} from '../../../lib/protocol/messages.ts';
import type { SlowReport } from '../../../lib/protocol/slow.ts';
import type { LabState } from './contract.ts';
import type { RunNotice } from './recovery.ts';

/** What was given up by a reset, or by training on from an earlier step. */
export interface Undoable {
  /** The newest weights of what was given up. */
  readonly checkpoint: Checkpoint;
  /** The step that the run went on from; null after a reset. */
  readonly from: number | null;
}

export class RunState {
  status = $state<LabState>('idle');
  /** Live updates since the weights were set. */
  step = $state(0);
  /** The objective over the last 20 updates at most; null before the first. */
  loss = $state<number | null>(null);
  /** Id of the pretrained model in the slot, while it is untouched; else empty. */
  model = $state('');
  seed = $state(0);
  parameters = $state(0);
  backend = $state.raw<BackendReport | null>(null);
  report = $state.raw<StepReport | null>(null);
  heldOut = $state.raw<EvaluationReport | null>(null);
  /** The update that `heldOut` was measured at. */
  heldOutStep = $state(0);
  /** Whether another network is chosen than the one in the slot: what is measured until it comes is not of it. */
  protected awaiting = false;
  memory = $state.raw<MemoryReport | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** Share of the full speed to train at; below 1 updates are made one by one. */
  speed = $state(1);
  /** Why a run rests although nobody pressed Pause; empty when it does not. */
  resting = $state('');
  /** What was done without being asked for, until it is dismissed or other weights come. */
  notice = $state.raw<RunNotice | null>(null);
  /** After a divergence: the last good checkpoint, for `rewind`. */
  wayBack = $state.raw<Checkpoint | null>(null);
  /** What `undo` brings back; null where nothing was given up. */
  undoable = $state.raw<Undoable | null>(null);

  /** The last update that was made in slow motion, stage by stage; of weights that may have gone on since. */
  told = $state.raw<SlowReport | null>(null);

  /** Whether nothing here can compute: what is left is a recorded run. */
  get unavailable(): boolean {
    return this.fault?.name === 'BackendUnavailableError';
  }

  /** Weights are in the slot, whichever. */
  protected place({ published, seed, parameters, step }: ModelReport): void {
    this.awaiting = false;
    this.model = published;
    this.seed = seed;
    this.parameters = parameters;
    this.step = step;
    this.fault = null;
    this.wayBack = null;
  }

  /** Another network is chosen: what was measured of the one in the slot is not of it, nor what still comes. */
  outdate(): void {
    this.awaiting = true;
    this.report = null;
    this.heldOut = null;
    this.heldOutStep = 0;
  }

  /** What was measured and offered belongs to weights that are no longer there. */
  protected forget(): void {
    this.report = null;
    this.heldOut = null;
    this.heldOutStep = 0;
    this.notice = null;
    this.undoable = null;
    this.told = null;
  }

  protected take(report: StepReport): void {
    this.model = '';
    this.step = report.step;
    this.loss = report.objective;
    this.memory = report.memory;
    if (this.awaiting) return;
    this.report = report;
    if (!report.heldOut) return;
    this.heldOut = report.heldOut;
    this.heldOutStep = report.step;
  }
}

// What a lab's run is made of: the session that it speaks to, and what its lab tells it. Types only.
import type { BackendName } from '../../../lib/protocol/machine.ts';
import type {
  Checkpoint,
  FileRef,
  Probe,
  ReplyOf,
  RequestKind,
  RequestOf,
  SessionEvent,
  Slot,
  StepReport,
  TrainOptions,
} from '../../../lib/protocol/messages.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';

/** The part of the client's session that a lab uses. */
export interface LabSession {
  readonly options: {
    readonly backend: 'auto' | BackendName;
    /** Backends that were lost on this page. */
    readonly without?: readonly BackendName[];
  };
  request<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>>;
  subscribe(listener: (event: SessionEvent) => void): () => void;
  /** Ends the worker; its labs restore what they had into the next, on this backend. */
  restart(backend: 'auto' | BackendName): void;
}

/** Published weights of a model that a lab can show. */
export interface Published {
  readonly id: string;
  readonly spec: ModelSpec;
  readonly weights: FileRef;
}

export type NewWeights = 'replaced' | 'updated' | 'rewound' | 'regained';

export interface LabRunOptions {
  readonly slot: Slot;
  /** What to train on now; asked for at every start. */
  readonly feed: () => TrainOptions;
  /** The step that backends are compared by. */
  readonly probe?: () => Probe;
  /** Called after every report of the run. */
  readonly onReport?: (report: StepReport) => void;
  /** Called with every checkpoint of the run, a second or so apart. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Fills the pictures for weights just shown; the lab is ready when that is done. */
  readonly settle?: () => Promise<void>;
  /**
   * Called whenever other weights came into the slot: others altogether, those of more updates, those of an earlier
   * step of this run (`step` says which), whose curves end there, or the later ones of this run that were given up.
   */
  readonly onWeights?: (why: NewWeights) => void;
}

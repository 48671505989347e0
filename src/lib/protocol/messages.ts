// Everything that crosses between the main thread and the training worker. Types only.
// Requests carry an id and get exactly one reply; events of a run come unasked and carry its run id.
// The messages are generic: a new chapter adds a model family and edits nothing here.
import type { BackendName, BackendReport } from './machine.ts';
import type { LayerShape, ModelSpec, Settings, Terms } from './model.ts';
import type { QueryMap } from './queries.ts';
import type { SlowMap } from './slow.ts';

/** A place for one model in the worker; a lab that compares two runs uses two. */
export type Slot = string;

/** Where one set of images comes from. */
export type DataRef = PackedImages | KeptImages;

/** A packed set, to be fetched (see `npm run data`). */
export interface PackedImages {
  readonly name: string;
  readonly images: FileRef;
  readonly labels: FileRef;
}

/** A set that the page handed to the worker by `keep`. */
export interface KeptImages {
  readonly name: string;
  readonly kept: true;
}

/** A file with what is known of it before the fetch; `bytes` and `sha256` are checked after. */
export interface FileRef {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** How a run is fed. `settings` may change later through `set`. */
export interface TrainOptions {
  readonly training: DataRef;
  readonly heldOut: DataRef;
  readonly batchSize: number;
  readonly settings: Settings;
  /** How the training images are moved about; as they are when not said. */
  readonly augment?: Augmentation;
  /** The slot to keep abreast of: this run makes no update while that one has made fewer. */
  readonly abreast?: Slot;
}

/** The largest random move of a training image, either way; all 0 for none. */
export interface Augmentation {
  /** Pixels, along each axis. */
  readonly shift: number;
  /** Degrees. */
  readonly rotate: number;
  /** Share of the size. */
  readonly scale: number;
}

/** The step that backends are compared by: one update of this model on batches of this size. */
export interface Probe {
  readonly spec: ModelSpec;
  readonly batchSize: number;
}

/** Everything that the next update depends on, besides the settings and the data. */
export interface Checkpoint {
  readonly spec: ModelSpec;
  readonly seed: number;
  /** Updates made since the weights were set. */
  readonly step: number;
  /** The objective over the last 20 updates at most, where it was read. */
  readonly objective?: number;
  /**
   * A safetensors file, F32: the parameters under their names, and Adam's moments under `first/<name>` and
   * `second/<name>` (absent before the first update).
   */
  readonly bytes: ArrayBuffer;
}

export interface RequestMap extends QueryMap, SlowMap {
  /**
   * Start a backend; the first request of a session, and the same again when asked again. `without` names those
   * that were lost: one wanted by name then counts as 'auto'. 'auto' is decided by the probe's step where one is given.
   */
  open: {
    request: {
      backend: 'auto' | BackendName;
      without?: readonly BackendName[];
      probe?: Probe;
    };
    reply: BackendReport;
  };
  /** A sign of life. */
  ping: { request: Record<never, never>; reply: Record<never, never> };
  /** Fresh weights from a seed. */
  create: { request: { slot: Slot; spec: ModelSpec; seed: number }; reply: ModelReport };
  /** Published weights, checked against their hash, shapes and the spec. */
  load: {
    request: { slot: Slot; published: string; spec: ModelSpec; weights: FileRef };
    reply: ModelReport;
  };
  /** Fetch and decode images for the page itself (a gallery, say), `count` of them from `from` on. */
  images: { request: { data: DataRef; from: number; count: number }; reply: ImagesReport };
  /** Keeps images of the page's own under a name, in place of those before, for `{ name, kept: true }`. */
  keep: { request: { set: NamedImages }; reply: { name: string } };
  /** Train until paused; progress comes as events. From where the slot is: fresh, pretrained or paused. */
  train: { request: { slot: Slot; options: TrainOptions }; reply: RunReport };
  /** Exactly one update. */
  step: { request: { slot: Slot; options: TrainOptions }; reply: StepReport };
  /** Resolves when the loop has stopped. */
  pause: { request: { slot: Slot }; reply: RunReport };
  /** The weights of this seed again, step 0, a new optimiser. */
  reset: { request: { slot: Slot; seed: number }; reply: ModelReport };
  /** New settings, in force from the next step on. */
  set: { request: { slot: Slot; settings: Settings }; reply: RunReport };
  /** Images to codes. */
  encode: { request: { slot: Slot; images: Float32Array }; reply: CodesReport };
  /** Codes to decoder means. */
  decode: { request: { slot: Slot; codes: Float32Array }; reply: PicturesReport };
  /** The loss terms on `count` held-out images, with the KL of each latent dimension where there is one. */
  evaluate: {
    request: { slot: Slot; data: DataRef; count: number; settings: Settings };
    reply: EvaluationReport;
  };
  /** The weights now, as a safetensors file (float32, PyTorch names). */
  weights: { request: { slot: Slot }; reply: { bytes: ArrayBuffer; step: number } };
  /** Everything that the next update depends on, as it is between two updates. */
  checkpoint: { request: { slot: Slot }; reply: Checkpoint };
  /** The slot as it was at that checkpoint, in any worker and on any backend. */
  restore: { request: { slot: Slot; checkpoint: Checkpoint }; reply: ModelReport };
  /** What the engine holds. */
  memory: { request: Record<never, never>; reply: MemoryReport };
  /** Frees a slot, or everything when none is named. */
  free: { request: { slot?: Slot }; reply: MemoryReport };
}

export type RequestKind = keyof RequestMap;
export type RequestOf<K extends RequestKind> = RequestMap[K]['request'];
export type ReplyOf<K extends RequestKind> = RequestMap[K]['reply'];

export type Request = {
  [K in RequestKind]: { readonly id: number; readonly kind: K } & Readonly<RequestOf<K>>;
}[RequestKind];

export interface ModelReport {
  readonly slot: Slot;
  readonly parameters: number;
  readonly layers: readonly LayerShape[];
  /** Id of the published model in the slot, or empty. */
  readonly published: string;
  readonly seed: number;
  readonly step: number;
}

export interface RunReport {
  readonly slot: Slot;
  readonly run: number;
  readonly step: number;
  readonly settings: Settings;
}

/** One report of a run, every few steps. */
export interface StepReport {
  readonly slot: Slot;
  readonly run: number;
  /** Updates made since the weights were set. */
  readonly step: number;
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  /** Mean of the objective over the last 20 steps at most, every schedule at its final value. */
  readonly objective: number;
  /** The same mean for each term. */
  readonly terms: Terms;
  readonly examplesPerSecond: number;
  readonly msPerStep: number;
  /** On held-out images, in the reports that evaluated. */
  readonly heldOut?: EvaluationReport;
  readonly memory: MemoryReport;
}

export interface EvaluationReport {
  readonly terms: Terms;
  readonly objective: number;
  /** Nats per latent dimension, averaged over the images; empty for models without a KL. */
  readonly klPerDimension: readonly number[];
  /** Variance over images of each dimension's posterior mean (Burda et al. 2016: active above 0.01). */
  readonly codeVariance: readonly number[];
  readonly images: number;
}

export interface ImagesReport {
  /** Row-major bytes, one image after another. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

export interface NamedImages extends ImagesReport {
  readonly name: string;
}

export interface CodesReport {
  readonly mean: Float32Array;
  /** Natural logarithm of the posterior variance; empty for a deterministic code. */
  readonly logVar: Float32Array;
  readonly count: number;
  readonly dimensions: number;
}

export interface PicturesReport {
  /** Decoder means in [0, 1], row-major, one image after another. */
  readonly means: Float32Array;
  readonly count: number;
}

export interface MemoryReport {
  readonly tensors: number;
  readonly bytes: number;
}

/** An error as data: what, where, what was expected, what to do next. */
export interface Fault {
  /** Class name, such as `DivergenceError` or `WeightsError`. */
  readonly name: string;
  readonly message: string;
  /** For a divergence: the quantity that left its range. */
  readonly quantity?: string;
  readonly step?: number;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: ReplyOf<RequestKind> }
  | { readonly id: number; readonly ok: false; readonly fault: Fault };

export type RunEvent =
  | { readonly event: 'progress'; readonly report: StepReport }
  /** While updates are made, every second or so, and when they end. Its weights are finite. */
  | {
      readonly event: 'checkpoint';
      readonly slot: Slot;
      readonly run: number;
      readonly checkpoint: Checkpoint;
    }
  | {
      readonly event: 'stopped';
      readonly slot: Slot;
      readonly run: number;
      readonly fault?: Fault;
    }
  /** The device under the backend is gone, and with it everything the worker held. */
  | { readonly event: 'lost'; readonly backend: BackendName; readonly why: string };

/**
 * Why the worker that a session spoke to is no more: its device was lost, it failed, it no longer answered,
 * its script never ran, or the page asked for another backend.
 */
export type End = 'lost' | 'failed' | 'silent' | 'unloaded' | 'replaced';

/** Events of a session: those of its worker, and the end of the worker itself. The next request starts another. */
export type SessionEvent =
  RunEvent | { readonly event: 'gone'; readonly end: End; readonly fault: Fault };

export type FromWorker = Reply | RunEvent;

// What the machine panel says about where the tensors live: types only, shared by worker and page.

/** The ways to compute, best first when all are fit: see lib/backends/start.ts. */
export type BackendName = 'wasm' | 'webgl' | 'webgpu';

/** Bits of the floats that a backend computes with: 16 on WebGL in many phones. */
export type Precision = 16 | 32;

/** A backend that was considered and not taken, with the reason in words for the reader. */
export interface PassedOver {
  readonly name: BackendName;
  readonly why: string;
  /** Milliseconds of one update of the lab's own model, where it was measured. */
  readonly msPerStep?: number;
}

export interface BackendReport {
  readonly name: BackendName;
  /** What it runs on, in words: "one processor core, relaxed SIMD". */
  readonly device: string;
  readonly precision: Precision;
  readonly passedOver: readonly PassedOver[];
  /** Milliseconds of one update of the lab's own model, where it was measured. */
  readonly msPerStep?: number;
}

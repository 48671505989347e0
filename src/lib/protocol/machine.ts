// What the machine panel says about where the tensors live: types only, shared by worker and page.

/** The ways to compute, best first when all are fit: see lib/backends/start.ts. */
export type BackendName = 'wasm' | 'webgl' | 'webgpu';

/** A backend that was considered and not taken, with the reason in words for the reader. */
export interface PassedOver {
  readonly name: BackendName;
  readonly why: string;
}

export interface BackendReport {
  readonly name: BackendName;
  /** What it runs on, in words: "one processor core, relaxed SIMD". */
  readonly device: string;
  readonly passedOver: readonly PassedOver[];
}

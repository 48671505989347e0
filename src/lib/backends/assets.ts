// Where a backend gets its binaries from: the worker fetches them by URL, Node reads them from disk.
// Types only, so that lib/backends itself needs neither fetch nor node:fs.

/** Loads one binary; called only when the backend that needs it is started. */
export type BinaryLoader = () => Promise<Uint8Array<ArrayBuffer>>;

export interface BackendAssets {
  /** tfjs's own wasm file, the SIMD build of one thread. */
  readonly tfjsWasm: BinaryLoader;
  /** This project's kernels (npm run kernels), with relaxed SIMD and without it. */
  readonly relaxedKernels: BinaryLoader;
  readonly plainKernels: BinaryLoader;
}

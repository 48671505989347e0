// The binaries of the backends as files on disk, for the scripts and the unit tests.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackendAssets } from './assets.ts';

/** @param root the project's folder: scripts and tests are run from it */
export function nodeAssets(root = process.cwd()): BackendAssets {
  const load =
    (...parts: string[]) =>
    async () =>
      new Uint8Array(await readFile(path.join(root, ...parts)));
  return {
    tfjsWasm: load('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'),
    relaxedKernels: load('src/lib/kernels/build/relaxed.wasm'),
    plainKernels: load('src/lib/kernels/build/plain.wasm'),
  };
}

// Puts this project's kernels into tfjs's registry for the wasm backend.

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { adamUpdate } from './adam.ts';
import { define } from './define.ts';
import { identity } from './identity.ts';
import type { KernelModule } from './load.ts';
import { batchMatMul, fusedMatMul } from './matmul.ts';
import { Native } from './native.ts';

export function registerFastKernels(backend: BackendWasm, { module }: KernelModule): void {
  const native = new Native(backend, module);
  define('AdamUpdate', adamUpdate(native));
  define('BatchMatMul', batchMatMul(native));
  define('Identity', identity(native));
  define('_FusedMatMul', fusedMatMul(native));
}

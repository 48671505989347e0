// tfjs on WebAssembly with this project's kernels in place of its slowest: runs everywhere, on one core.

import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { hasSimd, loadKernels } from '../kernels/load.ts';
import { registerFastKernels } from '../kernels/register.ts';
import { registerBackend, setBackend } from '../ops/tf.ts';
import type { BackendAssets } from './assets.ts';
import { takeOut, type Started } from './started.ts';
import { instantiate } from './tfjs-module.ts';
import { registerStockKernels } from './wasm-kernels.ts';

let running: Promise<Started> | undefined;

export async function startWasm(assets: BackendAssets): Promise<Started> {
  running ??= start(assets);
  let started: Started;
  try {
    started = await running;
  } catch (cause) {
    running = undefined; // a download that failed may be tried again
    throw cause;
  }
  if (!(await setBackend('wasm'))) throw new Error('tfjs could not start its wasm backend.');
  return started;
}

async function start(assets: BackendAssets): Promise<Started> {
  if (!hasSimd()) throw new Error('this browser has no WebAssembly with SIMD.');
  const [bytes, kernels] = await Promise.all([assets.tfjsWasm(), loadKernels(assets)]);
  const backend = new BackendWasm(await instantiate(bytes));
  registerStockKernels();
  registerFastKernels(backend, kernels);
  registerBackend('wasm', () => backend);
  return {
    device: `one processor core, ${kernels.relaxed ? 'relaxed SIMD' : 'SIMD'}`,
    precision: 32,
    stop: () => {
      running = undefined;
      takeOut('wasm');
    },
  };
}

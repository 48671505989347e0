// tfjs on WebAssembly with this project's kernels in place of its slowest: runs everywhere, on one core.

import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { hasSimd, loadKernels } from '../kernels/load.ts';
import { registerFastKernels } from '../kernels/register.ts';
import { registerBackend, setBackend } from '../ops/tf.ts';
import type { BackendAssets } from './assets.ts';
import { instantiate } from './tfjs-module.ts';
import { registerStockKernels } from './wasm-kernels.ts';

let registered: Promise<string> | undefined;

/** @returns the device in words */
export async function startWasm(assets: BackendAssets): Promise<string> {
  registered ??= register(assets);
  let device: string;
  try {
    device = await registered;
  } catch (cause) {
    registered = undefined; // a download that failed may be tried again
    throw cause;
  }
  if (!(await setBackend('wasm'))) throw new Error('tfjs could not start its wasm backend.');
  return device;
}

async function register(assets: BackendAssets): Promise<string> {
  if (!hasSimd()) throw new Error('this browser has no WebAssembly with SIMD.');
  const [bytes, kernels] = await Promise.all([assets.tfjsWasm(), loadKernels(assets)]);
  const backend = new BackendWasm(await instantiate(bytes));
  registerStockKernels();
  registerFastKernels(backend, kernels);
  registerBackend('wasm', () => backend);
  return `one processor core, ${kernels.relaxed ? 'relaxed SIMD' : 'SIMD'}`;
}

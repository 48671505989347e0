// tfjs on WebAssembly with this project's kernels in place of its slowest: runs everywhere, on one core.
// Starts tfjs's module itself rather than through tfjs, so that the bytes come from the host, the
// threaded build (which breaks when minified) is never considered, and a failure has its reason.

import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import createModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import { loadKernels } from '../kernels/load.ts';
import { registerFastKernels } from '../kernels/register.ts';
import { registerBackend, setBackend } from '../ops/tf.ts';
import type { BackendAssets } from './assets.ts';
import { registerStockKernels } from './wasm-kernels.ts';

type TfjsModule = BackendWasm['wasm'];

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
  const [bytes, kernels] = await Promise.all([assets.tfjsWasm(), loadKernels(assets)]);
  const backend = new BackendWasm(await instantiate(bytes));
  registerStockKernels();
  registerFastKernels(backend, kernels);
  registerBackend('wasm', () => backend);
  return `one processor core, ${kernels.relaxed ? 'relaxed SIMD' : 'SIMD'}`;
}

/** What tfjs's own start does, from bytes: emscripten's loader, and the five functions that tfjs calls by name. */
async function instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<TfjsModule> {
  const compiled = await WebAssembly.compile(bytes);
  const wasm: TfjsModule = await createModule({
    instantiateWasm: (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) => {
      const instance = new WebAssembly.Instance(compiled, imports);
      done(instance, compiled);
      return instance.exports;
    },
  });
  const bind = (name: string, returns: 'number' | null, ...takes: string[]) => {
    const bound: unknown = wasm.cwrap(name, returns, takes);
    if (!isNumeric(bound)) throw new Error(`tfjs's wasm file has no function ${name}.`);
    return bound;
  };
  wasm.tfjs = {
    init: bind('init', null),
    initWithThreadsCount: bind('init_with_threads_count', null, 'number'),
    getThreadsCount: bind('get_threads_count', 'number'),
    registerTensor: bind('register_tensor', null, 'number', 'number', 'number'),
    disposeData: bind('dispose_data', null, 'number'),
    dispose: bind('dispose', null),
  };
  return wasm;
}

function isNumeric(value: unknown): value is (...numbers: number[]) => number {
  return typeof value === 'function';
}

// Starts tfjs-wasm's compiled module from its bytes. Not through tfjs itself: so the bytes come from the host, the
// threaded build (which breaks when minified) is never considered, and a failure has its reason.

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import createModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';

type TfjsModule = BackendWasm['wasm'];

/** What tfjs's own start does, from bytes: emscripten's loader, and the five functions that tfjs calls by name. */
export async function instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<TfjsModule> {
  const compiled = await WebAssembly.compile(bytes);
  const forget = rememberListeners();
  const loading = createModule({
    instantiateWasm: (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) => {
      const instance = new WebAssembly.Instance(compiled, imports);
      done(instance, compiled);
      return instance.exports;
    },
  });
  forget();
  const wasm: TfjsModule = await loading;
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

/**
 * In Node, emscripten's loader listens for every uncaught error of the process, only to throw it again with its own
 * source, one line of 37 kilobytes, in front. The function returned takes those listeners off.
 */
function rememberListeners(): () => void {
  if (typeof process === 'undefined') return () => undefined;
  const errors = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  return () => {
    for (const listener of process.listeners('uncaughtException')) {
      if (!errors.includes(listener)) process.removeListener('uncaughtException', listener);
    }
    for (const listener of process.listeners('unhandledRejection')) {
      if (!rejections.includes(listener)) process.removeListener('unhandledRejection', listener);
    }
  };
}

function isNumeric(value: unknown): value is (...numbers: number[]) => number {
  return typeof value === 'function';
}

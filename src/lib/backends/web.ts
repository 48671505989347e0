// The binaries of the backends as files of the built site, at any base path.
// `no-inline` keeps Vite from turning the small ones into data: URLs, which a strict content
// security policy would not let a worker fetch.

import tfjsWasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url&no-inline';
import plainUrl from '../kernels/build/plain.wasm?url&no-inline';
import relaxedUrl from '../kernels/build/relaxed.wasm?url&no-inline';
import type { BackendAssets } from './assets.ts';

async function fetchBinary(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(
      `${url} could not be fetched: ${response.status} ${response.statusText}. Reload the page.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

export const webAssets: BackendAssets = {
  tfjsWasm: () => fetchBinary(tfjsWasmUrl),
  relaxedKernels: () => fetchBinary(relaxedUrl),
  plainKernels: () => fetchBinary(plainUrl),
};

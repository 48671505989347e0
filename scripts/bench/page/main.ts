// The benchmark in a page: starts the engine that the address asks for and offers `measure` to the script outside.

import { startBackend } from '../../../src/lib/backends/start.ts';
import { startStockWasm } from '../../../src/lib/backends/stock.ts';
import { webAssets } from '../../../src/lib/backends/web.ts';
import type { Network } from '../networks.ts';
import { answer } from '../runner.ts';
import type { Answer } from '../runner.ts';

declare global {
  interface Window {
    measure: (network: Network, seconds: number) => Answer;
  }
}

if (new URLSearchParams(location.search).get('engine') === 'stock') {
  await startStockWasm(webAssets);
} else {
  await startBackend('wasm', webAssets);
}
window.measure = (network, seconds) => answer(network, seconds, () => performance.now());

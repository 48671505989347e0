// The benchmark in a page: starts the engine that the address asks for and offers `measure` to the script outside.

import { startBackend } from '../../../src/lib/backends/start.ts';
import { startStockGraphics, startStockWasm } from '../../../src/lib/backends/stock.ts';
import { webAssets } from '../../../src/lib/backends/web.ts';
import type { Network } from '../networks.ts';
import { answer } from '../runner.ts';
import type { Answer } from '../runner.ts';

declare global {
  interface Window {
    measure: (network: Network, seconds: number) => Promise<Answer>;
  }
}

const parameters = new URLSearchParams(location.search);
const backend = parameters.get('backend');
const stock = parameters.get('engine') === 'stock';
if (backend === 'webgl' || backend === 'webgpu') {
  await (stock ? startStockGraphics(backend) : startBackend(backend, webAssets));
} else {
  await (stock ? startStockWasm(webAssets) : startBackend('wasm', webAssets));
}
window.measure = (network, seconds) => answer(network, seconds, () => performance.now());

// Starting a backend: what cannot be started is passed over with its reason, and a failure leaves the way free.
import { expect, test } from 'vitest';
import type { BackendAssets } from '../../../src/lib/backends/assets.ts';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { BackendUnavailableError, startBackend } from '../../../src/lib/backends/start.ts';
import { getBackend, matMul, tensor2d } from '../../../src/lib/ops/tf.ts';

const unreachable = () => Promise.reject(new Error('no such file'));
const missing: BackendAssets = {
  tfjsWasm: unreachable,
  relaxedKernels: unreachable,
  plainKernels: unreachable,
};

test('binaries that cannot be loaded are named as the reason', async () => {
  await expect(startBackend('wasm', missing)).rejects.toThrow(BackendUnavailableError);
  await expect(startBackend('auto', missing)).rejects.toThrow(/wasm: no such file/);
});

test('after a failed start the next one may succeed', async () => {
  const report = await startBackend('auto', nodeAssets());
  expect(report).toMatchObject({ name: 'wasm', passedOver: [] });
  expect(report.device).toMatch(/SIMD/);
  expect(getBackend()).toBe('wasm');
});

test('a second start takes the backend that runs', async () => {
  await startBackend('wasm', missing);
  const product = matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]]));
  expect(product.arraySync()).toEqual([[11]]);
});

test('a backend that this host does not have is refused with its name and the reason', async () => {
  await expect(startBackend('webgpu', nodeAssets())).rejects.toThrow(/webgpu: .*no WebGPU/);
  await expect(startBackend('webgl', nodeAssets())).rejects.toThrow(/webgl: .*in a worker/);
});

test('a backend that was lost is not started again', async () => {
  await expect(startBackend('wasm', nodeAssets(), { without: ['wasm'] })).rejects.toThrow(
    /wasm: it was lost/,
  );
});

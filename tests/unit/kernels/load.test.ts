// Which build of the kernels a machine can run.
import { expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { hasRelaxedSimd, hasSimd, loadKernels } from '../../../src/lib/kernels/load.ts';

test('the pinned Node has both kinds of SIMD, and the probes say so', () => {
  expect(hasSimd()).toBe(true);
  expect(hasRelaxedSimd()).toBe(true);
});

test.each([true, false])('with relaxed SIMD %s, that build is taken', async (relaxed) => {
  const kernels = await loadKernels(nodeAssets(), relaxed);
  expect(kernels.relaxed).toBe(relaxed);
  expect(WebAssembly.Module.imports(kernels.module)).toEqual([
    { module: 'env', name: 'memory', kind: 'memory' },
  ]);
});

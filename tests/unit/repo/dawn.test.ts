// WebGPU in Node is an extra: who lacks the package is told how to get it, who has it gets what a browser has.
import { expect, test } from 'vitest';
import { provideWebgpu } from '../../../scripts/lib/dawn.ts';

test('without the package the error says how to install it', async () => {
  const missing = () => Promise.reject(new Error("Cannot find package 'webgpu'"));
  await expect(provideWebgpu(missing)).rejects.toThrow('npm install --no-save webgpu');
  expect('gpu' in globalThis.navigator).toBe(false);
});

test('with it Node has navigator.gpu and the names that go with it', async () => {
  const gpu: Partial<GPU> = { wgslLanguageFeatures: new Set() };
  await provideWebgpu(() =>
    Promise.resolve({ create: () => gpu as GPU, globals: { GPUMapMode: { READ: 1 } } }),
  );
  expect(globalThis.navigator.gpu).toBe(gpu);
  expect(GPUMapMode.READ).toBe(1);
});

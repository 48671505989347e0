// tfjs on WebGPU: the graphics processor of newer browsers, and of Node with the package `webgpu`.
// Knows nothing of how well it does: whether it beats wasm is for choose.ts to measure.

import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import { registerWebgpuKernels } from '../kernels/webgpu.ts';
import { registerBackend, registerKernel, setBackend } from '../ops/tf.ts';
import { lookAtWebgpu } from './look.ts';
import { reportLost } from './lost.ts';
import { takeOut, type Started } from './started.ts';
import * as stock from './webgpu-kernels.ts';

let running: Promise<Started> | undefined;

export async function startWebgpu(): Promise<Started> {
  running ??= start();
  let started: Started;
  try {
    started = await running;
  } catch (cause) {
    running = undefined;
    throw cause;
  }
  if (!(await setBackend('webgpu'))) throw new Error('tfjs could not start its WebGPU backend.');
  return started;
}

async function start(): Promise<Started> {
  const { adapter, device: words } = await lookAtWebgpu();
  const { limits } = adapter;
  // As much as the device has: the defaults are those of a phone.
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    },
  });
  const backend = new WebGPUBackend(device, adapter.info);
  for (const kernel of Object.values(stock)) registerKernel(kernel);
  registerWebgpuKernels(backend);
  registerBackend('webgpu', () => backend);

  let stopped = false;
  const lost = (why: string) => {
    if (!stopped) reportLost(why);
    stopped = true;
  };
  void device.lost.then(({ message }) => {
    lost(`The graphics processor is gone (WebGPU device lost${message ? `: ${message}` : ''}).`);
  });
  // What a refused command should have computed is not there: no number after it can be trusted.
  device.addEventListener('uncapturederror', ({ error }) => {
    lost(`The graphics processor refused a command of WebGPU: ${error.message}`);
  });
  return {
    device: words,
    precision: backend.floatPrecision(),
    stop: () => {
      stopped = true;
      running = undefined;
      takeOut('webgpu');
      device.destroy();
    },
  };
}

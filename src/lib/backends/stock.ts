// tfjs as it comes, for the benchmark to be measured against: its own kernels and gradients, on each of its backends.
// One per process: the registry of kernels is global. Nothing of the site imports this.

import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { reluGradConfig } from '@tensorflow/tfjs-core/dist/gradients/Relu_grad';
import {
  conv2d,
  env,
  registerBackend,
  registerGradient,
  registerKernel,
  setBackend,
  slice,
  tidy,
  transpose,
} from '../ops/tf.ts';
import type { KernelConfig, Tensor4D } from '../ops/tf.ts';
import type { BackendAssets } from './assets.ts';
import { instantiate } from './tfjs-module.ts';

export async function startStockWasm(assets: BackendAssets): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm/dist/register_all_kernels');
  registerKernel(filterGradient);
  const backend = new BackendWasm(await instantiate(await assets.tfjsWasm()));
  registerBackend('wasm', () => backend);
  if (!(await setBackend('wasm'))) throw new Error('tfjs could not start its wasm backend.');
}

export async function startStockCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (!(await setBackend('cpu'))) throw new Error('tfjs could not start its cpu backend.');
}

/** On a graphics processor, with all of tfjs's kernels and nothing else. */
export async function startStockGraphics(name: 'webgl' | 'webgpu'): Promise<void> {
  if (name === 'webgl') {
    await import('@tensorflow/tfjs-backend-webgl');
    env().set('SOFTWARE_WEBGL_ENABLED', true);
  } else {
    await import('@tensorflow/tfjs-backend-webgpu');
  }
  // lib/ops/gradients.ts has one of its own, for the sake of this project's kernels.
  registerGradient(reluGradConfig);
  if (!(await setBackend(name))) throw new Error(`tfjs could not start its ${name} backend.`);
}

/**
 * The kernel that tfjs-wasm lacks, from those it has: the filter's gradient is a convolution of the image by the
 * output's gradient, with batch and channels changing places and strides becoming dilations.
 */
const filterGradient: KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) =>
    tidy(() => {
      const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D };
      const { strides, filterShape } = attrs as {
        strides: number | number[];
        filterShape: number[];
      };
      const [stride = 1] = [strides].flat();
      const [height = 1, width = 1, channels = 1, out = 1] = filterShape;
      // 'same', as the benchmark's networks use it.
      const needed = (size: number, outSize: number, filter: number) => {
        const padding = Math.max(0, (outSize - 1) * stride + filter - size);
        return [Math.floor(padding / 2), Math.ceil(padding / 2)] as [number, number];
      };
      const images = transpose(x, [3, 1, 2, 0]);
      const kernels = transpose(dy, [1, 2, 0, 3]);
      const pad: [[number, number], [number, number], [number, number], [number, number]] = [
        [0, 0],
        needed(x.shape[1], dy.shape[1], height),
        needed(x.shape[2], dy.shape[2], width),
        [0, 0],
      ];
      const gradient = conv2d(images, kernels, 1, pad, 'NHWC', stride);
      return transpose(slice(gradient, 0, [channels, height, width, out]), [1, 2, 0, 3]);
    }),
};

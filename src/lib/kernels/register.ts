// Puts this project's kernels into tfjs's registry for the wasm backend.

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { adamUpdate } from './adam.ts';
import { binarise } from './binarise.ts';
import { cast } from './cast.ts';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './conv.ts';
import { define } from './define.ts';
import { elementwise, leakyRelu, leakyReluGrad } from './elementwise.ts';
import { identity } from './identity.ts';
import type { KernelModule } from './load.ts';
import { batchMatMul, fusedMatMul } from './matmul.ts';
import { Native } from './native.ts';
import { reduce } from './reduce.ts';
import { gather, tile } from './rows.ts';
import { unsortedSegmentSum } from './segments.ts';

/** After tfjs's own kernels are registered: some of these hand rare cases on to them. */
export function registerFastKernels(backend: BackendWasm, { module }: KernelModule): void {
  const native = new Native(backend, module);
  define('AdamUpdate', adamUpdate(native));
  define('BatchMatMul', batchMatMul(native));
  define('Binarise', binarise(native));
  define('Cast', cast(native));
  define('Conv2D', conv2d(native));
  define('Conv2DBackpropFilter', conv2dBackpropFilter(native));
  define('Conv2DBackpropInput', conv2dBackpropInput(native));
  define('Elu', elementwise(native, 'elu'));
  define('Exp', elementwise(native, 'exp'));
  define('FusedConv2D', fusedConv2d(native));
  define('GatherV2', gather(native));
  define('Identity', identity(native));
  define('LeakyRelu', leakyRelu(native));
  define('LeakyReluGrad', leakyReluGrad(native));
  define('Mean', reduce(native, true));
  define('Sigmoid', elementwise(native, 'sigmoid'));
  define('Softplus', elementwise(native, 'softplus'));
  define('Sum', reduce(native, false));
  define('Tanh', elementwise(native, 'tanh'));
  define('Tile', tile(native));
  define('UnsortedSegmentSum', unsortedSegmentSum(native));
  define('_FusedMatMul', fusedMatMul(native));
}

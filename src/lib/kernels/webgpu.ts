// This project's kernels for WebGPU, in place of several of tfjs's each: Adam's update in one dispatch, and the
// rectifiers' gradient.

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';
import { registerKernel, util } from '../ops/tf.ts';
import type { TensorInfo, Variable } from '../ops/tf.ts';
import { adamCall, assign } from './adam-call.ts';

const WORKGROUP = 128;

export function registerWebgpuKernels(backend: WebGPUBackend): void {
  const adam = adamProgram(backend);
  registerKernel({
    kernelName: 'AdamUpdate',
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs }) => {
      const call = adamCall(inputs, attrs);
      const { variable, first, second, gradient, size, beta1, beta2 } = call;
      for (const moment of [first, second]) ownMemory(backend, moment);
      const numbers = [call.rate, beta1, 1 - beta1, beta2, 1 - beta2, call.epsilon, call.scale];
      // The gradient's tape still holds the weights as they were: the new ones get a buffer of their own.
      assign(variable, adam([variable, gradient, first, second], size, numbers));
      backend.incRef(variable.dataId);
      return { dataId: variable.dataId, shape: variable.shape, dtype: variable.dtype };
    },
  });

  registerKernel({
    kernelName: 'LeakyReluGrad',
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, x } = inputs;
      if (!dy || !x) throw new Error('LeakyReluGrad needs dy and x.');
      const alpha = { type: 'float32', data: [Number(attrs?.['alpha'])] };
      return backend.runWebGPUProgram(slopeProgram(dy.shape), [dy, x], 'float32', [alpha]);
    },
  });
}

/**
 * A variable that may be written to. Clones and reshapes share memory on this backend: where somebody still holds
 * one, the variable moves to a copy first. What tfjs remembers of its values is no longer true.
 */
function ownMemory(backend: WebGPUBackend, variable: Variable): void {
  if (backend.refCount(variable.dataId) > 1) {
    assign(variable, backend.runWebGPUProgram(copyProgram(variable.shape), [variable], 'float32'));
  }
  backend.uploadToGPU(variable.dataId);
  Object.assign(backend.tensorMap.get(variable.dataId), { values: null });
}

/**
 * Runs Adam's update: θ and gradient in, a new θ out, m and v changed in place. tfjs's programs write one buffer each;
 * this one three.
 */
function adamProgram(backend: WebGPUBackend) {
  let compiled: GPUComputePipeline | undefined;
  // tfjs's own end of a run, which binds the buffers and keeps them until the device is done. Private in its types.
  const record: unknown = Reflect.get(backend, 'recordAndSubmit');
  if (typeof record !== 'function') throw new Error('tfjs-webgpu has no recordAndSubmit.');
  return (
    tensors: readonly [Variable, TensorInfo, Variable, Variable],
    size: number,
    numbers: readonly number[],
  ): TensorInfo => {
    compiled ??= backend.device.createComputePipeline({
      layout: 'auto',
      compute: { module: backend.device.createShaderModule({ code: ADAM }), entryPoint: 'update' },
    });
    for (const { dataId } of tensors) backend.uploadToGPU(dataId);
    const out = backend.makeTensorInfo(tensors[0].shape, 'float32');
    backend.uploadToGPU(out.dataId);
    const groups = Math.ceil(size / WORKGROUP);
    const across = Math.min(groups, backend.device.limits.maxComputeWorkgroupsPerDimension);
    const program: WebGPUProgram = {
      ...flat([size]),
      dispatch: [across, Math.ceil(groups / across), 1],
      shaderKey: 'AdamUpdate',
      variableNames: ['theta', 'gradient', 'first', 'second'],
      pipeline: compiled,
      getUserCode: () => ADAM,
    };
    const asLine = ({ dataId, dtype }: TensorInfo) => ({ dataId, dtype, shape: [size] });
    const uniforms = numbers.map((value) => ({ type: 'float32', data: [value] }));
    Reflect.apply(record, backend, [program, asLine(out), tensors.map(asLine), uniforms]);
    return out;
  };
}

type Shape = Pick<
  WebGPUProgram,
  'dispatch' | 'dispatchLayout' | 'outputShape' | 'size' | 'workgroupSize'
>;

/** One thread for each element. */
function flat(shape: number[]): Shape {
  return {
    outputShape: shape,
    size: true,
    workgroupSize: [WORKGROUP, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(util.sizeFromShape(shape) / WORKGROUP), 1, 1],
  };
}

const slopeProgram = (shape: number[]): WebGPUProgram => ({
  ...flat(shape),
  shaderKey: 'LeakyReluGrad',
  variableNames: ['dy', 'x'],
  uniforms: 'alpha : f32,',
  getUserCode: () => `
    fn main(index : i32) {
      if (index < uniforms.size) {
        result[index] = dy[index] * select(uniforms.alpha, 1.0, x[index] > 0.0);
      }
    }`,
});

const copyProgram = (shape: number[]): WebGPUProgram => ({
  ...flat(shape),
  shaderKey: 'CopyOf',
  variableNames: ['x'],
  getUserCode: () => `
    fn main(index : i32) {
      if (index < uniforms.size) { result[index] = x[index]; }
    }`,
});

/** The uniforms begin as tfjs lays them out for five tensors of one dimension: two constants, shapes and strides. */
const ADAM = `
  struct Uniforms {
    NAN : f32, INFINITY : f32,
    thetaShape : i32, thetaStrides : i32,
    gradientShape : i32, gradientStrides : i32,
    firstShape : i32, firstStrides : i32,
    secondShape : i32, secondStrides : i32,
    outShape : i32, outStrides : i32,
    size : i32,
    rate : f32, beta1 : f32, rest1 : f32, beta2 : f32, rest2 : f32, epsilon : f32, scale : f32,
  }
  @group(0) @binding(0) var<storage, read_write> result : array<f32>;
  @group(0) @binding(1) var<storage, read> theta : array<f32>;
  @group(0) @binding(2) var<storage, read> gradient : array<f32>;
  @group(0) @binding(3) var<storage, read_write> first : array<f32>;
  @group(0) @binding(4) var<storage, read_write> second : array<f32>;
  @group(0) @binding(5) var<uniform> u : Uniforms;

  @compute @workgroup_size(${WORKGROUP})
  fn update(
    @builtin(global_invocation_id) id : vec3<u32>,
    @builtin(num_workgroups) groups : vec3<u32>,
  ) {
    let i = i32(id.y * groups.x * ${WORKGROUP}u + id.x);
    if (i >= u.size) { return; }
    let g = gradient[i];
    let m = u.beta1 * first[i] + u.rest1 * g;
    let v = u.beta2 * second[i] + u.rest2 * g * g;
    first[i] = m;
    second[i] = v;
    result[i] = theta[i] - u.rate * m / (sqrt(v) * u.scale + u.epsilon);
  }`;

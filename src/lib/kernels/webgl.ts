// This project's kernels for WebGL, in place of several of tfjs's each: Adam's update and the rectifiers' gradient.
// Programs are packed, four numbers to a texel, as tfjs's products leave them.

import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl/dist/backend_webgl';
import type { GPGPUProgram } from '@tensorflow/tfjs-backend-webgl/dist/gpgpu_math';
import { registerKernel } from '../ops/tf.ts';
import type { TensorInfo } from '../ops/tf.ts';
import type { Precision } from '../protocol/machine.ts';
import { adamCall, assign } from './adam-call.ts';

/**
 * With floats of 16 bits Adam's kernel is `AdamUpdateByRoot`, whose `v` holds √v: v itself would be rounded to zero.
 */
export function registerWebglKernels(backend: MathBackendWebGL, precision: Precision): void {
  const rooted = precision === 16;
  const run = (
    source: string,
    inputs: Readonly<Record<string, TensorInfo>>,
    numbers: Readonly<Record<string, number>>,
  ): TensorInfo => {
    const tensors = Object.values(inputs);
    const program: GPGPUProgram = {
      variableNames: Object.keys(inputs),
      outputShape: tensors[0]?.shape ?? [],
      packedInputs: true,
      packedOutput: true,
      customUniforms: Object.keys(numbers).map((name) => ({ name, type: 'float' })),
      userCode: `void main() { ${source} }`,
    };
    const values = Object.values(numbers).map((value) => [value]);
    return backend.compileAndRun(program, tensors, 'float32', values);
  };

  registerKernel({
    kernelName: rooted ? 'AdamUpdateByRoot' : 'AdamUpdate',
    backendName: 'webgl',
    kernelFunc: ({ inputs, attrs }) => {
      const { variable, first, second, gradient, ...call } = adamCall(inputs, attrs);
      const { beta1, beta2, rate, scale, epsilon } = call;
      // A program writes one texture: three of them. Their numbers are uniforms, so that each is compiled once.
      const moment = { beta: beta1, rest: 1 - beta1 };
      assign(first, run(FIRST, { M: first, G: gradient }, moment));
      const spread = { beta: beta2, rest: 1 - beta2 };
      assign(second, run(rooted ? ROOT : SECOND, { V: second, G: gradient }, spread));
      const step = { rate, scale, epsilon };
      const tensors = { P: variable, M: first, V: second };
      assign(variable, run(rooted ? MOVE_BY_ROOT : MOVE, tensors, step));
      backend.incRef(variable.dataId);
      return { dataId: variable.dataId, shape: variable.shape, dtype: variable.dtype };
    },
  });

  registerKernel({
    kernelName: 'LeakyReluGrad',
    backendName: 'webgl',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, x } = inputs;
      if (!dy || !x) throw new Error('LeakyReluGrad needs dy and x.');
      return run(SLOPE, { D: dy, X: x }, { alpha: Number(attrs?.['alpha']) });
    },
  });
}

const FIRST = `setOutput(beta * getMAtOutCoords() + rest * getGAtOutCoords());`;

const SECOND = `
  vec4 g = getGAtOutCoords();
  setOutput(beta * getVAtOutCoords() + rest * g * g);`;

/** The same, of the roots. */
const ROOT = `
  vec4 g = getGAtOutCoords();
  vec4 s = getVAtOutCoords();
  setOutput(sqrt(beta * s * s + rest * g * g));`;

const MOVE = `
  vec4 deviation = sqrt(getVAtOutCoords()) * scale + epsilon;
  setOutput(getPAtOutCoords() - rate * getMAtOutCoords() / deviation);`;

const MOVE_BY_ROOT = `
  vec4 deviation = getVAtOutCoords() * scale + epsilon;
  setOutput(getPAtOutCoords() - rate * getMAtOutCoords() / deviation);`;

const SLOPE = `
  vec4 positive = vec4(greaterThan(getXAtOutCoords(), vec4(0.0)));
  setOutput(getDAtOutCoords() * mix(vec4(alpha), vec4(1.0), positive));`;

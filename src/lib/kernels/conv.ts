// Convolutions on wasm: Conv2D, FusedConv2D (bias and activation in the same pass), Conv2DBackpropInput, which
// is also the transposed convolution, and Conv2DBackpropFilter, which tfjs-wasm lacks.
// Shapes here, arithmetic in assembly/convolution.ts.

import { backend_util, util } from '../ops/tf.ts';
import type { TensorInfo } from '../ops/tf.ts';
import { activationOf, LINEAR } from './activation.ts';
import type { Activation } from './activation.ts';
import type { Call, Kernel } from './define.ts';
import type { Native } from './native.ts';

type ConvInfo = backend_util.Conv2DInfo;
type Shape4D = [number, number, number, number];

/** Floats of patches made at a time: a quarter of a mebibyte stays in the cache between making and use. */
const PATCH_FLOATS = 65_536;
/** Rows that the matrix product takes at a time; see assembly/product.ts. */
const BLOCK_ROWS = 96;

/** x [batch, h, w, in] ∗ filter [fh, fw, in, out] → [batch, h', w', out]. */
export function conv2d(native: Native): Kernel {
  return (call) => convolve(native, call, 0, LINEAR);
}

/** The same with bias [out] and an activation. */
export function fusedConv2d(native: Native): Kernel {
  return (call) => {
    const bias = call.optional('bias');
    const channels = call.floats('filter').shape[3];
    if (bias !== undefined && util.sizeFromShape(bias.shape) !== channels) {
      throw call.error(`needs a bias of [${channels ?? 0}], not [${bias.shape.join(', ')}].`);
    }
    return convolve(native, call, bias ? native.address(bias) : 0, activationOf(call));
  };
}

function convolve(native: Native, call: Call, bias: number, activation: Activation): TensorInfo {
  const [x, filter] = [call.floats('x'), call.floats('filter')];
  const info = geometry(call, shape4d(call, 'x', x.shape), shape4d(call, 'filter', filter.shape));
  const out = native.output(info.outShape);
  withPatches(native, info, (at, patches) => {
    native.kernels.convolve(
      at,
      native.address(x),
      native.address(filter),
      native.address(out),
      bias,
      activation.code,
      activation.alpha,
      patches,
      native.productScratch,
    );
  });
  return out;
}

/** ∂x from ∂y [batch, h', w', out] and the filter; attribute `inputShape` says which x it belongs to. */
export function conv2dBackpropInput(native: Native): Kernel {
  return (call) => {
    const [dy, filter] = [call.floats('dy'), call.floats('filter')];
    const inputShape = shape4d(call, 'inputShape', call.numbers('inputShape'));
    const info = geometry(call, inputShape, shape4d(call, 'filter', filter.shape));
    expectShape(call, 'dy', dy, info.outShape);
    const dx = native.output(info.inShape);
    withPatches(native, info, (at, patches) => {
      native.kernels.inputGradient(
        at,
        native.address(dy),
        native.address(filter),
        native.address(dx),
        patches,
        native.productScratch,
      );
    });
    return dx;
  };
}

/** ∂filter from x and ∂y; attribute `filterShape` says which filter it belongs to. */
export function conv2dBackpropFilter(native: Native): Kernel {
  return (call) => {
    const [x, dy] = [call.floats('x'), call.floats('dy')];
    const filterShape = shape4d(call, 'filterShape', call.numbers('filterShape'));
    const info = geometry(call, shape4d(call, 'x', x.shape), filterShape);
    expectShape(call, 'dy', dy, info.outShape);
    const dFilter = native.output(filterShape);
    withPatches(native, info, (at, patches) => {
      native.kernels.filterGradient(
        at,
        native.address(x),
        native.address(dy),
        native.address(dFilter),
        patches,
        native.productScratch,
      );
    });
    return dFilter;
  };
}

/** Reads the attributes that all four share: strides, pad, dilations, dimRoundingMode, dataFormat. */
function geometry(call: Call, input: Shape4D, filter: Shape4D): ConvInfo {
  const format = call.text('dataFormat', 'NHWC');
  if (format !== 'NHWC') throw call.error(`knows images as NHWC, not ${format}.`);
  if (input[3] !== filter[2]) {
    throw call.error(`was given ${input[3]} channels and a filter for ${filter[2]}.`);
  }
  const dilations = call.has('dilations') ? call.pair('dilations') : 1;
  const info = backend_util.computeConv2DInfo(
    input,
    filter,
    call.pair('strides'),
    dilations,
    call.padding('pad'),
    call.rounding('dimRoundingMode'),
  );
  if (util.sizeFromShape(info.outShape) === 0) {
    throw call.error(
      `would make an empty image: a filter of ${filter[0]} × ${filter[1]} does not fit into ${input[1]} × ${input[2]}.`,
    );
  }
  return info;
}

/** Runs with the sizes in memory, at the first address, and room for patches, at the second. */
function withPatches(
  native: Native,
  info: ConvInfo,
  run: (geometry: number, patches: number) => void,
): void {
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  const places = info.batchSize * info.outHeight * info.outWidth;
  const fit = Math.max(1, Math.floor(PATCH_FLOATS / patch));
  const blocks = fit > BLOCK_ROWS ? fit - (fit % BLOCK_ROWS) : fit;
  const atOnce = Math.min(places, blocks);
  const sizes = [
    ...[info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, info.outChannels, places],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
    atOnce,
  ];
  const patchBytes = atOnce * patch * 4;
  const memory = native.allocate(patchBytes + sizes.length * 4);
  try {
    const geometry = memory + patchBytes;
    native.writeIntegers(geometry, sizes);
    run(geometry, memory);
  } finally {
    native.free(memory);
  }
}

function shape4d(call: Call, name: string, shape: readonly number[]): Shape4D {
  const [a, b, c, d] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined) {
    throw call.error(`needs "${name}" with four sizes, not [${shape.join(', ')}].`);
  }
  return [a, b, c, d];
}

function expectShape(call: Call, name: string, tensor: TensorInfo, shape: readonly number[]): void {
  if (!util.arraysEqual(tensor.shape, [...shape])) {
    throw call.error(`needs "${name}" of [${shape.join(', ')}], not [${tensor.shape.join(', ')}].`);
  }
}

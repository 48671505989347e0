// Everything the module exports; lib/kernels/native.ts is the other side.

export { adam } from "./adam";
export { convolve, filterGradient, inputGradient } from "./convolution";
export {
  elu, exp, leakyRelu, leakyReluGradient, sigmoid, softplus, tanh,
} from "./elementwise";
export { product, productScratchBytes } from "./product";
export { binarise } from "./random";
export { sumColumns, sumRows } from "./reduce";
export { gatherRows, repeat } from "./rows";
export { segmentSum } from "./segments";

// Everything the module exports; see lib/kernels/native.ts for the other side.

export { adam } from "./adam";
export { product, productScratchBytes } from "./product";

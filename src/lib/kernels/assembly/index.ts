// Everything the module exports; see lib/kernels/native.ts for the other side.

export { product, productScratchBytes } from "./product";

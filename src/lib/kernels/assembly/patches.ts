// Between images and the patches that a convolution looks at. A row of patches holds, for one place of the
// output, the values under the filter: filter rows, filter columns, channels. Images are NHWC.

import { VECTOR } from "./simd";

/** Sizes of a convolution, as lib/kernels/conv.ts writes them into memory: 32-bit integers in this order. */
@unmanaged
export class Geometry {
  inputHeight!: i32;
  inputWidth!: i32;
  channels!: i32; // of the input
  outputHeight!: i32;
  outputWidth!: i32;
  outputChannels!: i32;
  outputPlaces!: i32; // batch · outputHeight · outputWidth
  filterHeight!: i32;
  filterWidth!: i32;
  strideHeight!: i32;
  strideWidth!: i32;
  dilationHeight!: i32;
  dilationWidth!: i32;
  paddingTop!: i32;
  paddingLeft!: i32;
  patchesAtOnce!: i32;
}

/** Values under the filter. */
export function patchSize(g: Geometry): i32 {
  return g.filterHeight * g.filterWidth * g.channels;
}

/** Whether each patch is one pixel and each pixel one patch, in order: then the image is its own patches. */
export function isPointwise(g: Geometry): bool {
  return (
    g.filterHeight == 1 && g.filterWidth == 1 && g.strideHeight == 1 && g.strideWidth == 1 &&
    g.paddingTop == 0 && g.paddingLeft == 0 &&
    g.inputHeight == g.outputHeight && g.inputWidth == g.outputWidth
  );
}

/** Copies the patches of output places `from` to `from + count − 1` into rows; outside the image is zero. */
export function gatherPatches(g: Geometry, image: usize, from: i32, count: i32, rows: usize): void {
  walk(g, image, from, count, rows, true);
}

/** Adds rows of patches back to the pixels they cover: the transpose of gathering. */
export function scatterPatches(g: Geometry, image: usize, from: i32, count: i32, rows: usize): void {
  walk(g, image, from, count, rows, false);
}

// @ts-ignore: decorator
@inline
function walk(g: Geometry, image: usize, from: i32, count: i32, rows: usize, gather: bool): void {
  const width = g.outputWidth;
  const height = g.outputHeight;
  const pixelBytes = <usize>g.channels * 4;
  const rowBytes = <usize>g.inputWidth * pixelBytes;
  const imageBytes = <usize>g.inputHeight * rowBytes;
  let x = from % width;
  let y = (from / width) % height;
  let base = image + <usize>(from / (width * height)) * imageBytes;
  for (let i = 0; i < count; i++) {
    const left = x * g.strideWidth - g.paddingLeft;
    let v = y * g.strideHeight - g.paddingTop;
    for (let fy = 0; fy < g.filterHeight; fy++, v += g.dilationHeight) {
      const inside = v >= 0 && v < g.inputHeight;
      const line = base + <usize>v * rowBytes;
      if (g.dilationWidth == 1) {
        // Neighbouring filter columns see neighbouring pixels: one run, cut at the image's edges.
        const before = inside ? min(g.filterWidth, max(0, -left)) : g.filterWidth;
        const end = inside ? max(before, min(g.filterWidth, g.inputWidth - left)) : g.filterWidth;
        const pixels = line + <usize>(left + before) * pixelBytes;
        const skipped = <usize>before * pixelBytes;
        const covered = <usize>(end - before) * pixelBytes;
        const rest = <usize>(g.filterWidth - end) * pixelBytes;
        if (gather) {
          fillZero(rows, skipped);
          copyRun(rows + skipped, pixels, covered);
          fillZero(rows + skipped + covered, rest);
        } else {
          addRun(pixels, rows + skipped, covered);
        }
        rows += skipped + covered + rest;
      } else {
        let u = left;
        for (let fx = 0; fx < g.filterWidth; fx++, u += g.dilationWidth, rows += pixelBytes) {
          const pixel = line + <usize>u * pixelBytes;
          const seen = inside && u >= 0 && u < g.inputWidth;
          if (gather) {
            if (seen) copyRun(rows, pixel, pixelBytes);
            else fillZero(rows, pixelBytes);
          } else if (seen) {
            addRun(pixel, rows, pixelBytes);
          }
        }
      }
    }
    if (++x == width) {
      x = 0;
      if (++y == height) {
        y = 0;
        base += imageBytes;
      }
    }
  }
}

// Runs are short, often one pixel: loops of their own beat a call to the memory instructions.

// @ts-ignore: decorator
@inline
function copyRun(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes;
  for (; to + VECTOR <= end; to += VECTOR, from += VECTOR) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) store<u32>(to, load<u32>(from));
}

// @ts-ignore: decorator
@inline
function fillZero(to: usize, bytes: usize): void {
  const end = to + bytes;
  for (; to + VECTOR <= end; to += VECTOR) v128.store(to, i32x4.splat(0));
  for (; to < end; to += 4) store<u32>(to, 0);
}

// @ts-ignore: decorator
@inline
function addRun(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes;
  for (; to + VECTOR <= end; to += VECTOR, from += VECTOR) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  }
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

// Convolution and both its gradients, as products of matrices with patches of the image. Patches are made for
// as many places of the output at a time as the cache holds, so none of this needs memory in proportion.

import { LINEAR } from "./activation";
import { gatherPatches, Geometry, isPointwise, patchSize, scatterPatches } from "./patches";
import { product } from "./product";

/** y = patches(x) · filter, plus bias, then the activation. The filter is height × width × in × out. */
export function convolve(
  geometry: usize, x: usize, filter: usize, y: usize,
  bias: usize, activation: i32, alpha: f32, patches: usize, scratch: usize,
): void {
  const g = changetype<Geometry>(geometry);
  const inner = patchSize(g);
  const whole = isPointwise(g);
  for (let from = 0; from < g.outputPlaces; from += g.patchesAtOnce) {
    const count = min(g.patchesAtOnce, g.outputPlaces - from);
    if (!whole) gatherPatches(g, x, from, count, patches);
    product(
      count, g.outputChannels, inner,
      whole ? x + <usize>from * inner * 4 : patches, false, filter, false,
      y + <usize>from * g.outputChannels * 4, false, bias, activation, alpha, scratch,
    );
  }
}

/** ∂filter = patches(x)ᵀ · ∂y. */
export function filterGradient(
  geometry: usize, x: usize, dy: usize, dFilter: usize, patches: usize, scratch: usize,
): void {
  const g = changetype<Geometry>(geometry);
  const inner = patchSize(g);
  const whole = isPointwise(g);
  for (let from = 0; from < g.outputPlaces; from += g.patchesAtOnce) {
    const count = min(g.patchesAtOnce, g.outputPlaces - from);
    if (!whole) gatherPatches(g, x, from, count, patches);
    product(
      inner, g.outputChannels, count,
      whole ? x + <usize>from * inner * 4 : patches, true,
      dy + <usize>from * g.outputChannels * 4, false,
      dFilter, from > 0, 0, LINEAR, 0, scratch,
    );
  }
}

/** ∂x: the patches of ∂y · filterᵀ, added up where they overlap. Also a transposed convolution. */
export function inputGradient(
  geometry: usize, dy: usize, filter: usize, dx: usize, patches: usize, scratch: usize,
): void {
  const g = changetype<Geometry>(geometry);
  const inner = patchSize(g);
  const whole = isPointwise(g);
  if (!whole) {
    const images = g.outputPlaces / (g.outputHeight * g.outputWidth);
    memory.fill(dx, 0, <usize>images * g.inputHeight * g.inputWidth * g.channels * 4);
  }
  for (let from = 0; from < g.outputPlaces; from += g.patchesAtOnce) {
    const count = min(g.patchesAtOnce, g.outputPlaces - from);
    product(
      count, inner, g.outputChannels,
      dy + <usize>from * g.outputChannels * 4, false, filter, true,
      whole ? dx + <usize>from * inner * 4 : patches, false, 0, LINEAR, 0, scratch,
    );
    if (!whole) scatterPatches(g, dx, from, count, patches);
  }
}

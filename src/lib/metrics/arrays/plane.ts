// The square of tiles that a decoded latent plane is made of, shared by the live lab and its static picture.

/** Tiles along each side of the decoded plane. */
export const MANIFOLD_SIDE = 16;

/**
 * Centres of MANIFOLD_SIDE² tiles over [−extent, extent]², row by row from the top left (least z₁,
 * greatest z₂): [MANIFOLD_SIDE², 2].
 */
export function tileCentres(extent: number): Float32Array {
  const side = MANIFOLD_SIDE;
  const at = (tile: number): number => ((2 * tile + 1) / side - 1) * extent;
  const centres = new Float32Array(2 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      centres.set([at(column), -at(row)], 2 * (row * side + column));
    }
  }
  return centres;
}

// Sets of codes that the lab decodes for its panels: a path between two images, walks along single dimensions.
// Pure numbers; knows no worker and no canvas.

/** Pictures along an interpolation or a traversal. */
export const PATH_LENGTH = 7;

/** PATH_LENGTH codes on the straight line between two, ends included. */
export function pathCodes(from: Float32Array, to: Float32Array): Float32Array {
  const codes = new Float32Array(PATH_LENGTH * from.length);
  for (let i = 0; i < PATH_LENGTH; i++) {
    const t = i / (PATH_LENGTH - 1);
    for (let d = 0; d < from.length; d++) {
      codes[i * from.length + d] = (1 - t) * from[d]! + t * to[d]!;
    }
  }
  return codes;
}

/** For each of `dimensions`, PATH_LENGTH codes from −extent to extent in it, the others held at `base`. */
export function traversalCodes(
  base: Float32Array,
  dimensions: readonly number[],
  extent: number,
): Float32Array {
  const codes = new Float32Array(dimensions.length * PATH_LENGTH * base.length);
  dimensions.forEach((dimension, row) => {
    for (let i = 0; i < PATH_LENGTH; i++) {
      const code = Float32Array.from(base);
      code[dimension] = ((2 * i) / (PATH_LENGTH - 1) - 1) * extent;
      codes.set(code, (row * PATH_LENGTH + i) * base.length);
    }
  });
  return codes;
}

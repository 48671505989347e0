// The arithmetic behind the chapter's figures: a convolution along one axis as a matrix, its transpose, what a unit sees,
// how many terms a pixel adds up. Pure numbers.

export interface Axis {
  readonly length: number; // of the larger side
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** ⌊(n + 2p − k) / s⌋ + 1 places come out of a convolution. */
export function outputLength({ length, kernel, stride, padding }: Axis): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}

/**
 * The convolution's matrix, [output places, input places]: which kernel entry each output multiplies each input with;
 * −1 for none.
 */
export function matrixOf(axis: Axis): readonly (readonly number[])[] {
  const { length, kernel, stride, padding } = axis;
  return Array.from({ length: outputLength(axis) }, (_, row) =>
    Array.from({ length }, (__, column) => {
      const entry = column - (row * stride - padding);
      return entry >= 0 && entry < kernel ? entry : -1;
    }),
  );
}

/** Columns of the matrix: how many terms each place of the larger side adds up when the matrix is transposed. */
export function termsOf(axis: Axis): readonly number[] {
  const rows = matrixOf(axis);
  return Array.from(
    { length: axis.length },
    (_, column) => rows.filter((row) => (row[column] ?? -1) >= 0).length,
  );
}

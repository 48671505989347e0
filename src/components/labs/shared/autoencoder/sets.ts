// Sets of codes and of neighbours that the panels of a plain autoencoder show. Pure numbers; knows no worker.

/** Pictures along an interpolation, ends included. */
export const PATH_LENGTH = 9;

/** PATH_LENGTH rows on the straight line between two of them, ends included: of codes, or of images. */
export function lineBetween(from: ArrayLike<number>, to: ArrayLike<number>): Float32Array {
  const line = new Float32Array(PATH_LENGTH * from.length);
  for (let i = 0; i < PATH_LENGTH; i++) {
    const t = i / (PATH_LENGTH - 1);
    for (let d = 0; d < from.length; d++) {
      line[i * from.length + d] = (1 - t) * from[d]! + t * to[d]!;
    }
  }
  return line;
}

/**
 * Places of the rows of `values`, [rows, columns], nearest to `to`, the nearest first.
 * @param except a row that is left out: the image itself
 */
export function nearest(
  values: Float32Array,
  to: ArrayLike<number>,
  count: number,
  except = -1,
): number[] {
  const columns = to.length;
  const rows = Math.floor(values.length / Math.max(1, columns));
  const far = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let d = 0; d < columns; d++) sum += (values[row * columns + d]! - to[d]!) ** 2;
    far[row] = row === except ? Infinity : sum;
  }
  return Array.from(far.keys())
    .sort((a, b) => far[a]! - far[b]!)
    .slice(0, Math.min(count, rows - (except >= 0 ? 1 : 0)));
}

/** Rows of `values` one after another. */
export function rowsOf(
  values: Float32Array,
  columns: number,
  places: readonly number[],
): Float32Array {
  const rows = new Float32Array(places.length * columns);
  places.forEach((place, i) => {
    rows.set(values.subarray(place * columns, (place + 1) * columns), i * columns);
  });
  return rows;
}

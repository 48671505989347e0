// A linear probe: how much of a label a linear map finds in a code. Plain numbers, float64, no randomness.
import { meanOf } from './moments.ts';

/** Codes of labelled images. */
export interface Labelled {
  /** Row-major, [images, dimensions]. */
  readonly codes: Float32Array;
  readonly dimensions: number;
  /** Class of each image, 0 … classes − 1. */
  readonly labels: Uint8Array;
}

export interface Probe {
  /** Mean and standard deviation of each dimension where it was fitted; a constant dimension has deviation 1. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** Row-major, [dimensions + 1, classes]; the last row belongs to the constant 1. */
  readonly weights: Float64Array;
  readonly classes: number;
}

/** Weight of the penalty on all weights, beside a sum over images. */
const RIDGE = 1;

/**
 * Ridge regression from standardised codes and a constant to one-hot labels, in closed form:
 * W = (XᵀX + I)⁻¹ XᵀY. Throws RangeError where codes and labels do not belong together.
 */
export function fitProbe(data: Labelled, classes: number): Probe {
  const { codes, dimensions, labels } = data;
  const images = labels.length;
  if (images === 0 || codes.length !== images * dimensions) {
    throw new RangeError(
      `${codes.length} numbers are no codes of ${dimensions} dimensions for ${images} labels.`,
    );
  }
  const means = new Float64Array(dimensions);
  const deviations = new Float64Array(dimensions);
  for (let d = 0; d < dimensions; d++) {
    const column = Float64Array.from({ length: images }, (_, i) => codes[i * dimensions + d]!);
    means[d] = meanOf(column);
    deviations[d] = Math.sqrt(meanOf(column.map((value) => (value - means[d]!) ** 2))) || 1;
  }
  const width = dimensions + 1;
  const gram = new Float64Array(width * width);
  const weights = new Float64Array(width * classes);
  const row = new Float64Array(width);
  for (let i = 0; i < images; i++) {
    standardise(row, data, i, means, deviations);
    const label = labels[i]!;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) gram[a * width + b]! += row[a]! * row[b]!;
      weights[a * classes + label]! += row[a]!;
    }
  }
  for (let a = 0; a < width; a++) gram[a * width + a]! += RIDGE;
  solveInPlace(gram, weights, width, classes);
  return { means, deviations, weights, classes };
}

/** Share of the images whose class has the largest output. */
export function probeAccuracy(probe: Probe, data: Labelled): number {
  const { weights, classes, means, deviations } = probe;
  const row = new Float64Array(data.dimensions + 1);
  let right = 0;
  for (let i = 0; i < data.labels.length; i++) {
    standardise(row, data, i, means, deviations);
    let best = 0;
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) {
      const output = row.reduce((sum, value, a) => sum + value * weights[a * classes + c]!, 0);
      if (output > largest) [best, largest] = [c, output];
    }
    if (best === data.labels[i]) right += 1;
  }
  return right / data.labels.length;
}

function standardise(
  row: Float64Array,
  { codes, dimensions }: Labelled,
  image: number,
  means: Float64Array,
  deviations: Float64Array,
): void {
  for (let d = 0; d < dimensions; d++) {
    row[d] = (codes[image * dimensions + d]! - means[d]!) / deviations[d]!;
  }
  row[dimensions] = 1;
}

/** Solves A X = B by Cholesky's decomposition; A, of which the lower half is read, is lost and B becomes X. */
function solveInPlace(a: Float64Array, b: Float64Array, n: number, columns: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = b[i * columns + c]!;
      for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k * columns + c]!;
      b[i * columns + c] = sum / a[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[i * columns + c]!;
      for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k * columns + c]!;
      b[i * columns + c] = sum / a[i * n + i]!;
    }
  }
}

// A Gaussian of full covariance fitted to codes, and draws from it: what an autoencoder lacks to be sampled from.
// Plain arrays; draws the noise it is given.

export interface FittedGaussian {
  readonly mean: Float64Array;
  /** Lower triangle L with LLᵀ the covariance, [dimensions, dimensions] row by row. */
  readonly factor: Float64Array;
}

/** Added to every variance, as a share of the mean one: a unit that never varies has none of its own. */
const RIDGE = 1e-6;

/** How much each code counts, all alike when not said; and what is added to every variance. */
interface Weighing {
  readonly weights?: Float64Array;
  readonly ridge?: number;
}

/** The Gaussian of largest likelihood of codes, [count, dimensions]. */
export function fitGaussian(
  codes: Float32Array,
  dimensions: number,
  { weights, ridge = 0 }: Weighing = {},
): FittedGaussian {
  const all = weights?.reduce((sum, weight) => sum + weight, 0) ?? codes.length / dimensions;
  const count = Math.max(weights ? Number.MIN_VALUE : 1, all);
  const shareOf = (i: number): number => (weights ? weights[i]! : 1) / count;
  const mean = new Float64Array(dimensions);
  for (let from = 0; from < codes.length; from += dimensions) {
    const share = shareOf(from / dimensions);
    for (let d = 0; d < dimensions; d++) mean[d]! += codes[from + d]! * share;
  }
  const covariance = new Float64Array(dimensions * dimensions);
  const row = new Float64Array(dimensions);
  for (let from = 0; from < codes.length; from += dimensions) {
    for (let d = 0; d < dimensions; d++) row[d] = codes[from + d]! - mean[d]!;
    const share = shareOf(from / dimensions);
    for (let a = 0; a < dimensions; a++) {
      const scaled = row[a]! * share;
      for (let b = 0; b <= a; b++) covariance[a * dimensions + b]! += scaled * row[b]!;
    }
  }
  let trace = 0;
  for (let d = 0; d < dimensions; d++) trace += covariance[d * dimensions + d]!;
  for (let d = 0; d < dimensions; d++) {
    covariance[d * dimensions + d]! += (RIDGE * trace) / dimensions + ridge + Number.MIN_VALUE;
  }
  return { mean, factor: cholesky(covariance, dimensions) };
}

/** Codes mean + L ε, row by row, from standard normals [count, dimensions]. */
export function drawFrom({ mean, factor }: FittedGaussian, noise: Float32Array): Float32Array {
  const dimensions = mean.length;
  const codes = new Float32Array(noise.length);
  for (let from = 0; from < noise.length; from += dimensions) {
    for (let a = 0; a < dimensions; a++) {
      let value = mean[a]!;
      for (let b = 0; b <= a; b++) value += factor[a * dimensions + b]! * noise[from + b]!;
      codes[from + a] = value;
    }
  }
  return codes;
}

/** The lower triangle L of a covariance with LLᵀ; a direction without variance gets none. */
function cholesky(covariance: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = covariance[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= l[i * n + k]! * l[j * n + k]!;
      if (i === j) l[i * n + i] = Math.sqrt(Math.max(0, rest));
      else l[i * n + j] = l[j * n + j]! > 0 ? rest / l[j * n + j]! : 0;
    }
  }
  return l;
}

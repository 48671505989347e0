// Eigenvalues and eigenvectors of a symmetric matrix: Householder's tridiagonal form, then the implicit QL method
// (Golub and Van Loan, Matrix Computations, chapter 8). Plain arrays; what PCA of images needs once, in a script.

export interface Eigen {
  /** Descending, [n]. */
  readonly values: Float64Array;
  /** Unit vectors, one a row, in the order of the values: [n, n]. */
  readonly vectors: Float64Array;
}

const MOST_ITERATIONS = 60;

/** Of a symmetric matrix, [n, n] row by row. Throws RangeError where it is not square, or where QL does not end. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  if (matrix.length !== n * n) {
    throw new RangeError(`The matrix has ${matrix.length} entries; expected ${n} × ${n}.`);
  }
  // Seen from its largest entry: products of very small numbers would be zero, and the vectors none.
  const scale = matrix.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  const q = matrix.map((value) => value / scale);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  tridiagonalise(q, diagonal, beside, n);
  const rows = transposed(q, n); // row j is the j-th column of Q, so that QL's rotations run along memory
  implicitQl(rows, diagonal, beside, n);
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(rows.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]! * scale), vectors };
}

/** Leaves Q in `a`, with A = Q T Qᵀ, and T's diagonal and what lies beside it (`beside[i]` between i − 1 and i). */
function tridiagonalise(
  a: Float64Array,
  diagonal: Float64Array,
  beside: Float64Array,
  n: number,
): void {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let h = 0;
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(a[row + k]!);
    if (i === 1 || scale === 0) {
      beside[i] = a[row + i - 1]!;
      diagonal[i] = 0;
      continue;
    }
    for (let k = 0; k < i; k++) {
      a[row + k]! /= scale;
      h += a[row + k]! ** 2;
    }
    const f = a[row + i - 1]!;
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    beside[i] = scale * g;
    h -= f * g;
    a[row + i - 1] = f - g;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      a[j * n + i] = a[row + j]! / h;
      let product = 0;
      for (let k = 0; k <= j; k++) product += a[j * n + k]! * a[row + k]!;
      for (let k = j + 1; k < i; k++) product += a[k * n + j]! * a[row + k]!;
      beside[j] = product / h;
      sum += beside[j]! * a[row + j]!;
    }
    const half = sum / (2 * h);
    for (let j = 0; j < i; j++) {
      const u = a[row + j]!;
      const p = beside[j]! - half * u;
      beside[j] = p;
      for (let k = 0; k <= j; k++) a[j * n + k]! -= u * beside[k]! + p * a[row + k]!;
    }
    diagonal[i] = h;
  }
  diagonal[0] = 0;
  beside[0] = 0;
  accumulate(a, diagonal, n);
}

/** The product of the reflections, from the vectors that lie in `a`. */
function accumulate(a: Float64Array, diagonal: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    if (diagonal[i] !== 0) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let k = 0; k < i; k++) product += a[i * n + k]! * a[k * n + j]!;
        for (let k = 0; k < i; k++) a[k * n + j]! -= product * a[k * n + i]!;
      }
    }
    diagonal[i] = a[i * n + i]!;
    a[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      a[j * n + i] = 0;
      a[i * n + j] = 0;
    }
  }
}

/** Turns T into a diagonal by rotations, which act on the rows of `z` too. */
function implicitQl(z: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Number.EPSILON * size) break;
        m++;
      }
      if (m === l) break;
      if (iteration === MOST_ITERATIONS) {
        throw new RangeError(`Eigenvalue ${l + 1} was not found in ${MOST_ITERATIONS} iterations.`);
      }
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      let [sine, cosine, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = sine * e[i]!;
        const b = cosine * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * sine + 2 * cosine * b;
        p = sine * r;
        d[i + 1] = g + p;
        g = cosine * r - b;
        rotate(z, i * n, (i + 1) * n, n, sine, cosine);
      }
      if (r === 0 && i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

function rotate(
  z: Float64Array,
  lower: number,
  upper: number,
  n: number,
  sine: number,
  cosine: number,
): void {
  for (let k = 0; k < n; k++) {
    const [a, b] = [z[lower + k]!, z[upper + k]!];
    z[upper + k] = sine * a + cosine * b;
    z[lower + k] = cosine * a - sine * b;
  }
}

function transposed(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = a[i * n + j]!;
  return out;
}

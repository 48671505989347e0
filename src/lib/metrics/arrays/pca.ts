// Principal component analysis of rows of numbers: the plane that a picture of codes lies in, and all components of a
// covariance. Plain arrays; knows no images and no networks.

/** The two directions along which rows vary most, and where the rows lie on them. */
export interface PrincipalPlane {
  /** Mean of the rows, [columns]. */
  readonly mean: Float64Array;
  /** Two unit vectors at right angles, [2, columns], the one of larger variance first. One column gives one of zeros. */
  readonly axes: readonly [Float64Array, Float64Array];
  /** Variance along each. */
  readonly variances: readonly [number, number];
  /** Variance along all columns together. */
  readonly total: number;
}

/** Orthogonal iterations from nothing, and from a plane found before: more would not be seen in a picture. */
const ITERATIONS = 24;
const ITERATIONS_ON = 5;
/** A direction shorter than this, of unit vectors, is rounding. */
const TINY = 1e-12;

/**
 * The principal plane of `values`, [rows, columns], by orthogonal iteration on the data: no covariance matrix is made,
 * so that a thousand codes of 128 numbers take a few milliseconds.
 * @param start the plane found before: the iteration begins there, and the axes keep its signs
 */
export function principalPlane(
  values: Float32Array,
  columns: number,
  start?: PrincipalPlane | null,
): PrincipalPlane {
  const rows = values.length / columns;
  const { mean, total } = centre(values, columns);
  const usable = start?.axes[0].length === columns ? start.axes : null;
  let first = usable ? Float64Array.from(usable[0]) : seedAxis(columns, 0);
  let second = usable ? Float64Array.from(usable[1]) : seedAxis(columns, 1);
  orthonormalise(first, second);
  for (let i = 0; i < (usable ? ITERATIONS_ON : ITERATIONS); i++) {
    [first, second] = spread(values, mean, first, second);
    orthonormalise(first, second);
  }
  // Within the plane the axes are turned until the coordinates along them are uncorrelated.
  const { xx, xy, yy } = moments(values, mean, first, second);
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const a = first.map((value, d) => cos * value + sin * second[d]!);
  const b = second.map((value, d) => cos * value - sin * first[d]!);
  const along = (u: number, v: number): number =>
    Math.max(0, u * u * xx + 2 * u * v * xy + v * v * yy) / Math.max(1, rows);
  return {
    mean,
    axes: [signed(a, usable?.[0]), signed(b, usable?.[1])],
    variances: [along(cos, sin), along(-sin, cos)],
    total,
  };
}

/** The plane of the first two columns themselves, through their zero; of one column the second axis is of zeros. */
export function coordinatePlane(values: Float32Array, columns: number): PrincipalPlane {
  const rows = Math.max(1, values.length / columns);
  const { mean, total } = centre(values, columns);
  const axis = (at: number): Float64Array =>
    Float64Array.from({ length: columns }, (_, d) => (d === at ? 1 : 0));
  const axes = [axis(0), axis(1)] as const;
  const { xx, yy } = moments(values, mean, ...axes);
  return { mean: new Float64Array(columns), axes, variances: [xx / rows, yy / rows], total };
}

/** Where rows lie on the plane: [rows, 2]. */
export function onPlane(
  { mean, axes }: PrincipalPlane,
  values: Float32Array,
  columns: number,
): Float32Array {
  const rows = Math.floor(values.length / columns);
  const points = new Float32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    let [x, y] = [0, 0];
    for (let d = 0; d < columns; d++) {
      const value = values[row * columns + d]! - mean[d]!;
      x += value * axes[0][d]!;
      y += value * axes[1][d]!;
    }
    points[2 * row] = x;
    points[2 * row + 1] = y;
  }
  return points;
}

/** Mean of each column, and the variance of all columns together. */
function centre(
  values: Float32Array,
  columns: number,
): { readonly mean: Float64Array; readonly total: number } {
  const rows = Math.max(1, values.length / columns);
  const mean = new Float64Array(columns);
  values.forEach((value, i) => {
    mean[i % columns]! += value / rows;
  });
  let total = 0;
  values.forEach((value, i) => {
    total += (value - mean[i % columns]!) ** 2 / rows;
  });
  return { mean, total };
}

/** Sums over rows of the coordinates' products: C = XᵀX, seen from within the plane. */
function moments(
  values: Float32Array,
  mean: Float64Array,
  first: Float64Array,
  second: Float64Array,
): { readonly xx: number; readonly xy: number; readonly yy: number } {
  let [xx, xy, yy] = [0, 0, 0];
  eachRow(values, mean, first, second, (_, x, y) => {
    xx += x * x;
    xy += x * y;
    yy += y * y;
  });
  return { xx, xy, yy };
}

/** XᵀX times each of two vectors. */
function spread(
  values: Float32Array,
  mean: Float64Array,
  first: Float64Array,
  second: Float64Array,
): [Float64Array, Float64Array] {
  const columns = mean.length;
  const [a, b] = [new Float64Array(columns), new Float64Array(columns)];
  eachRow(values, mean, first, second, (from, x, y) => {
    for (let d = 0; d < columns; d++) {
      const value = values[from + d]! - mean[d]!;
      a[d]! += x * value;
      b[d]! += y * value;
    }
  });
  return [a, b];
}

function eachRow(
  values: Float32Array,
  mean: Float64Array,
  first: Float64Array,
  second: Float64Array,
  visit: (from: number, x: number, y: number) => void,
): void {
  const columns = mean.length;
  for (let from = 0; from + columns <= values.length; from += columns) {
    let [x, y] = [0, 0];
    for (let d = 0; d < columns; d++) {
      const value = values[from + d]! - mean[d]!;
      x += value * first[d]!;
      y += value * second[d]!;
    }
    visit(from, x, y);
  }
}

/** Gram–Schmidt in place; what has no length left points along the column that the other uses least. */
function orthonormalise(first: Float64Array, second: Float64Array): void {
  if (!normalise(first)) first.set(seedAxis(first.length, 0));
  subtract(second, first);
  if (!normalise(second) && second.length > 1) {
    const least = first.reduce((best, value, d) => {
      return Math.abs(value) < Math.abs(first[best]!) ? d : best;
    }, 0);
    second.fill(0);
    second[least] = 1;
    subtract(second, first);
    normalise(second);
  }
}

function subtract(from: Float64Array, along: Float64Array): void {
  const share = from.reduce((sum, value, d) => sum + value * along[d]!, 0);
  along.forEach((value, d) => {
    from[d]! -= share * value;
  });
}

/** Whether there was a length to divide by. */
function normalise(vector: Float64Array): boolean {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (!(length > TINY)) {
    vector.fill(0);
    return false;
  }
  vector.forEach((value, d) => {
    vector[d] = value / length;
  });
  return true;
}

/** Where an iteration begins that knows nothing: no two columns alike, so that no component is missed by symmetry. */
function seedAxis(columns: number, which: 0 | 1): Float64Array {
  const axis = Float64Array.from({ length: columns }, (_, d) =>
    Math.cos((1 + 2 * which) * (d + 1)),
  );
  normalise(axis);
  return axis;
}

/** The sign of the axis before; without one, the largest entry is positive. */
function signed(axis: Float64Array, before?: Float64Array): Float64Array {
  const largest = axis.reduce(
    (most, value) => (Math.abs(value) > Math.abs(most) ? value : most),
    0,
  );
  const agreement = before ? axis.reduce((sum, value, d) => sum + value * before[d]!, 0) : largest;
  return agreement < 0 ? axis.map((value) => -value) : axis;
}

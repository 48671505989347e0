// How unevenly a decoder paints: what it makes of a code that is the same everywhere, and how many kernel entries reach
// each pixel (Odena, Dumoulin and Olah 2016). Pure numbers.

/**
 * How many terms a transposed convolution adds up at each output place along one axis: n inputs, `stride` places apart,
 * each laid down `kernel` wide.
 */
export function termsAlong(
  n: number,
  kernel: number,
  stride: number,
  padding: number,
  outputPadding: number,
): readonly number[] {
  const length = (n - 1) * stride - 2 * padding + kernel + outputPadding;
  const terms = new Array<number>(length).fill(0);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < kernel; k++) {
      const at = i * stride + k - padding;
      if (at >= 0 && at < length) terms[at] = (terms[at] ?? 0) + 1;
    }
  }
  return terms;
}

/** The mean of an image over each place of the 2 × 2 pattern, away from the border: rows first. */
export function phaseMeans(
  image: ArrayLike<number>,
  side: number,
  border: number,
): readonly number[] {
  const sums = [0, 0, 0, 0];
  const counts = [0, 0, 0, 0];
  for (let row = border; row < side - border; row++) {
    for (let column = border; column < side - border; column++) {
      const phase = 2 * (row % 2) + (column % 2);
      sums[phase]! += image[row * side + column] ?? 0;
      counts[phase]! += 1;
    }
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i]!));
}

/** Difference between the lightest and the darkest place of the pattern. */
export function unevenness(image: ArrayLike<number>, side: number, border: number): number {
  const means = phaseMeans(image, side, border);
  return Math.max(...means) - Math.min(...means);
}

/** A code whose maps are the same at every place: each map's mean. [channels · side²], channel by channel. */
export function levelled(code: ArrayLike<number>, channels: number): Float32Array {
  const size = code.length / channels;
  const flat = new Float32Array(code.length);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += code[channel * size + i] ?? 0;
    flat.fill(sum / size, channel * size, (channel + 1) * size);
  }
  return flat;
}

/** Stretched to the whole range from paper to ink; an image without contrast is in the middle. */
export function stretched(image: Float32Array): Float32Array {
  const [least, most] = image.reduce<[number, number]>(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
  const range = most - least;
  return image.map((v) => (range > 1e-6 ? (v - least) / range : 0.5));
}

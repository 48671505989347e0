// What one pixel costs under the two losses of the introduction, as curves. Pure.

export const PIXELS = [0, 0.3, 1] as const;

export function squaredError(pixel: number, output: number): number {
  return (pixel - output) ** 2;
}

/** Nats; infinite where the output is surely wrong. */
export function crossEntropy(pixel: number, output: number): number {
  const term = (weight: number, probability: number): number =>
    weight === 0 ? 0 : -weight * Math.log(probability);
  return term(pixel, output) + term(1 - pixel, 1 - output);
}

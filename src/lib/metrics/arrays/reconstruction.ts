// How far a reconstruction is from its image, over plain numbers in [0, 1].

/** Mean squared error over the pixels of one image. */
export function mseOf(image: ArrayLike<number>, reconstruction: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += (image[i]! - reconstruction[i]!) ** 2;
  return sum / image.length;
}

/** Peak signal-to-noise ratio in dB of pixels in [0, 1]: −10 log₁₀ MSE. Infinite for equal images. */
export function psnrOf(mse: number): number {
  return -10 * Math.log10(mse);
}

// What a published model computes for the first images of its test split, kept beside its weights.
// Written by the scripts; the tests and the PyTorch files check themselves against it.

export interface Fixture {
  /** Test images 1 … `images`. */
  readonly images: number;
  /** For each image the pixels (row-major index) that its evaluation binarisation turned on. */
  readonly ones: readonly (readonly number[])[];
  /** Evaluation noise ε, row-major [images, latent]; empty for models without noise. */
  readonly noise: readonly number[];
  /** Posterior mean, or the code, of the binarised image: row-major [images, latent]. */
  readonly mean: readonly number[];
  /** log σ² of the posterior, same shape; empty for a deterministic code. */
  readonly logVar: readonly number[];
  /** Each loss term for each image, in nats. */
  readonly terms: Readonly<Record<string, readonly number[]>>;
}

// The first pictures of the hierarchy, rendered at build from published weights: what the static page shows. Types only.

export interface LevelPoster {
  /** Addresses of pictures: x; the decoded plane; the sixteen samples; of each step of the ladder its mean and draws. */
  readonly x: string;
  readonly latent: string;
  readonly samples: string;
  readonly rungs: readonly string[];
  readonly label: number;
  /** Of x, in the two dimensions of the plane. */
  readonly posterior: { readonly mean: readonly number[]; readonly logVar: readonly number[] };
  /** −log p(x|z) under the mean of each step, in nats. */
  readonly nll: readonly number[];
  /** Half the side of the plane that `latent` shows. */
  readonly extent: number;
  /** Some codes of the gallery on the plane: across, up, class. */
  readonly codes: readonly (readonly [number, number, number])[];
}

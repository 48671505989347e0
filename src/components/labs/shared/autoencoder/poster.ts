// The first picture of a lab of a plain autoencoder, as it was rendered at build. Types only.

/** The plane of codes. */
export interface PlanePicture {
  /** Address of the decoded plane. */
  readonly latent: string;
  /** The code of the first image on the plane; no spread. */
  readonly posterior: { readonly mean: readonly number[]; readonly logVar: readonly number[] };
  /** Half the side of the plane that `latent` shows. */
  readonly extent: number;
  /** Some codes: across, up, class. */
  readonly codes: readonly (readonly [number, number, number])[];
}

export interface PlainPoster extends PlanePicture {
  /** Addresses of the first image and of its reconstruction. */
  readonly x: string;
  readonly mean: string;
  /** Class of the first image. */
  readonly label: number;
  /** Squared error per pixel of its reconstruction. */
  readonly mse: number;
}

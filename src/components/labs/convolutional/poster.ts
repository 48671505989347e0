// The first picture of the lab, rendered at build from published weights: what the static page shows. Types only.

export interface LayersPoster {
  /** Addresses of the pictures of x and of x̂. */
  readonly x: string;
  readonly output: string;
  readonly label: number;
  /** Squared error of x, per pixel. */
  readonly mse: number;
  /** Each layer between the two: its name and its maps' picture, drawn as the live lab lays them out. */
  readonly layers: readonly { readonly name: string; readonly picture: string }[];
}

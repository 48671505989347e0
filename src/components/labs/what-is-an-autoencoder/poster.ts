// The first picture of the lab, rendered at build from published weights: what the static page shows. Types only.

export interface UnitPoster {
  /** Addresses of pictures: x, x̂, and x̂ without each unit. */
  readonly x: string;
  readonly picture: string;
  readonly without: readonly string[];
  readonly label: number;
  readonly code: readonly number[];
  readonly statistics: {
    readonly mean: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  /** Mean squared errors of x: with all units, and without each. */
  readonly error: number;
  readonly errors: readonly number[];
}

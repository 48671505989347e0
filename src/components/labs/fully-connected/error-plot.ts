// Where things lie in the plot of the error against the size of the code: both axes logarithmic. Pure.
import { scaleLog, type ScaleLogarithmic } from 'd3-scale';

/** A network in the plot. */
export interface Place {
  readonly name: string;
  readonly dimensions: number;
  readonly mse: number;
}

/** From below the best network's error to above that of one component. */
export const ERRORS = [0.0015, 0.1] as const;

export const TICKS = {
  x: [1, 2, 4, 8, 16, 32, 64, 128],
  y: [0.002, 0.005, 0.01, 0.02, 0.05],
} as const;

export interface Scales {
  readonly x: ScaleLogarithmic<number, number>;
  readonly y: ScaleLogarithmic<number, number>;
}

export function scales(width: number, height: number): Scales {
  return {
    x: scaleLog([1, 200], [44, width - 8]),
    y: scaleLog(ERRORS, [height - 18, 4]).clamp(true),
  };
}

/** The path through the errors with 1, 2, … components. */
export function curveOf(errors: readonly number[], { x, y }: Scales): string {
  return errors
    .map((error, d) =>
      d === 0 ? '' : `${d === 1 ? 'M' : 'L'}${x(d).toFixed(1)} ${y(error).toFixed(1)}`,
    )
    .join('');
}

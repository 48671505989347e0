// Where things lie in the figure of the error against the size of the code: both axes logarithmic. Pure.
import { scaleLog, type ScaleLogarithmic } from 'd3-scale';

/** From below the best network's error to above that of one component. */
export const ERRORS = [0.0015, 0.1] as const;

export const TICKS = {
  x: [1, 2, 4, 8, 16, 32, 64, 128],
  y: [0.002, 0.005, 0.01, 0.02, 0.05],
} as const;

export interface ErrorScales {
  readonly x: ScaleLogarithmic<number, number>;
  readonly y: ScaleLogarithmic<number, number>;
}

export function errorScales(width: number, height: number): ErrorScales {
  return {
    x: scaleLog([1, 160], [52, width - 12]),
    y: scaleLog(ERRORS, [height - 44, 22]),
  };
}

/** The path through the errors with 1, 2, … components. */
export function curveOf(errors: readonly number[], { x, y }: ErrorScales): string {
  return errors
    .slice(1)
    .map((error, i) => `${i === 0 ? 'M' : 'L'}${x(i + 1).toFixed(1)} ${y(error).toFixed(1)}`)
    .join('');
}

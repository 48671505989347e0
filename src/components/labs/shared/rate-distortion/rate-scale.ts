// The frame of a rate–distortion plane: its ranges, its diagonals of equal negative ELBO, the line that a β asks for.
// Plain numbers in nats and pixels; knows no component.
import { scaleLinear } from 'd3-scale';

export interface Place {
  readonly rate: number;
  readonly distortion: number;
}

export interface Line {
  readonly from: Place;
  readonly to: Place;
}

export interface RateFrame {
  readonly rates: readonly [number, number];
  readonly distortions: readonly [number, number];
}

export const MARGIN = { left: 46, right: 44, top: 16, bottom: 40 } as const;

const up = (value: number, step: number): number => Math.ceil(value / step) * step;
const down = (value: number, step: number): number => Math.floor(value / step) * step;

/**
 * Ranges that hold the points with some air, the rate from 0. Of `passing` ones only those count that are not far above:
 * a run begins at several times the distortion that it ends with.
 */
export function frameOf(lasting: readonly Place[], passing: readonly Place[] = []): RateFrame {
  const ceiling = 1.5 * Math.max(0, ...lasting.map(({ distortion }) => distortion));
  const near = lasting.length > 0 ? passing.filter((p) => p.distortion <= ceiling) : passing;
  const places = [...lasting, ...near];
  const rates = places.map(({ rate }) => rate);
  const distortions = places.map(({ distortion }) => distortion);
  const low = down(Math.min(80, ...distortions) - 6, 20);
  const high = up(Math.max(low + 60, ...distortions) + 6, 20);
  return { rates: [0, up(Math.max(20, ...rates) + 3, 10)], distortions: [low, high] };
}

export function holds({ rates, distortions }: RateFrame, { rate, distortion }: Place): boolean {
  return rate <= rates[1] && distortion >= distortions[0] && distortion <= distortions[1];
}

/** Scales of a frame drawn in a box of this size, margins included. */
export function scalesOf({ rates, distortions }: RateFrame, width: number, height: number) {
  return {
    x: scaleLinear(rates, [MARGIN.left, width - MARGIN.right]),
    y: scaleLinear(distortions, [height - MARGIN.bottom, MARGIN.top]),
  };
}

/** The part of the line of this slope through a point that lies in the frame; null where none does. */
export function lineThrough(
  { rates, distortions }: RateFrame,
  { rate, distortion }: Place,
  slope: number,
): Line | null {
  const at = (r: number): Place => ({ rate: r, distortion: distortion + slope * (r - rate) });
  const crossing = (d: number): number => rate + (d - distortion) / slope;
  const [first, last] = [...distortions.map(crossing)].sort((a, b) => a - b);
  const from = Math.max(rates[0], first ?? -Infinity);
  const to = Math.min(rates[1], last ?? Infinity);
  return from < to ? { from: at(from), to: at(to) } : null;
}

/** Nats between two lines of equal negative ELBO, so that there are about ten. */
const SPACINGS = [20, 50, 100, 200];

/** Lines of equal negative ELBO: distortion = total − rate. */
export function diagonals(frame: RateFrame): { readonly total: number; readonly line: Line }[] {
  const [low, high] = frame.distortions;
  const found = [];
  const most = high + frame.rates[1];
  const spacing = SPACINGS.find((step) => (most - low) / step <= 12) ?? 500;
  for (let total = up(low + 1, spacing); total <= most; total += spacing) {
    const line = lineThrough(frame, { rate: 0, distortion: total }, -1);
    if (line) found.push({ total, line });
  }
  return found;
}

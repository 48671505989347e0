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

/** Ranges that hold the points with some air, the rate from 0. */
export function frameOf(places: readonly Place[]): RateFrame {
  const rates = places.map(({ rate }) => rate);
  const distortions = places.map(({ distortion }) => distortion);
  const low = down(Math.min(80, ...distortions) - 6, 20);
  const high = up(Math.max(low + 60, ...distortions) + 6, 20);
  return { rates: [0, up(Math.max(20, ...rates) + 3, 10)], distortions: [low, high] };
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

/** Lines of equal negative ELBO: distortion = total − rate. */
export function diagonals(frame: RateFrame): { readonly total: number; readonly line: Line }[] {
  const [low, high] = frame.distortions;
  const found = [];
  for (let total = low + 20; total <= high + frame.rates[1]; total += 20) {
    const line = lineThrough(frame, { rate: 0, distortion: total }, -1);
    if (line) found.push({ total, line });
  }
  return found;
}

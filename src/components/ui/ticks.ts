// The numbers on a plot's vertical axis: round ones, as many as have room, and never fewer than two, since one number
// says nothing of a scale. Knows no plot.
import { scaleLinear } from 'd3-scale';

const LEAST = 2;
/** The multiples of each power of ten that a logarithmic axis names: as few as are enough. */
const MULTIPLES = [[1], [1, 3], [1, 2, 5]] as const;
/** A request for more round numbers than this brings no others. */
const MOST = 40;

/**
 * Values from `low` to `high`, ascending; at least two where `high` is above `low`.
 * @param room as many as fit one above another
 * @param log whether the axis is logarithmic; `low` is above zero then
 */
export function ticks(low: number, high: number, room: number, log: boolean): number[] {
  if (!(high > low)) return [low];
  const most = Math.max(LEAST, Math.floor(room));
  const found = log ? MULTIPLES.map((each) => multiples(low, high, each)) : [];
  const enough = found.find(({ length }) => length >= LEAST) ?? rounded(low, high, most);
  const every = Math.ceil(enough.length / most);
  return enough.filter((_, i) => i % every === 0);
}

/** As many round values as have room; the fewest that are enough, where so many have none. */
function rounded(low: number, high: number, most: number): number[] {
  const scale = scaleLinear([low, high], [0, 1]);
  const found = Array.from({ length: MOST }, (_, i) => scale.ticks(i + 1));
  const fits = ({ length }: number[]): boolean => length >= LEAST;
  return (
    found.findLast((each) => fits(each) && each.length <= most) ?? found.find(fits) ?? [low, high]
  );
}

function multiples(low: number, high: number, of: readonly number[]): number[] {
  const powers = Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1;
  const lowest = Math.floor(Math.log10(low));
  return Array.from({ length: powers }, (_, i) => of.map((each) => Number(`${each}e${lowest + i}`)))
    .flat()
    .filter((value) => value >= low && value <= high);
}

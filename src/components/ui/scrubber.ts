// Where the steps of a run stand on a slider, and which moment is next to a place on it. Pure.

/** Places on the slider: as fine as its widest track has pixels. */
export const TRACK = 1000;

/** The place of a step among those up to `end`, by the root: the first quarter of a run takes half of the slider. */
export function positionOn(step: number, end: number): number {
  return end > 0 ? Math.round(TRACK * Math.sqrt(Math.min(1, Math.max(0, step / end)))) : TRACK;
}

/** The step at a place. */
export function stepAt(position: number, end: number): number {
  return end * (position / TRACK) ** 2;
}

/** The moment nearest to a step, by the eye's measure; the end is one too. */
export function nearestMark(
  marks: readonly number[],
  step: number,
  end: number,
): number | undefined {
  const away = (mark: number): number => Math.abs(positionOn(mark, end) - positionOn(step, end));
  return moments(marks, end).reduce<number | undefined>(
    (best, mark) => (best !== undefined && away(best) <= away(mark) ? best : mark),
    undefined,
  );
}

/** The moment that many moments after a step, or before it; the first or last where there are no more. */
export function neighbour(
  marks: readonly number[],
  step: number,
  by: number,
  end: number,
): number | undefined {
  const all = moments(marks, end);
  const beyond = by > 0 ? all.filter((mark) => mark > step) : all.filter((mark) => mark < step);
  if (beyond.length === 0) return undefined;
  return by > 0 ? beyond[Math.min(by, beyond.length) - 1] : beyond.at(Math.max(by, -beyond.length));
}

/** The end is the newest step, which can always be gone back to; without other moments there is none. */
function moments(marks: readonly number[], end: number): readonly number[] {
  if (marks.length === 0 || (marks.at(-1) ?? 0) >= end) return marks;
  return [...marks, end];
}

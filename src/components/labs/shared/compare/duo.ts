// Two things side by side, and the images that link their pictures. Pure; knows no lab.

export interface Duo<T> {
  readonly a: T;
  readonly b: T;
}

/** The slot beside this one. */
export function otherSlot(slots: Duo<string>, slot: string): string {
  return slot === slots.a ? slots.b : slots.a;
}

/**
 * Index of the point nearest to (x, y) within a distance; −1 where none is so near.
 * @param points [count · 2]
 */
export function nearestPoint(points: Float32Array, x: number, y: number, within: number): number {
  let [best, least] = [-1, within * within];
  for (let i = 0; 2 * i < points.length; i += 1) {
    const [dx, dy] = [points[2 * i]! - x, points[2 * i + 1]! - y];
    const far = dx * dx + dy * dy;
    if (far <= least) [best, least] = [i, far];
  }
  return best;
}

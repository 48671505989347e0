// Pen strokes as a picture like MNIST's: the drawing scaled into a 20×20 box, keeping its proportions, and its centre
// of mass put on the middle pixel of 28×28 (LeCun et al. 1998). Pure: knows no pointer and no canvas.
//
// The strokes are scaled as lines, before ink is put on them, so that a small drawing does not get a thicker pen.

/** One stroke as x0, y0, x1, y1, …: the pad's own units, y downwards. */
export type Stroke = readonly number[];

export const SIDE = 28;
const BOX = 20;
const CENTRE = 14.5; // the middle of pixel (14, 14), MNIST's own centre; pixel i covers i to i + 1
const PEN = 1.45; // radius in pixels; gives the mean ink of MNIST's digits
const LEAST_EXTENT = 0.18; // of the pad: a dot stays a dot

/**
 * Draws strokes as a 28×28 image.
 * @param strokes in units of the pad's side
 * @param into [784] row by row, overwritten: 0 is paper, 1 is ink
 * @returns `into`; all zero where there is no stroke
 */
export function digitFromStrokes(
  strokes: readonly Stroke[],
  into: Float32Array<ArrayBuffer> = new Float32Array(SIDE * SIDE),
): Float32Array<ArrayBuffer> {
  into.fill(0);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const [x, y] = [stroke[i]!, stroke[i + 1]!];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (left > right) return into;

  const scale = (BOX - 2 * PEN) / Math.max(right - left, bottom - top, LEAST_EXTENT);
  const dx = CENTRE - (scale * (left + right)) / 2;
  const dy = CENTRE - (scale * (top + bottom)) / 2;
  ink(strokes, scale, dx, dy, into);

  let [mass, mx, my] = [0, 0, 0];
  for (let i = 0; i < into.length; i += 1) {
    const value = into[i]!;
    mass += value;
    mx += value * ((i % SIDE) + 0.5);
    my += value * (Math.floor(i / SIDE) + 0.5);
  }
  into.fill(0);
  // As far as the frame allows: a drawing with all its ink at one end is not cut off at the other.
  const shift = (wanted: number, low: number, high: number): number =>
    Math.max(PEN - low, Math.min(SIDE - PEN - high, wanted));
  const sx = shift(CENTRE - mx / mass, scale * left + dx, scale * right + dx);
  const sy = shift(CENTRE - my / mass, scale * top + dy, scale * bottom + dy);
  ink(strokes, scale, dx + sx, dy + sy, into);
  return into;
}

/** Round-pen coverage of each pixel: the distance from its centre to the nearest stroke, softened over one pixel. */
function ink(
  strokes: readonly Stroke[],
  scale: number,
  dx: number,
  dy: number,
  into: Float32Array,
): void {
  const reach = PEN + 0.5;
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      // A stroke of one point is a segment of no length.
      const j = Math.min(i + 2, stroke.length - 2);
      const [ax, ay] = [stroke[i]! * scale + dx, stroke[i + 1]! * scale + dy];
      const [bx, by] = [stroke[j]! * scale + dx, stroke[j + 1]! * scale + dy];
      const [ux, uy] = [bx - ax, by - ay];
      const length2 = ux * ux + uy * uy;
      const firstX = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
      const lastX = Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach));
      const firstY = Math.max(0, Math.floor(Math.min(ay, by) - reach));
      const lastY = Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach));
      for (let py = firstY; py <= lastY; py += 1) {
        for (let px = firstX; px <= lastX; px += 1) {
          const [vx, vy] = [px + 0.5 - ax, py + 0.5 - ay];
          const t = length2 > 0 ? Math.min(1, Math.max(0, (vx * ux + vy * uy) / length2)) : 0;
          const distance = Math.hypot(vx - t * ux, vy - t * uy);
          const covered = Math.min(1, PEN + 0.5 - distance);
          const at = py * SIDE + px;
          if (covered > into[at]!) into[at] = covered;
        }
      }
    }
  }
}

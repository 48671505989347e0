// A lens beside a posterior that is too narrow to be seen: the same ellipses, enlarged by a factor that it names.
// Geometry for the canvas and for the static picture, and the drawing on the canvas. Knows no component.

import type { Surface } from './painter.ts';
import type { Gaussian, Point } from './plane.ts';

export interface Lens {
  readonly factor: number;
  /** Centre of the lens, and of what it enlarges. */
  readonly at: Point;
  readonly of: Point;
  readonly radius: number; // CSS pixels, as all that follows
  /** Half axes of the 1σ ellipse as the lens shows it. */
  readonly sigma: Point;
  /** Middle of its name's line, on the side of the plane's centre. */
  readonly nameY: number;
}

/** The plot's edges. */
export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const RADIUS = 40;
const FACTORS = [100, 50, 20, 10, 5] as const;
const FROM_EDGE = 5;

/**
 * The lens for a posterior at `of` with these standard deviations, in pixels; undefined where the 2σ ellipse is wide
 * enough to be seen as it is, or where there is none. It stands in the corner nearest to the posterior that leaves
 * that uncovered.
 */
export function lensOf(of: Point, sigma: Point, bounds: Bounds): Lens | undefined {
  const reach = 2 * Math.max(...sigma);
  const factor = FACTORS.find((candidate) => candidate * reach <= 0.92 * RADIUS);
  if (factor === undefined || !(reach > 0)) return undefined;
  const inset = RADIUS + FROM_EDGE;
  const far = (at: Point): number => Math.hypot(at[0] - of[0], at[1] - of[1]);
  const [at] = [bounds.left + inset, bounds.right - inset]
    .flatMap((x) => [bounds.top + inset, bounds.bottom - inset].map((y): Point => [x, y]))
    .filter((corner) => far(corner) > RADIUS + 14)
    .sort((a, b) => far(a) - far(b));
  if (!at) return undefined;
  const above = at[1] > (bounds.top + bounds.bottom) / 2;
  return {
    factor,
    at,
    of,
    radius: RADIUS,
    sigma: [factor * sigma[0], factor * sigma[1]],
    nameY: at[1] + (above ? -1 : 1) * (RADIUS + 9),
  };
}

type Scale = (value: number) => number;

/** The lens for a posterior on a plane from −extent to extent with these scales. */
export function lensOver(
  posterior: Gaussian | undefined,
  extent: number,
  { x, y }: { readonly x: Scale; readonly y: Scale },
): Lens | undefined {
  if (!posterior) return undefined;
  const { mean, sd } = posterior;
  const bounds = { left: x(-extent), right: x(extent), top: y(extent), bottom: y(-extent) };
  return lensOf([x(mean[0]), y(mean[1])], [x(sd[0]) - x(0), y(0) - y(sd[1])], bounds);
}

/** The two lines from the enlarged place to the lens's rim: [from, to] each, touching the rim at right angles. */
export function sightLines({ at, of, radius }: Lens): readonly [Point, Point][] {
  const [dx, dy] = [of[0] - at[0], of[1] - at[1]];
  const [bearing, half] = [Math.atan2(dy, dx), Math.acos(radius / Math.hypot(dx, dy))];
  return [bearing - half, bearing + half].map((angle) => [
    of,
    [at[0] + radius * Math.cos(angle), at[1] + radius * Math.sin(angle)],
  ]);
}

/** Whether the lens reaches as far as a place on the plane. */
export function enlarges({ factor, of, radius }: Lens, [x, y]: Point): boolean {
  return factor * Math.hypot(x - of[0], y - of[1]) < radius;
}

/** What the lens shows besides the ellipses, in the pixels of the plane. */
export interface Inside {
  readonly name: string;
  /** The cursor, where there is one: a ring, where the lens reaches as far. */
  readonly cursor: Point | undefined;
}

export function drawLens({ ctx, palette }: Surface, lens: Lens, inside: Inside): void {
  const { at, of, radius, factor, sigma } = lens;
  const [ink, paper, lat] = [palette.get('--ink'), palette.get('--paper'), palette.get('--lat')];
  ctx.save();
  ctx.strokeStyle = lat;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.6;
  for (const [from, to] of sightLines(lens)) {
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.arc(...at, radius, 0, 2 * Math.PI);
  ctx.fillStyle = paper;
  ctx.fill();
  ctx.save();
  ctx.clip();
  for (const k of [2, 1]) {
    ctx.beginPath();
    ctx.ellipse(...at, k * sigma[0], k * sigma[1], 0, 0, 2 * Math.PI);
    ctx.fillStyle = lat;
    ctx.globalAlpha = k === 1 ? 0.24 : 0.14;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.lineWidth = k === 1 ? 2 : 1.25;
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(...at, 2, 0, 2 * Math.PI);
  ctx.fillStyle = lat;
  ctx.fill();
  if (inside.cursor) {
    const [x, y] = inside.cursor;
    ctx.beginPath();
    ctx.arc(at[0] + factor * (x - of[0]), at[1] + factor * (y - of[1]), 4, 0, 2 * Math.PI);
    ctx.strokeStyle = ink;
    ctx.lineWidth = 2;
    ctx.stroke();
  }
  ctx.restore();
  ctx.beginPath();
  ctx.arc(...at, radius, 0, 2 * Math.PI);
  ctx.strokeStyle = lat;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  const family = palette.get('--font-ui') || 'sans-serif';
  ctx.font = `600 11px ${family}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4;
  ctx.strokeStyle = paper;
  ctx.fillStyle = lat;
  const text = [inside.name, `×${factor}`].filter(Boolean).join(' ');
  ctx.strokeText(text, at[0], lens.nameY);
  ctx.fillText(text, at[0], lens.nameY);
  ctx.restore();
}

// Draws a latent plane on two canvases: the picture (decoded manifold, codes, labels, axes), which changes with the
// model, and over it the pointers (posterior, cursor, trail, path), which change with every movement. Numbers in, pixels
// out; knows no component.

import { scaleLinear } from 'd3-scale';
import { inks, writeImage, type ImageShape } from './images.ts';
import type { Surface } from './painter.ts';
import { apart, beside, DIGIT_GAP } from './plane-labels.ts';
import { drawLens, enlarges, lensOver, type Bounds } from './plane-lens.ts';
import type { Cluster, Codes, Gaussian, Manifold, Point } from './plane.ts';
import { classToken } from './theme.ts';
import { fixed } from './format.ts';

export interface PlaneScene {
  readonly extent: number; // the plane shows −extent … extent on both axes
  readonly axes: readonly [string, string];
  readonly codes: Codes | undefined;
  readonly clusters: readonly Cluster[];
  readonly manifold: Manifold | undefined;
  readonly shape: ImageShape;
  readonly prior: boolean; // circles at one and two standard deviations of the prior
}

/** A code that is lit, in the colour of its class. */
export interface Marked {
  readonly at: Point;
  readonly label: number;
}

export interface Pointers {
  readonly extent: number;
  readonly posteriors: readonly Gaussian[];
  readonly posteriorName: string;
  readonly clusters: readonly Cluster[]; // whose digits the name leaves free
  readonly marked: Marked | undefined;
  readonly path: readonly Point[];
  readonly pathAt: number | undefined; // 0 to 1 along the path
  readonly cursor: Point | undefined;
  readonly trail: readonly Point[]; // oldest first
}

/** Room for the axes around the square plot, in CSS pixels. */
export const MARGIN = { left: 30, right: 8, top: 20, bottom: 22 } as const;

/** Maps codes to CSS pixels and back for a plane drawn in a box of this size. */
export function frame(extent: number, width: number, height: number) {
  const x = scaleLinear([-extent, extent], [MARGIN.left, width - MARGIN.right]);
  const y = scaleLinear([-extent, extent], [height - MARGIN.bottom, MARGIN.top]);
  return { x, y };
}

/** Where the classes' digits stand, and the room that they have. */
function digits(surface: Surface, extent: number, clusters: readonly Cluster[]) {
  const { x, y } = frame(extent, surface.width, surface.height);
  const room: Bounds = { left: x(-extent), right: x(extent), top: y(extent), bottom: y(-extent) };
  const wanted = clusters.map(({ mean }): Point => [x(mean[0]), y(mean[1])]);
  return { room, places: apart(wanted, DIGIT_GAP, room) };
}

const font = (surface: Surface, size: number, weight = 400) =>
  `${String(weight)} ${String(size)}px ${surface.palette.get('--font-ui') || 'sans-serif'}`;

/** The picture under the pointers. Keeps its parts that are costly to make: the decoded images and the dots. */
export class PlanePicture {
  #images: HTMLCanvasElement | undefined;
  #imagesKey: readonly unknown[] = [];
  #dots: HTMLCanvasElement[] = [];
  #dotsKey: readonly unknown[] = [];

  draw(surface: Surface, scene: PlaneScene): void {
    const { ctx, width, height, palette } = surface;
    const { extent } = scene;
    const { x, y } = frame(extent, width, height);
    const [left, top] = [x(-extent), y(extent)];
    const [w, h] = [x(extent) - left, y(-extent) - top];
    ctx.fillStyle = palette.get('--surface');
    ctx.fillRect(0, 0, width, height);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, w, h);
    ctx.clip();
    ctx.fillStyle = palette.get('--paper');
    ctx.fillRect(left, top, w, h);
    if (scene.manifold) this.#manifold(surface, scene, scene.manifold);
    if (scene.prior) drawPrior(surface, extent);
    if (scene.codes) this.#points(surface, scene, scene.codes);
    drawLabels(surface, scene);
    ctx.restore();
    drawAxes(surface, scene);
  }

  #manifold(surface: Surface, scene: PlaneScene, manifold: Manifold): void {
    const { ctx, width, height, ratio, palette } = surface;
    const { x, y } = frame(scene.extent, width, height);
    const { columns, rows, extent } = manifold;
    const { width: iw, height: ih } = scene.shape;
    const paper = palette.get('--paper');
    const key = [manifold, paper];
    let images = this.#images;
    if (!images || key.some((part, i) => part !== this.#imagesKey[i])) {
      images ??= document.createElement('canvas');
      images.width = columns * iw;
      images.height = rows * ih;
      const paint = images.getContext('2d');
      if (!paint) return;
      const data = paint.createImageData(images.width, images.height);
      const colours = inks(palette);
      for (let i = 0; i < columns * rows; i += 1) {
        const [column, row] = [i % columns, Math.floor(i / columns)];
        const { pixels } = manifold;
        writeImage(data.data, images.width, column * iw, row * ih, pixels, i, scene.shape, colours);
      }
      paint.putImageData(data, 0, 0);
      this.#images = images;
      this.#imagesKey = key;
    }

    // Each image at a whole number of device pixels per pixel, centred in its cell; smoothed only where it must shrink.
    const cellW = ((x(extent) - x(-extent)) * ratio) / columns;
    const cellH = ((y(-extent) - y(extent)) * ratio) / rows;
    const enlarge = Math.floor(Math.min(cellW / iw, cellH / ih));
    const [w, h] = enlarge >= 1 ? [enlarge * iw, enlarge * ih] : [cellW, cellH];
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.imageSmoothingEnabled = enlarge < 1;
    ctx.imageSmoothingQuality = 'high';
    ctx.globalAlpha = scene.codes ? 0.34 : 1;
    const [left, top] = [x(-extent) * ratio, y(extent) * ratio];
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const at = left + cellW * column + (cellW - w) / 2;
        const down = top + cellH * row + (cellH - h) / 2;
        const [dx, dy] = enlarge >= 1 ? [Math.round(at), Math.round(down)] : [at, down];
        ctx.drawImage(images, column * iw, row * ih, iw, ih, dx, dy, w, h);
      }
    }
    ctx.restore();
  }

  #points(surface: Surface, scene: PlaneScene, { points, labels }: Codes): void {
    const { ctx, width, height, ratio, palette } = surface;
    const { x, y } = frame(scene.extent, width, height);
    const radius = labels.length > 3000 ? 1.5 : labels.length > 600 ? 2 : 3;
    const key = [palette.get('--paper'), palette.get('--class-0'), ratio, radius];
    if (key.some((part, i) => part !== this.#dotsKey[i])) {
      this.#dots = Array.from({ length: 10 }, (_, label) =>
        dot(palette.get(classToken(label)), palette.get('--paper'), radius, ratio),
      );
      this.#dotsKey = key;
    }
    const size = 2 * radius + 2;
    ctx.globalAlpha = 0.8;
    for (let i = 0; i < labels.length; i += 1) {
      const [px, py] = [x(points[2 * i]!), y(points[2 * i + 1]!)];
      const image = this.#dots[labels[i]! % 10];
      if (image) ctx.drawImage(image, px - size / 2, py - size / 2, size, size);
    }
    ctx.globalAlpha = 1;
  }
}

/** A dot with a hair of paper around it, once per class: copying it is far cheaper than filling a path per code. */
function dot(colour: string, paper: string, radius: number, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.ceil((2 * radius + 2) * ratio);
  const ctx = canvas.getContext('2d');
  if (!ctx) return canvas;
  const centre = canvas.width / 2;
  for (const [fill, r] of [
    [paper, radius + 0.6],
    [colour, radius],
  ] as const) {
    ctx.fillStyle = fill;
    ctx.beginPath();
    ctx.arc(centre, centre, r * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  return canvas;
}

function drawPrior({ ctx, width, height, palette }: Surface, extent: number): void {
  const { x, y } = frame(extent, width, height);
  ctx.strokeStyle = palette.get('--lat');
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 4]);
  for (const sd of [1, 2]) {
    ctx.beginPath();
    ctx.ellipse(x(0), y(0), x(sd) - x(0), y(0) - y(sd), 0, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function drawLabels(surface: Surface, scene: PlaneScene): void {
  const { ctx, palette } = surface;
  const { places } = digits(surface, scene.extent, scene.clusters);
  ctx.font = font(surface, 15, 700);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  for (const [i, { label }] of scene.clusters.entries()) {
    const [px, py] = places[i]!;
    ctx.lineWidth = 5;
    ctx.strokeStyle = palette.get('--paper');
    ctx.strokeText(String(label), px, py);
    ctx.fillStyle = palette.get(classToken(label));
    ctx.fillText(String(label), px, py);
  }
}

function drawAxes(surface: Surface, { extent, axes }: PlaneScene): void {
  const { ctx, width, height, palette } = surface;
  const { x, y } = frame(extent, width, height);
  const [left, right, top, bottom] = [x(-extent), x(extent), y(extent), y(-extent)];
  ctx.strokeStyle = palette.get('--rule-strong');
  ctx.lineWidth = 1;
  ctx.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
  ctx.fillStyle = palette.get('--ink-3');
  ctx.font = font(surface, 11);
  const ticks = x.ticks(5);
  const decimals = ticks.some((tick) => !Number.isInteger(tick)) ? 1 : 0;
  for (const tick of ticks) {
    const text = fixed(tick, decimals);
    ctx.fillRect(Math.round(x(tick)), bottom, 1, 4);
    ctx.fillRect(left - 4, Math.round(y(tick)), 4, 1);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'top';
    // The outermost ticks leave the corners to the names of the axes.
    if (x(tick) < right - 24) ctx.fillText(text, x(tick), bottom + 7);
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    ctx.fillText(text, left - 7, y(tick));
  }
  ctx.fillStyle = palette.get('--lat');
  ctx.font = font(surface, 12, 600);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'top';
  ctx.fillText(axes[0], right, bottom + 6);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(axes[1], 4, top - 7);
}

/** The pointers over the picture, on a canvas of their own. */
export function drawPointers(surface: Surface, pointers: Pointers): void {
  const { ctx, width, height, palette } = surface;
  const { extent } = pointers;
  const { x, y } = frame(extent, width, height);
  const [ink, paper, lat] = [palette.get('--ink'), palette.get('--paper'), palette.get('--lat')];
  ctx.clearRect(0, 0, width, height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(x(-extent), y(extent), x(extent) - x(-extent), y(-extent) - y(extent));
  ctx.clip();

  for (const { mean, sd } of pointers.posteriors) {
    const [cx, cy] = [x(mean[0]), y(mean[1])];
    for (const [k, alpha] of [
      [2, 0.14],
      [1, 0.24],
    ] as const) {
      const [rx, ry] = [k * (x(sd[0]) - x(0)), k * (y(0) - y(sd[1]))];
      ctx.beginPath();
      ctx.ellipse(cx, cy, Math.max(rx, 0.5), Math.max(ry, 0.5), 0, 0, 2 * Math.PI);
      ctx.fillStyle = lat;
      ctx.globalAlpha = alpha;
      ctx.fill();
      ctx.globalAlpha = 1;
      line(ctx, paper, lat, k === 1 ? 2 : 1.25);
    }
    disc(ctx, cx, cy, 2.5, lat, paper);
  }

  const { path, pathAt } = pointers;
  if (path.length > 1) {
    trace(ctx, path, x, y);
    line(ctx, paper, ink, 1.75);
    for (const [px, py] of [path[0]!, path.at(-1)!]) disc(ctx, x(px), y(py), 4, ink, paper);
    if (pathAt !== undefined) {
      const [px, py] = along(path, pathAt);
      disc(ctx, x(px), y(py), 5, paper, ink);
    }
  }

  if (pointers.marked) {
    const { at, label } = pointers.marked;
    disc(ctx, x(at[0]), y(at[1]), 8, paper, ink);
    disc(ctx, x(at[0]), y(at[1]), 5, palette.get(classToken(label)), paper);
  }

  const { trail, cursor } = pointers;
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.5;
  for (let i = 1; i < trail.length; i += 1) {
    const [from, to] = [trail[i - 1]!, trail[i]!];
    ctx.globalAlpha = (0.75 * i) / trail.length;
    ctx.beginPath();
    ctx.moveTo(x(from[0]), y(from[1]));
    ctx.lineTo(x(to[0]), y(to[1]));
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  const lens = lensOver(pointers.posteriors[0], extent, { x, y });
  const at = cursor && ([x(cursor[0]), y(cursor[1])] as const);
  if (at) {
    const [cx, cy] = [Math.round(at[0]), Math.round(at[1])];
    ctx.fillStyle = ink;
    ctx.globalAlpha = 0.35;
    ctx.fillRect(cx, y(extent), 1, y(-extent) - y(extent));
    ctx.fillRect(x(-extent), cy, x(extent) - x(-extent), 1);
    ctx.globalAlpha = 1;
    // A ring around so small an ellipse would hide it; the lens has the ring then.
    if (!(lens && enlarges(lens, at))) {
      ctx.beginPath();
      ctx.arc(cx + 0.5, cy + 0.5, 7, 0, 2 * Math.PI);
      line(ctx, paper, ink, 2.25);
    }
  }
  ctx.restore();
  // A lens gives way to a cursor that comes to what it covers.
  if (lens && !(at && Math.hypot(at[0] - lens.at[0], at[1] - lens.at[1]) < lens.radius + 8)) {
    drawLens(surface, lens, { name: pointers.posteriorName, cursor: at });
  } else {
    nameEllipse(surface, pointers);
  }
}

/** The name beside the first ellipse, inside the plane and clear of the digits. */
function nameEllipse(surface: Surface, pointers: Pointers): void {
  const { posteriors, posteriorName, extent, clusters } = pointers;
  const first = posteriors[0];
  if (!first || posteriorName === '') return;
  const { ctx, width, height, palette } = surface;
  const { x, y } = frame(extent, width, height);
  ctx.font = font(surface, 12, 600);
  const size = { width: ctx.measureText(posteriorName).width, height: 14 };
  const of: Point = [x(first.mean[0]), y(first.mean[1])];
  const reach: Point = [x(2 * first.sd[0]) - x(0) + 6, y(0) - y(2 * first.sd[1]) + 8];
  const { room, places } = digits(surface, extent, clusters);
  const [px, py] = beside(of, reach, size, places, room);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4;
  ctx.strokeStyle = palette.get('--paper');
  ctx.strokeText(posteriorName, px, py);
  ctx.fillStyle = palette.get('--lat');
  ctx.fillText(posteriorName, px, py);
}

/** Strokes the present path in a colour, with a wider paper line under it that keeps it readable over anything. */
function line(ctx: CanvasRenderingContext2D, paper: string, colour: string, width: number): void {
  ctx.lineJoin = 'round';
  ctx.strokeStyle = paper;
  ctx.lineWidth = width + 2;
  ctx.stroke();
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

function disc(
  ctx: CanvasRenderingContext2D,
  cx: number,
  cy: number,
  radius: number,
  fill: string,
  rim: string,
): void {
  ctx.beginPath();
  ctx.arc(cx, cy, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.strokeStyle = rim;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

type Scale = (value: number) => number;

function trace(ctx: CanvasRenderingContext2D, path: readonly Point[], x: Scale, y: Scale): void {
  ctx.beginPath();
  for (const [px, py] of path) ctx.lineTo(x(px), y(py));
}

/** The point a fraction of the way along a path whose points are evenly apart in time. */
function along(path: readonly Point[], at: number): Point {
  const place = Math.min(1, Math.max(0, at)) * (path.length - 1);
  const i = Math.min(path.length - 2, Math.floor(place));
  const [a, b] = [path[i]!, path[i + 1]!];
  const t = place - i;
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

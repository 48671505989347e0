// What the pictures of a recorded run show at one of its moments: plain numbers, cut out of the recording.
// Knows no player and no canvas.
import { klOfOne } from '../../../../lib/metrics/arrays/posterior.ts';
import type { Codes, Gaussian, Manifold, Point } from '../../../ui/plane.ts';
import type { Series } from '../../../ui/series.ts';
import type { Recording } from './recording.ts';

/** The code on the plane, as it is written: z, or z₃ for the top of a hierarchy of three levels. */
export function codeName(recording: Recording, level = recording.levels): string {
  return recording.levels > 0 ? `z${'₀₁₂₃₄₅₆₇₈₉'.charAt(level)}` : 'z';
}

/** The two dimensions that the plane shows. */
const AXES = [0, 1] as const;

export interface Plane {
  readonly extent: number;
  readonly codes: Codes;
  readonly manifold: Manifold;
}

export function planeAt(recording: Recording, moment: number): Plane {
  const extent = recording.at('extent', moment)[0] ?? 1;
  const { dimensions } = recording;
  const codes = recording.at('codes', moment);
  const labels = recording.all('labels').values;
  const points = new Float32Array(2 * labels.length);
  for (let i = 0; i < labels.length; i++) {
    for (const [n, d] of AXES.entries())
      points[2 * i + n] = (codes[i * dimensions + d] ?? 0) * extent;
  }
  const [, rows = 1, columns = 1] = recording.all('manifold').shape;
  const pixels = recording.at('manifold', moment);
  return { extent, codes: { points, labels }, manifold: { pixels, rows, columns, extent } };
}

/** q(z|x) of one of the images to choose from, on the plane; no spread for a deterministic code. */
export function posteriorAt(recording: Recording, moment: number, image: number): Gaussian {
  const mean = recording.at('mean', moment, image);
  const logVar = recording.at('log-variance', moment, image);
  const sd = (d: number): number => (logVar.length > 0 ? Math.exp((logVar[d] ?? 0) / 2) : 0);
  return { mean: [mean[AXES[0]] ?? 0, mean[AXES[1]] ?? 0], sd: [sd(AXES[0]), sd(AXES[1])] };
}

/** KL(q(z|x) ‖ p(z)) of one image, nats, of a hierarchy all levels'; null for a deterministic code. */
export function klAt(recording: Recording, moment: number, image: number): number | null {
  if (recording.layered) return null;
  if (recording.levels > 0) return recording.at('image-kl', moment)[image] ?? null;
  const mean = recording.at('mean', moment, image);
  const logVar = recording.at('log-variance', moment, image);
  if (logVar.length === 0) return null;
  return mean.reduce((sum, mu, d) => sum + klOfOne(mu, logVar[d]!), 0);
}

export interface Tile {
  /** Decoder means, fewer pixels than an image has. */
  readonly pixels: Float32Array;
  /** The code that was decoded. */
  readonly at: Point;
}

/** The tile of the decoded plane that is nearest to a code. */
export function tileAt(recording: Recording, moment: number, [x, y]: Point): Tile {
  const { pixels, rows, columns, extent } = planeAt(recording, moment).manifold;
  const place = (share: number, count: number): number =>
    Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  const column = place((x / extent + 1) / 2, columns);
  const row = place((1 - y / extent) / 2, rows);
  const size = pixels.length / (rows * columns);
  const index = row * columns + column;
  return {
    pixels: Float32Array.from(pixels.slice(index * size, (index + 1) * size)),
    at: [((2 * column + 1) / columns - 1) * extent, (1 - (2 * row + 1) / rows) * extent],
  };
}

/** The first layer's maps of one of the images to choose from, and how large each is. */
export function mapsAt(
  recording: Recording,
  moment: number,
  image: number,
): { readonly pixels: Float32Array; readonly width: number; readonly height: number } {
  const [, , , height = 1, width = 1] = recording.all('maps').shape;
  return { pixels: recording.at('maps', moment, image), width, height };
}

/** One term's curves up to a moment: on the training batches, and held out. */
export function curvesAt(
  recording: Recording,
  moment: number,
  term: string,
  colour: string,
): Series[] {
  const steps = recording.all('step').values;
  const now = steps[moment] ?? 0;
  const x = [...recording.all('curve/step').values].filter((step) => step <= now);
  // The first moment is before the first update; its loss would flatten all that come after.
  const heldOut = (values: Float32Array): number[] => [...values].slice(1, moment + 1);
  return [
    {
      name: 'training',
      colour,
      x,
      y: [...recording.all(`curve/${term}`).values].slice(0, x.length),
    },
    {
      name: 'held out',
      colour,
      dashed: true,
      x: heldOut(steps),
      y: heldOut(recording.all(`held-out/${term}`).values),
    },
  ];
}

/** What exercises are graded by, as in the live lab: the terms held out, and the KL by level, from the first update on. */
export function readingsAt(recording: Recording, moment: number): Record<string, number> {
  if (moment === 0) return {};
  const terms = recording.about.terms.map((term): [string, number] => [
    term,
    recording.all(`held-out/${term}`).values[moment] ?? NaN,
  ]);
  const levels = recording.levels > 0 ? [...recording.at('level-kl', moment)] : [];
  return Object.fromEntries([
    ...terms,
    ...levels.map((nats, level): [string, number] => [`kl${level + 1}`, nats]),
  ]);
}

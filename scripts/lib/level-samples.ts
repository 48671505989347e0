// Samples of the published hierarchies, as the studies of them draw them, and how far pictures lie apart.
import { givenFromTop } from '../../src/components/labs/hierarchical-vae/levels.ts';
import { fitTop, withTops } from '../../src/components/labs/hierarchical-vae/top-prior.ts';
import { imageAt } from '../../src/lib/data/images.ts';
import { noise } from '../../src/lib/metrics/arrays/draws.ts';
import { codeVariance } from '../../src/lib/metrics/arrays/posterior.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { queries } from '../../src/lib/worker/queries.ts';
import { binarisedGallery, encode } from './codes.ts';
import { loadPacked, loadPublished } from './packed.ts';

/** The published hierarchies that are studied. */
export const models = ['ladder-mnist', 'vae2-mnist', 'ladder-mnist-mini'] as const;
/** Number of the draw: chosen before anything drawn with it was seen. */
export const DRAW = 2718;
/** Pictures of a set. */
export const COUNT = 100;
export const PIXELS = 28 * 28;

/** How a model's pictures are drawn. */
export interface Way {
  /** τ of the levels below the top, and of the top. */
  readonly below: number;
  readonly top: number;
  readonly prior: 'round' | 'fitted';
  readonly passes: number;
}
const tempered: Way = { below: 0.5, top: 1, prior: 'fitted', passes: 0 };
export const ways = {
  honest: { below: 1, top: 1, prior: 'round', passes: 0 },
  tempered,
  mended: { ...tempered, passes: 16 },
} as const satisfies Readonly<Record<string, Way>>;

/** The questions that a lab asks of a model. */
export function asked(trainer: Trainer): ReturnType<typeof queries> {
  return queries(
    () => trainer,
    () => Promise.resolve(),
  );
}

/** Decoder means of samples of a published model, as its lab draws them: [COUNT, PIXELS]. */
export async function samplesOf(id: string, way: Way): Promise<Float32Array> {
  const { trainer } = await loadPublished(id);
  const levels = trainer.family.levels?.(trainer.config) ?? [];
  const top = levels.at(-1);
  if (!top) throw new Error(`${id} has no levels.`);
  const codes = await encode(trainer, binarisedGallery(await loadPacked('mnist-gallery')));
  const fitted = way.prior === 'fitted' ? await fitTop(codes, codeVariance(codes), top) : null;
  if (!fitted && way.prior === 'fitted') throw new Error(`The top of ${id} is dead.`);
  const epsilon = noise(COUNT * codes.dimensions, DRAW);
  const temperature = way.top;
  const drawn = fitted ? withTops(fitted, epsilon, { top, temperature, seed: DRAW }) : epsilon;
  const { means } = await asked(trainer).descend({
    slot: 'samples',
    codes: drawn,
    noise: drawn,
    given: givenFromTop(fitted ? 1 : 0, levels.length),
    temperatures: levels.map((_, l) => (l === levels.length - 1 ? way.top : way.below)),
    passes: way.passes,
  });
  return means;
}

/** Grey digits of the test set, number `from` and every `step`-th after it: [count, PIXELS]. */
export async function testDigits(count: number, from: number, step: number): Promise<Float32Array> {
  const test = await loadPacked('mnist-test');
  const images = new Float32Array(count * PIXELS);
  for (let i = 0; i < count; i++) {
    const grey = imageAt(test, from + i * step);
    images.set(
      Float32Array.from(grey, (byte) => byte / 255),
      i * PIXELS,
    );
  }
  return images;
}

/** Of each picture the nearest other, and the squared distance to it, per pixel. */
export function nearestOf(
  images: Float32Array,
): { readonly index: number; readonly distance: number }[] {
  const count = images.length / PIXELS;
  return Array.from({ length: count }, (_, i) => {
    let nearest = { index: i, distance: Infinity };
    for (let j = 0; j < count; j++) {
      const apart = i === j ? Infinity : distance(pictureAt(images, i), pictureAt(images, j));
      if (apart < nearest.distance) nearest = { index: j, distance: apart };
    }
    return nearest;
  });
}

export function pictureAt(images: Float32Array, i: number): Float32Array {
  return images.subarray(i * PIXELS, (i + 1) * PIXELS);
}

/** Squared error per pixel. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

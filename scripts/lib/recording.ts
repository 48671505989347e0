// Trains a lab's network as its first visitor would, and keeps what its pictures show at some moments of the run: the
// arrays of a recorded run, as src/components/labs/shared/recorded/recording.ts names them. Knows no file.
import { toLevels, type Packed } from '../../src/components/labs/shared/recorded/pack.ts';
import { niceExtent } from '../../src/components/ui/plane.ts';
import { imageAt, imageSize, type ImageSet } from '../../src/lib/data/images.ts';
import { onPlane, principalPlane, type PrincipalPlane } from '../../src/lib/metrics/arrays/pca.ts';
import { mseOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
import { binarised, noise } from '../../src/lib/metrics/arrays/draws.ts';
import { meanOf } from '../../src/lib/metrics/arrays/moments.ts';
import {
  bernoulliNll,
  codeVariance,
  klPerDimension,
} from '../../src/lib/metrics/arrays/posterior.ts';
import { tensor2d, tidy } from '../../src/lib/ops/tf.ts';
import { evaluate } from '../../src/lib/train/evaluate.ts';
import { train, type LoopReport } from '../../src/lib/train/loop.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { LayerAlbum } from './layer-recording.ts';
import { showsUnits, UnitAlbum } from './unit-recording.ts';

/** What a run is recorded with. */
export interface Script {
  readonly training: ImageSet;
  readonly validation: ImageSet;
  /** The images whose codes are shown; the first of each class can be chosen. */
  readonly gallery: ImageSet;
  readonly batchSize: number;
  /** Updates after which the pictures are kept, ascending; 0 is kept always. */
  readonly moments: readonly number[];
}

/** Codes of this many images are kept. */
const CODES = 400;
/** Validation images behind the held-out curve, as in the live lab. */
const HELD_OUT = 500;
/** Tiles along a side of the plane, and how many times smaller than an image each is drawn. */
const TILES = 12;
const SHRINK = 2;
/** Shades of ink that pictures keep; the plane lies pale under its codes and needs fewer. */
const SHADES = { reconstruction: 16, manifold: 12 };
/** Draws from the priors of a hierarchy, with the same noise at every moment. */
const SAMPLES = 16;
/** Points of the curves lie this much farther apart than those before them. */
const SPACING = 1.03;
const CLASSES = 10;

/** The arrays of the run. The trainer must be fresh from its seed. */
export async function record(trainer: Trainer, script: Script): Promise<Map<string, Packed>> {
  const { training, gallery, batchSize, moments } = script;
  trainer.feed(training, batchSize);
  const units = showsUnits(trainer);
  const album = trainer.family.activations
    ? new LayerAlbum(trainer, script)
    : units
      ? new UnitAlbum(trainer, script)
      : new Album(trainer, script);
  const points: LoopReport[] = [];
  const last = moments.at(-1) ?? 0;
  let due = 1;
  await album.keep();
  for await (const report of train(trainer, () => 1)) {
    if (!report) continue;
    const { step } = report;
    const isMoment = moments.includes(step);
    if (step >= due || isMoment) points.push(report);
    if (step >= due) due = Math.max(step + 1, step * SPACING);
    if (isMoment) await album.keep();
    if (step >= last) break;
  }
  const arrays = album.arrays();
  arrays.set('curve/step', floats(points.map(({ step }) => step)));
  arrays.set('curve/objective', floats(points.map(({ objective }) => objective)));
  for (const term of trainer.terms) {
    arrays.set(`curve/${term}`, floats(points.map(({ terms }) => terms[term] ?? NaN)));
  }
  if (trainer.family.activations || units) return arrays; // no plane whose codes would have a class
  arrays.set('labels', {
    kind: 'levels',
    shape: [CODES],
    values: gallery.labels.slice(0, CODES),
    levels: CLASSES,
    low: 0,
    high: CLASSES - 1,
  });
  return arrays;
}

/** The pictures, moment by moment. */
class Album {
  readonly #trainer: Trainer;
  readonly #validation: ImageSet;
  /** Binarised as everywhere, or grey where the network sees them so: [CODES, pixels]. */
  readonly #images: Float32Array;
  readonly #gallery: ImageSet;
  readonly #size: number;
  /** Places in the gallery of the images to choose from. */
  readonly #chosen: readonly number[];
  /** The dimensions that the plane shows, [from, to): the top level of a hierarchy, else all. */
  readonly #top: readonly [number, number];
  /** The codes' principal plane, of plain codes with more than two dimensions. */
  #plane: PrincipalPlane | null = null;
  readonly #kept: Record<string, number[]> = {};
  #extent = 0;

  constructor(trainer: Trainer, { gallery, validation }: Script) {
    this.#trainer = trainer;
    this.#validation = validation;
    this.#gallery = gallery;
    this.#size = imageSize(gallery);
    const { family, config } = trainer;
    this.#top = family.levels?.(config).at(-1) ?? [0, family.latentDim(config)];
    this.#images = new Float32Array(CODES * this.#size);
    for (let i = 0; i < CODES; i++) {
      const bytes = imageAt(gallery, i);
      const seen = family.binarises(config)
        ? binarised(bytes, i)
        : Float32Array.from(bytes, (byte) => byte / 255);
      this.#images.set(seen, i * this.#size);
    }
    const labels = [...gallery.labels.subarray(0, CODES)];
    this.#chosen = Array.from({ length: CLASSES }, (_, label) => labels.indexOf(label));
  }

  async keep(): Promise<void> {
    const trainer = this.#trainer;
    const latent = trainer.family.latentDim(trainer.config);
    const { mean, logVar } = await this.#encode();
    if (latent > 2 && !trainer.family.levels && logVar.length === 0) {
      this.#plane = principalPlane(mean, latent, this.#plane);
    }
    const plane = this.#onPlane(mean);
    const extent = niceExtent(plane, this.#extent);
    this.#extent = extent;
    const row = (values: Float32Array, i: number): Float32Array =>
      values.subarray(i * (values.length / CODES), (i + 1) * (values.length / CODES));
    const means = this.#chosen.map((i) => row(mean, i));
    const pictures = await this.#decode(
      means.flatMap((code) => [...code]),
      latent,
    );
    const { terms, klPerLevel } = await evaluate(trainer, this.#validation, HELD_OUT);
    this.#add('step', trainer.step);
    this.#add('extent', extent);
    this.#add('codes', ...plane.map((value) => value / extent));
    this.#add('variance', ...codeVariance({ mean, logVar, dimensions: latent }));
    this.#add('mean', ...means.flatMap((code) => [...this.#onPlane(code)]));
    this.#add('log-variance', ...this.#chosen.flatMap((i) => [...this.#onPlane(row(logVar, i))]));
    this.#add(
      'nll',
      ...this.#chosen.map((i, k) =>
        this.#loss(pictures.subarray(k * this.#size, (k + 1) * this.#size), row(this.#images, i)),
      ),
    );
    this.#add('reconstruction', ...pictures);
    for (const [term, value] of Object.entries(terms)) this.#add(`held-out/${term}`, value);
    if (trainer.family.levels) {
      // Only a level's own draw tells its KL where its prior depends on the codes above.
      const shown = await evaluate(trainer, this.#gallery, CODES);
      const kl = shown.perImage[trainer.terms.indexOf('kl')];
      this.#add('kl', ...shown.klPerDimension);
      this.#add('level-kl', ...klPerLevel.map(meanOf));
      this.#add('image-kl', ...this.#chosen.map((i) => kl?.[i] ?? NaN));
      this.#add('manifold', ...shrunk(await this.#descend(planeOf(extent), 0), this.#gallery));
      this.#add('samples', ...shrunk(await this.#descend(null, 1), this.#gallery));
    } else {
      this.#add(
        'kl',
        ...(logVar.length > 0 ? klPerDimension({ mean, logVar, dimensions: latent }) : []),
      );
      const tiles = this.#tiles(planeOf(extent));
      this.#add('manifold', ...shrunk(await this.#decode(tiles, latent), this.#gallery));
    }
  }

  /** What an image costs at its code: nats, or the squared error per pixel where that is the loss. */
  #loss(picture: Float32Array, image: Float32Array): number {
    return this.#trainer.terms.includes('mse')
      ? mseOf(image, picture)
      : bernoulliNll(picture, image);
  }

  /** Places on the plane, [n, 2], as codes. */
  #tiles(places: readonly number[]): readonly number[] {
    const plane = this.#plane;
    if (!plane) return places;
    const [across, up] = plane.axes;
    return Array.from({ length: places.length / 2 }, (_, i) =>
      [...plane.mean].map(
        (value, d) => value + places[2 * i]! * across[d]! + places[2 * i + 1]! * up[d]!,
      ),
    ).flat();
  }

  /** Of codes, [n, latent], the dimensions that the plane shows, or where they lie on the principal plane. */
  #onPlane(codes: Float32Array): Float32Array {
    const latent = this.#trainer.family.latentDim(this.#trainer.config);
    if (this.#plane) return onPlane(this.#plane, codes, latent);
    const [from, to] = this.#top;
    return codes.filter((_, i) => i % latent >= from && i % latent < to);
  }

  /** Decoder means of a hierarchy: of codes of its top, or of none given; below them draws of this temperature. */
  async #descend(tops: readonly number[] | null, temperature: number): Promise<Float32Array> {
    const { family, config, parameters } = this.#trainer;
    const latent = family.latentDim(config);
    const levels = family.levels?.(config) ?? [];
    const [from, to] = this.#top;
    const count = tops ? tops.length / (to - from) : SAMPLES;
    const codes = new Float32Array(count * latent);
    for (let i = 0; i < count; i++) {
      codes.set(tops?.slice(i * (to - from), (i + 1) * (to - from)) ?? [], i * latent + from);
    }
    const means = tidy(() => {
      const given = levels.map((_, l) => tops !== null && l === levels.length - 1);
      const draw = {
        codes: tensor2d(codes, [count, latent]),
        noise: tensor2d(noise(count * latent, 0), [count, latent]),
        given,
        temperatures: levels.map(() => temperature),
      };
      const drawn = family.descend?.(config, parameters, draw);
      if (!drawn) throw new Error(`The family "${family.name}" has no levels to draw.`);
      return drawn.means;
    });
    const values = Float32Array.from(await means.data());
    means.dispose();
    return values;
  }

  arrays(): Map<string, Packed> {
    const { width, height } = this.#gallery;
    const moments = this.#kept['step']?.length ?? 0;
    const inner: Record<string, readonly number[]> = {
      codes: [CODES],
      mean: [CLASSES],
      'log-variance': [CLASSES],
      nll: [CLASSES],
      reconstruction: [CLASSES, height, width],
      manifold: [TILES, TILES, height / SHRINK, width / SHRINK],
      'image-kl': [CLASSES],
      samples: [SAMPLES, height / SHRINK, width / SHRINK],
    };
    const scales: Record<string, { ends: readonly [number, number]; levels: number }> = {
      codes: { ends: [-1, 1], levels: 256 },
      reconstruction: { ends: [0, 1], levels: SHADES.reconstruction },
      manifold: { ends: [0, 1], levels: SHADES.manifold },
      samples: { ends: [0, 1], levels: SHADES.manifold },
    };
    const arrays = new Map<string, Packed>();
    for (const [name, values] of Object.entries(this.#kept)) {
      const known = [moments, ...(inner[name] ?? [])];
      const rest = values.length / known.reduce((product, side) => product * side, 1);
      const perDimension = ['kl', 'variance', 'level-kl'].includes(name);
      const shape = rest === 1 && !perDimension ? known : [...known, rest];
      const scale = scales[name];
      arrays.set(
        name,
        scale
          ? toLevels(values, shape, scale.ends, scale.levels)
          : { kind: 'floats', shape, values: Float32Array.from(values) },
      );
    }
    const ink = this.#chosen.flatMap((i) =>
      Array.from(imageAt(this.#gallery, i), (byte) => byte / 255),
    );
    arrays.set('x', toLevels(ink, [CLASSES, height, width], [0, 1], 256));
    arrays.set('place', floats(this.#chosen));
    return arrays;
  }

  #add(name: string, ...values: number[]): void {
    const list = (this.#kept[name] ??= []);
    for (const value of values) list.push(value);
  }

  async #encode(): Promise<{ mean: Float32Array; logVar: Float32Array }> {
    const trainer = this.#trainer;
    const codes = tidy(() => {
      const { mean, logVar } = trainer.encode(tensor2d(this.#images, [CODES, this.#size]));
      return logVar ? { mean, logVar } : { mean };
    });
    const mean = Float32Array.from(await codes.mean.data());
    const logVar = Float32Array.from((await codes.logVar?.data()) ?? []);
    codes.mean.dispose();
    codes.logVar?.dispose();
    return { mean, logVar };
  }

  async #decode(codes: readonly number[], latent: number): Promise<Float32Array> {
    const means = tidy(() =>
      this.#trainer.decode(tensor2d([...codes], [codes.length / latent, latent])),
    );
    const values = Float32Array.from(await means.data());
    means.dispose();
    return values;
  }
}

/** Centres of the plane's tiles, row by row from the top left. */
function planeOf(extent: number): number[] {
  const at = (tile: number): number => ((2 * tile + 1) / TILES - 1) * extent;
  return Array.from({ length: TILES * TILES }, (_, i) => [
    at(i % TILES),
    -at(Math.floor(i / TILES)),
  ]).flat();
}

/** Images drawn SHRINK times smaller: the mean of each square of pixels. */
function shrunk(images: Float32Array, { width, height }: ImageSet): number[] {
  const [w, h] = [width / SHRINK, height / SHRINK];
  const out = new Array<number>((images.length / (width * height)) * w * h).fill(0);
  images.forEach((value, i) => {
    const [image, pixel] = [Math.floor(i / (width * height)), i % (width * height)];
    const [x, y] = [Math.floor((pixel % width) / SHRINK), Math.floor(pixel / width / SHRINK)];
    out[image * w * h + y * w + x]! += value / SHRINK ** 2;
  });
  return out;
}

function floats(values: readonly number[]): Packed {
  return { kind: 'floats', shape: [values.length], values: Float32Array.from(values) };
}

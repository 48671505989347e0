// What a recorded run keeps of a small code at its moments: the images to choose from, their reconstructions, and the
// reconstructions without each unit. The arrays have the names of a network of maps. Knows no file.
import { toLevels, type Packed } from '../../src/components/labs/shared/recorded/pack.ts';
import {
  statisticsOf,
  UNCHANGED,
  withoutEach,
} from '../../src/components/labs/what-is-an-autoencoder/units.ts';
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import { mseOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
import { evaluate } from '../../src/lib/train/evaluate.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { decode, encode } from './codes.ts';
import { MOST_UNITS } from './unit-pictures.ts';

const CLASSES = 10;
/** Validation images behind the held-out curve, as in the live lab. */
const HELD_OUT = 500;
/** Shades that pictures keep. */
const SHADES = { reconstruction: 16, without: 8 };
/** How many times smaller than an image the picture without a unit is. */
const SHRINK = 2;

/** Whether a network's code is shown unit by unit: more than a plane, and not too many. */
export function showsUnits({ family, config }: Trainer): boolean {
  const units = family.latentDim(config);
  return family.name === 'ae' && !family.binarises(config) && units > 2 && units <= MOST_UNITS;
}

export class UnitAlbum {
  readonly #trainer: Trainer;
  readonly #validation: ImageSet;
  /** The gallery's ink: what a unit's mean is over. */
  readonly #ink: Float32Array;
  readonly #side: number;
  readonly #chosen: readonly number[];
  readonly #steps: number[] = [];
  readonly #mse: number[] = [];
  readonly #means: number[] = [];
  readonly #without: number[] = [];
  readonly #heldOut = new Map<string, number[]>();

  constructor(
    trainer: Trainer,
    { gallery, validation }: { readonly gallery: ImageSet; readonly validation: ImageSet },
  ) {
    this.#trainer = trainer;
    this.#validation = validation;
    this.#side = gallery.width;
    const labels = [...gallery.labels];
    this.#chosen = Array.from({ length: CLASSES }, (_, label) => labels.indexOf(label));
    const images = Array.from({ length: gallery.count }, (_, i) => imageAt(gallery, i));
    const size = gallery.width * gallery.height;
    this.#ink = new Float32Array(images.length * size);
    images.forEach((image, i) => {
      this.#ink.set(
        Float32Array.from(image, (byte) => byte / 255),
        i * size,
      );
    });
  }

  async keep(): Promise<void> {
    const trainer = this.#trainer;
    const { mean: codes, dimensions } = await encode(trainer, this.#ink);
    const statistics = statisticsOf(codes, dimensions);
    for (const place of this.#chosen) {
      const code = codes.slice(place * dimensions, (place + 1) * dimensions);
      const picture = await decode(trainer, code);
      const without = await decode(trainer, withoutEach(code, UNCHANGED, statistics));
      this.#mse.push(mseOf(this.#imageAt(place), picture));
      for (const value of picture) this.#means.push(value);
      for (const value of shrunk(without, this.#side)) this.#without.push(value);
    }
    this.#steps.push(trainer.step);
    const { terms } = await evaluate(trainer, this.#validation, HELD_OUT);
    for (const [term, value] of Object.entries(terms)) {
      this.#heldOut.set(term, [...(this.#heldOut.get(term) ?? []), value]);
    }
  }

  #imageAt(place: number): Float32Array {
    const size = this.#side ** 2;
    return this.#ink.subarray(place * size, (place + 1) * size);
  }

  arrays(): Map<string, Packed> {
    const moments = this.#steps.length;
    const picture = [CLASSES, this.#side, this.#side];
    const small = this.#side / SHRINK;
    const units = this.#without.length / (moments * CLASSES * small ** 2);
    const floats = (values: readonly number[], shape: readonly number[]): Packed => ({
      kind: 'floats',
      shape: [...shape],
      values: Float32Array.from(values),
    });
    const x = this.#chosen.flatMap((place) => [...this.#imageAt(place)]);
    return new Map<string, Packed>([
      ['step', floats(this.#steps, [moments])],
      ['nll', floats(this.#mse, [moments, CLASSES])],
      ['place', floats(this.#chosen, [CLASSES])],
      ['x', toLevels(x, picture, [0, 1], 256)],
      [
        'maps',
        toLevels(this.#without, [moments, CLASSES, units, small, small], [0, 1], SHADES.without),
      ],
      [
        'reconstruction',
        toLevels(this.#means, [moments, ...picture], [0, 1], SHADES.reconstruction),
      ],
      ...[...this.#heldOut].map(
        ([term, values]) => [`held-out/${term}`, floats(values, [moments])] as const,
      ),
    ]);
  }
}

/** Images drawn SHRINK times smaller: the mean of each square of pixels. */
function shrunk(images: Float32Array, side: number): Float32Array {
  const small = side / SHRINK;
  const out = new Float32Array(images.length / SHRINK ** 2);
  images.forEach((value, i) => {
    const [image, pixel] = [Math.floor(i / side ** 2), i % side ** 2];
    const [x, y] = [Math.floor((pixel % side) / SHRINK), Math.floor(pixel / side / SHRINK)];
    out[image * small ** 2 + y * small + x]! += value / SHRINK ** 2;
  });
  return out;
}

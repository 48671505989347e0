// What a recorded run keeps of a network of maps at its moments: the images to choose from, their first layer's maps and
// their reconstructions. Knows no file.
import { toLevels, type Packed } from '../../src/components/labs/shared/recorded/pack.ts';
import { largest } from '../../src/components/ui/tensor.ts';
import { imageAt, type ImageSet } from '../../src/lib/data/images.ts';
import { mseOf } from '../../src/lib/metrics/arrays/reconstruction.ts';
import type { LayerReport } from '../../src/lib/protocol/queries.ts';
import { evaluate } from '../../src/lib/train/evaluate.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';
import { queries } from '../../src/lib/worker/queries.ts';

const CLASSES = 10;
/** Validation images behind the held-out curve, as in the live lab. */
const HELD_OUT = 500;
/** Shades that pictures keep. */
const SHADES = { reconstruction: 16, maps: 8 };
const FIRST = 'encoder.0';

export class LayerAlbum {
  readonly #trainer: Trainer;
  readonly #validation: ImageSet;
  /** The images to choose from, one of each class: [CLASSES, pixels]. */
  readonly #images: Float32Array;
  readonly #side: number;
  readonly #chosen: readonly number[];
  readonly #steps: number[] = [];
  readonly #mse: number[] = [];
  readonly #maps: number[] = [];
  readonly #means: number[] = [];
  readonly #heldOut = new Map<string, number[]>();
  #shape: readonly number[] = [];

  constructor(
    trainer: Trainer,
    { gallery, validation }: { readonly gallery: ImageSet; readonly validation: ImageSet },
  ) {
    this.#trainer = trainer;
    this.#validation = validation;
    this.#side = gallery.width;
    const labels = [...gallery.labels];
    this.#chosen = Array.from({ length: CLASSES }, (_, label) => labels.indexOf(label));
    this.#images = Float32Array.from(
      this.#chosen.flatMap((i) => [...imageAt(gallery, i)]),
      (byte) => byte / 255,
    );
  }

  async keep(): Promise<void> {
    const ask = queries(
      () => this.#trainer,
      () => Promise.resolve(),
    );
    const { layers } = await ask.activations({ slot: 'record', images: this.#images });
    const first = layers.find(({ name }) => name === FIRST);
    const last = layers.at(-1);
    if (!first || !last) throw new Error('The network shows no layers to record.');
    const { terms } = await evaluate(this.#trainer, this.#validation, HELD_OUT);
    this.#steps.push(this.#trainer.step);
    this.#add(first, last);
    for (const [term, value] of Object.entries(terms)) {
      this.#heldOut.set(term, [...(this.#heldOut.get(term) ?? []), value]);
    }
  }

  #add(first: LayerReport, last: LayerReport): void {
    const { channels, height, width, values } = first;
    this.#shape = [channels, height, width];
    const most = largest(values) || 1;
    for (const value of values) this.#maps.push(Math.max(0, value) / most);
    for (const value of last.values) this.#means.push(value);
    const size = this.#side ** 2;
    for (let i = 0; i < CLASSES; i++) {
      const span = [i * size, (i + 1) * size] as const;
      this.#mse.push(mseOf(this.#images.subarray(...span), last.values.subarray(...span)));
    }
  }

  arrays(): Map<string, Packed> {
    const moments = this.#steps.length;
    const picture = [CLASSES, this.#side, this.#side];
    const floats = (values: readonly number[], shape: readonly number[]): Packed => ({
      kind: 'floats',
      shape: [...shape],
      values: Float32Array.from(values),
    });
    return new Map<string, Packed>([
      ['step', floats(this.#steps, [moments])],
      ['nll', floats(this.#mse, [moments, CLASSES])],
      ['place', floats(this.#chosen, [CLASSES])],
      ['x', toLevels([...this.#images], picture, [0, 1], 256)],
      ['maps', toLevels(this.#maps, [moments, CLASSES, ...this.#shape], [0, 1], SHADES.maps)],
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

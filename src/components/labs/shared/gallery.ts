// A lab's images: the packed gallery (the first thousand of the test split), or held-out images of the reader's own file;
// and what the reader draws.
// Binarises each once, as every evaluation does, in slices short enough for the main thread.
import type { ImagesReport } from '../../../lib/protocol/messages.ts';
import { binarised } from '../../../lib/metrics/arrays/draws.ts';
import type { ImageShape } from '../../ui/images.ts';

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** One image to be encoded. */
export interface Subject {
  /** Place in the gallery, or −1 for a drawing. */
  readonly index: number;
  /** Its class, or −1 where nobody said. */
  readonly label: number;
  /** Bytes, 0 black to 255 white; of colour the red, green and blue of each pixel together. */
  readonly grey: Uint8Array;
  /** What the encoder of a binarising network sees: zeros and ones. Empty for colour, which none binarises. */
  readonly binary: Float32Array;
}

/** Row of the random stream for drawings, beyond every split. */
const DRAWING_ROW = 1 << 24;
const SLICE = 50;
/** Colour has no binary image. */
export const NO_BINARY = new Float32Array(0);

export class Gallery {
  readonly count: number;
  readonly shape: ImageShape;
  /** Numbers of one image. */
  readonly size: number;
  /** All binarised images, [count, size]; empty for colour. */
  readonly binary: Float32Array;
  readonly labels: Uint8Array;
  readonly #pixels: Uint8Array;
  /** For each class the places of its images, and how far the reader has leafed. */
  readonly #byClass: number[][];
  readonly #leaf: number[];
  #grey: Float32Array | null = null;

  private constructor(images: ImagesReport, binary: Float32Array) {
    const { width, height, channels } = images;
    this.count = images.count;
    this.shape = { width, height, channels: channels === 3 ? 3 : 1 };
    this.size = width * height * channels;
    this.labels = images.labels;
    this.binary = binary;
    this.#pixels = images.pixels;
    this.#byClass = Array.from({ length: 10 }, () => []);
    images.labels.forEach((label, i) => this.#byClass[label]?.push(i));
    this.#leaf = this.#byClass.map(() => 0);
  }

  static async of(images: ImagesReport): Promise<Gallery> {
    if (images.channels > 1) return new Gallery(images, NO_BINARY);
    const size = images.width * images.height * images.channels;
    const binary = new Float32Array(images.count * size);
    for (let i = 0; i < images.count; i++) {
      const grey = images.pixels.subarray(i * size, (i + 1) * size);
      binary.set(binarised(grey, i), i * size);
      if (i % SLICE === SLICE - 1) await new Promise((resume) => setTimeout(resume, 0));
    }
    return new Gallery(images, binary);
  }

  /** All images in [0, 1], [count, size]. */
  get grey(): Float32Array {
    if (this.#grey) return this.#grey;
    const grey = new Float32Array(this.#pixels.length);
    // Three million numbers in colour: a call for each would hold the page up.
    for (let i = 0; i < grey.length; i++) grey[i] = this.#pixels[i]! / 255;
    this.#grey = grey;
    return grey;
  }

  at(index: number): Subject {
    const i = ((index % this.count) + this.count) % this.count;
    return {
      index: i,
      label: this.labels[i]!,
      grey: this.#pixels.subarray(i * this.size, (i + 1) * this.size),
      binary: this.binary.subarray(i * this.size, (i + 1) * this.size),
    };
  }

  /** Images of each class. */
  get perClass(): readonly number[] {
    return this.#byClass.map(({ length }) => length);
  }

  /** The next image of a class, another one every time until all were shown. */
  next(label: number): Subject | null {
    const places = this.#byClass[label];
    if (!places || places.length === 0) return null;
    const turn = this.#leaf[label]!++;
    return this.at(places[turn % places.length]!);
  }
}

/** A drawing as a subject; `ink` is [PIXELS] in [0, 1]. */
export function drawing(ink: Float32Array): Subject {
  const grey = Uint8Array.from(ink, (value) => Math.round(255 * value));
  return { index: -1, label: -1, grey, binary: binarised(grey, DRAWING_ROW) };
}

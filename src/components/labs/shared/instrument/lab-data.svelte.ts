// What an instrument is on: one of the site's sets, the reader's own grey images in its place, or the reader's own in
// colour. Knows where images come from and what a run is fed with; no network, no picture, no markup.
import { LEAST_TO_HOLD_OUT, Part } from '../../../../lib/data/parts.ts';
import type { ImagesReport, TrainOptions } from '../../../../lib/protocol/messages.ts';
import type { DataSet, PackedSet } from '../data-sets.ts';
import type { LabSession } from '../lab-run.svelte.ts';
import { partOf } from '../own/own-set.ts';
import { OwnImages } from '../own/own.svelte.ts';
import { GALLERY_COUNT, type InstrumentProps } from './terms.ts';

/** What a run is fed with besides its images. */
type Rest = Pick<TrainOptions, 'batchSize' | 'abreast'>;

export class LabData {
  set = $state<DataSet>('mnist');
  /** The site's own set that the lab is on, or was on before the reader's colour images. */
  packed = $state<PackedSet>('mnist');
  /** The reader's own images, 28×28 grey. */
  readonly own: OwnImages;
  /** Those of a CIFAR-10 file, in labs whose networks take colour; null in others. */
  readonly colour: OwnImages | null;

  readonly #connect: () => LabSession;
  readonly #files: InstrumentProps['data'];

  constructor(connect: () => LabSession, files: InstrumentProps['data'], takesColour: boolean) {
    this.#connect = connect;
    this.#files = files;
    this.own = new OwnImages(connect);
    this.colour = takesColour ? new OwnImages(connect, 'colour') : null;
  }

  has(set: DataSet): boolean {
    return set === 'colour'
      ? (this.colour?.set?.count ?? 0) >= LEAST_TO_HOLD_OUT
      : this.#files[set] !== undefined;
  }

  turnTo(set: DataSet): void {
    this.set = set;
    if (set !== 'colour') this.packed = set;
    if (this.colour) this.colour.used = set === 'colour';
  }

  /** Of the reader's own file held-out images only: what is shown as such is never trained on. Null where none are. */
  gallery(set: DataSet): Promise<ImagesReport | null> {
    if (set === 'colour') {
      const own = this.colour?.settle();
      return Promise.resolve(own ? partOf(own, Part.heldOut, GALLERY_COUNT) : null);
    }
    const files = this.#files[set];
    if (!files) return Promise.resolve(null);
    const request = { data: files.gallery, from: 0, count: GALLERY_COUNT };
    return this.#connect().request('images', request);
  }

  /** Has what the next run is fed with ready, where that is too much for one task of the main thread. */
  async prepare(): Promise<void> {
    if (this.set === 'colour') await this.colour?.prepare();
  }

  /** Throws Error where there is nothing to train on. */
  feed(rest: Rest): Omit<TrainOptions, 'settings'> {
    if (this.set === 'colour') return { ...this.#inColour(), ...rest };
    const files = this.#files[this.set];
    if (!files) throw new Error(`There are no files of the data set "${this.set}".`);
    return this.own.feed({ training: files.train, heldOut: files.validation, ...rest });
  }

  #inColour(): Pick<TrainOptions, 'training' | 'heldOut' | 'augment'> {
    const { colour } = this;
    const parts = colour?.parts();
    if (!colour || !parts?.heldOut) {
      throw new Error(
        `There are no colour images to train on. Drop a CIFAR-10 file of ${LEAST_TO_HOLD_OUT} images or more.`,
      );
    }
    return { training: parts.training, heldOut: parts.heldOut, augment: colour.augment };
  }
}

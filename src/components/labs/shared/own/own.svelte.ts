// A reader's own images in a lab: the set, whether the lab trains on it, and how its images are moved about. Hands the
// two parts of the set to the worker when they are asked for. Knows no file and no markup.
import type { ImageSet } from '../../../../lib/data/images.ts';
import { Part, settled } from '../../../../lib/data/parts.ts';
import type { Augmentation, KeptImages, TrainOptions } from '../../../../lib/protocol/messages.ts';
import type { LabSession } from '../run-options.ts';
import { partInSlices, partOf, type OwnSet } from './own-set.ts';
import { pause } from '../slices.ts';
import type { FilesReport } from './read-files.ts';

/** What a run is fed with, besides its settings. */
type Feed = Omit<TrainOptions, 'settings'>;

/** Both parts of a set in the worker; no held-out one where the images are too few. */
interface KeptParts {
  readonly training: KeptImages;
  readonly heldOut: KeptImages | null;
}

export class OwnImages {
  /** Null while there are none. */
  set = $state.raw<OwnSet | null>(null);
  /** Whether the reader wants the lab to train on them. */
  used = $state(false);
  /** Small moves that leave a digit what it is. */
  augment = $state.raw<Augmentation>({ shift: 2, rotate: 10, scale: 0.1 });

  /** Files are read on while another panel is in sight, so that what came of them is kept here. */
  files = $state.raw<FilesReport>({ reading: null, refused: [], remarks: [], added: null });
  /** Ends the reading of files. */
  stopReading: AbortController | null = null;
  /** What a removal of all took away, until it is brought back. */
  removed = $state.raw<OwnSet | null>(null);

  readonly #connect: () => LabSession;
  /** Names in the worker: a set sent again replaces the one before. */
  readonly #training: KeptImages;
  readonly #heldOut: KeptImages;
  /** What the worker has. */
  #sent: OwnSet | null = null;

  /** @param name what its parts are called in the worker: one for each set of a page */
  constructor(connect: () => LabSession, name = 'own') {
    this.#connect = connect;
    this.#training = { name: `${name}-training`, kept: true };
    this.#heldOut = { name: `${name}-held-out`, kept: true };
  }

  change(set: OwnSet | null): void {
    this.set = set;
    if (!set) this.used = false;
  }

  removeAll(): void {
    this.removed = this.set;
    this.change(null);
  }

  /** What was removed last, where nothing took its place. */
  bringBack(): void {
    if (!this.set) this.change(this.removed);
    this.removed = null;
  }

  /**
   * What to train on: these images in place of those of `feed` where they are used. One in five is held out where
   * there are enough; else the held-out images stay the data set's.
   */
  feed(feed: Feed): Feed {
    const kept = this.used ? this.parts() : null;
    if (!kept) return feed;
    const { training, heldOut } = kept;
    return { ...feed, training, heldOut: heldOut ?? feed.heldOut, augment: this.augment };
  }

  /** Both parts of the set, sent to the worker where it has not got them; null where there is no image. */
  parts(): KeptParts | null {
    const set = this.settle();
    if (!set) return null;
    const { parts } = set;
    const heldOut = parts.includes(Part.heldOut);
    if (this.#sent !== set) {
      this.#sent = set;
      this.#keep(this.#training, partOf(set, Part.training));
      if (heldOut) this.#keep(this.#heldOut, partOf(set, Part.heldOut));
    }
    return { training: this.#training, heldOut: heldOut ? this.#heldOut : null };
  }

  /**
   * Sends both parts of a large set ahead, in slices short enough for the main thread. A set that changes meanwhile is left
   * to the next call, or to `parts`.
   */
  async prepare(): Promise<void> {
    const set = this.settle();
    if (!set || this.#sent === set) return;
    const heldOut = await partInSlices(set, Part.heldOut);
    const training = await partInSlices(set, Part.training);
    if (this.set !== set || this.#sent === set) return;
    if (heldOut.count > 0) this.#keep(this.#heldOut, heldOut);
    await pause();
    if (this.set !== set) return;
    this.#sent = set;
    this.#keep(this.#training, training);
  }

  /** The set with every image's part decided. */
  settle(): OwnSet | null {
    const { set } = this;
    if (set?.parts.includes(Part.open)) this.set = { ...set, parts: settled(set.parts) };
    return this.set;
  }

  /** The session keeps them too, and sends them to every later worker: one that fails here loses nothing. */
  #keep({ name }: KeptImages, images: ImageSet): void {
    const request = this.#connect().request('keep', { set: { ...images, name } });
    request.catch(() => undefined);
  }
}

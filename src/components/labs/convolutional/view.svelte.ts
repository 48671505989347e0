// What the lab's pictures show of the network in the slot: every layer's maps for x, ten reconstructions, and the panels'
// kernels, movements and painted patterns. Asks the worker and holds plain numbers; knows no training, no dial, no canvas.
import { mseOf } from '../../../lib/metrics/arrays/reconstruction.ts';
import { codeLayer, mapSizes, skipName, type CaeConfig } from '../../../lib/models/cae.config.ts';
import type { Slot } from '../../../lib/protocol/messages.ts';
import type { LayerReport } from '../../../lib/protocol/queries.ts';
import { greyOf } from '../shared/autoencoder/view.svelte.ts';
import { PIXELS, SIDE, type Gallery, type Subject } from '../shared/gallery.ts';
import type { SideView } from '../shared/instrument/side.svelte.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import type { Axes } from '../shared/plane-codes.ts';
import { levelled } from './checkerboard.ts';
import { compareMoved, movedImage, type Movement } from './equivariance.ts';
import { fieldsOf, type Unit } from './fields.ts';
import { kernelsIn, type Kernels } from './kernels.ts';
import type { Panel } from './tabs.ts';

/** What of x is exchanged for that of another image. */
export type Swapped = 'none' | 'code' | 'skip';

/** One image of each class is reconstructed besides x. */
export const DIGITS = 10;
/** Movements that the panel compares, in pixels. */
export const MOVES = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

export class LayersView implements SideView {
  gallery = $state.raw<Gallery | null>(null);
  /** The convolutional network in the slot; null for a fully connected one, which shows its code and x̂ only. */
  config = $state.raw<CaeConfig | null>(null);
  /** Whether there are weights to ask; until then nothing is. */
  weighted = false;
  x = $state.raw<Subject | null>(null);
  /** Pixels that x is moved to the right before the network sees it. */
  shift = $state(0);
  swapped = $state<Swapped>('none');
  /** The image whose code or maps take the place of x's. */
  other = $derived.by(() => otherThan(this.gallery, this.x));
  /** What each layer made of x, the image first. */
  layers = $state.raw<readonly LayerReport[]>([]);
  /** Images of the ten classes and their reconstructions, [DIGITS, PIXELS]. */
  digits = $state.raw<Float32Array | null>(null);
  rebuilt = $state.raw<Float32Array | null>(null);
  /** What was swapped when they were made. */
  rebuiltWith = $state<Swapped>('none');
  /** The unit whose receptive field is marked; null for none. */
  unit = $state.raw<Unit | null>(null);
  panel = $state<Panel>('none');
  kernels = $state.raw<readonly Kernels[]>([]);
  movements = $state.raw<readonly Movement[]>([]);
  /** What the decoder makes of a code that is the same everywhere, [PIXELS]. */
  board = $state.raw<Float32Array | null>(null);

  /** x as the network sees it. */
  seen = $derived(this.x ? movedImage(greyOf(this.x), SIDE, this.shift) : null);
  /** x̂ of x. */
  output = $derived(this.layers.at(-1)?.values ?? null);
  /** Squared errors per pixel: of x, and of the ten. */
  error = $derived(this.seen && this.output ? mseOf(this.seen, this.output) : null);
  tenDigits = $derived(this.digits && this.rebuilt ? mseOf(this.digits, this.rebuilt) : null);
  fields = $derived(this.config && this.unit ? fieldsOf(this.config, this.unit) : []);

  // What an instrument asks of planes: these pictures have none.
  readonly axes: Axes = [0, 1];
  readonly axesChosen = false;
  readonly put = null;

  readonly #connect: () => LabSession;
  readonly #slot: Slot;
  readonly #failed: (error: unknown) => void;
  #digitsOf: Gallery | null = null;
  #refreshing: Promise<void> | null = null;
  #again = false;

  constructor(connect: () => LabSession, slot: Slot, failed: (error: unknown) => void) {
    this.#connect = connect;
    this.#slot = slot;
    this.#failed = failed;
  }

  /** Another network: nothing of the one before is its. */
  setConfig(config: CaeConfig | null): void {
    if (JSON.stringify(config) === JSON.stringify(this.config)) return;
    this.config = config;
    this.layers = [];
    this.rebuilt = null;
    this.unit = null;
    this.kernels = [];
    this.movements = [];
    this.board = null;
    if (this.swapped === 'skip' && config?.skip !== true) this.swapped = 'none';
  }

  /** Other weights or another image: everything again. A call during a refresh makes one more, and waits for it. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refreshWhileAsked().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  choose(x: Subject): void {
    this.x = x;
    void this.refresh();
  }

  move(shift: number): void {
    this.shift = shift;
    void this.refresh();
  }

  swap(swapped: Swapped): void {
    this.swapped = swapped;
    void this.refresh();
  }

  show(panel: Panel): void {
    this.panel = panel;
    void this.refresh();
  }

  /** Nothing of these pictures stands in an address but x. */
  visit(): void {
    // An instrument asks every view.
  }

  async #refreshWhileAsked(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#look();
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  async #look(): Promise<void> {
    const { gallery, seen, config } = this;
    if (!gallery || !seen || !this.weighted) return;
    if (this.#digitsOf !== gallery) {
      this.#digitsOf = gallery;
      this.digits = oneOfEach(gallery);
    }
    if (config) await this.#lookInside(config, seen);
    else await this.#lookThrough(seen);
  }

  /** A fully connected network: the image, its code, the reconstruction. */
  async #lookThrough(seen: Float32Array): Promise<void> {
    const digits = this.digits ?? new Float32Array(0);
    const images = new Float32Array(PIXELS + digits.length);
    images.set(seen);
    images.set(digits, PIXELS);
    const slot = this.#slot;
    const { mean, dimensions } = await this.#connect().request('encode', { slot, images });
    const { means } = await this.#connect().request('decode', { slot, codes: mean });
    if (this.config) return; // another network came in between
    this.layers = [
      one('x', 1, SIDE, seen),
      one('code', dimensions, 1, mean.slice(0, dimensions)),
      one('x̂', 1, SIDE, means.slice(0, PIXELS)),
    ];
    this.rebuilt = means.slice(PIXELS);
  }

  async #lookInside(config: CaeConfig, seen: Float32Array): Promise<void> {
    const { digits, panel, swapped } = this;
    const replaced = await this.#taken(config, swapped);
    const names = mapSizes(config).map(({ name }) => name);
    const only = [names.at(-1)!];
    const own = await this.#ask({ images: seen, replaced, only: names });
    const ten = digits ? await this.#ask({ images: digits, replaced, only }) : [];
    if (this.config !== config) return;
    this.layers = own;
    this.rebuilt = ten[0]?.values ?? null;
    this.rebuiltWith = swapped;
    switch (panel) {
      case 'kernels':
        await this.#readKernels();
        break;
      case 'shift':
        await this.#compare(config);
        break;
      case 'board':
        await this.#paint(config, own);
        break;
      case 'none':
        break;
    }
  }

  /** What of the other image takes the place of x's. */
  async #taken(config: CaeConfig, swapped: Swapped): Promise<Record<string, Float32Array>> {
    const only = swappedIn(config, swapped);
    if (only.length === 0 || !this.other) return {};
    const layers = await this.#ask({ images: greyOf(this.other), only });
    return Object.fromEntries(layers.map(({ name, values }) => [name, values]));
  }

  async #readKernels(): Promise<void> {
    const { bytes } = await this.#connect().request('weights', { slot: this.#slot });
    this.kernels = kernelsIn(bytes);
  }

  /** The last maps of x and of x moved pixel by pixel. */
  async #compare(config: CaeConfig): Promise<void> {
    const { x } = this;
    if (!x) return;
    const pixels = greyOf(x);
    const layer = `encoder.${config.channels.length - 1}`;
    const found: LayerReport[] = [];
    for (const by of MOVES) {
      const images = movedImage(pixels, SIDE, by);
      const [maps] = await this.#ask({ images, only: [layer] });
      if (!maps || this.config !== config || this.x !== x) return;
      found.push(maps);
    }
    this.movements = MOVES.map((by, i) => compareMoved(config, found[0]!, found[i]!, by));
  }

  /** What the decoder makes of x's code levelled out: the same at every place. */
  async #paint(config: CaeConfig, layers: readonly LayerReport[]): Promise<void> {
    const code = layers.find(({ name }) => name === codeLayer(config));
    if (!code) return;
    const codes = code.height > 1 ? levelled(code.values, code.channels) : code.values.slice();
    const { means } = await this.#connect().request('decode', { slot: this.#slot, codes });
    if (this.config === config) this.board = means;
  }

  async #ask(question: {
    images: Float32Array;
    replaced?: Readonly<Record<string, Float32Array>>;
    only: readonly string[];
  }): Promise<readonly LayerReport[]> {
    // A copy: what is sent of a view is all that lies under it.
    const images = question.images.slice();
    const request = { slot: this.#slot, ...question, images };
    return (await this.#connect().request('activations', request)).layers;
  }
}

/** The names of what is swapped. */
function swappedIn(config: CaeConfig, swapped: Swapped): readonly string[] {
  switch (swapped) {
    case 'none':
      return [];
    case 'code':
      return [codeLayer(config)];
    case 'skip':
      return config.channels.map((_, i) => skipName(i));
  }
}

function one(name: string, channels: number, side: number, values: Float32Array): LayerReport {
  return { name, count: 1, channels, height: side, width: side, values };
}

/** The first 3 of the gallery, or the first 8 where x is a 3. */
function otherThan(gallery: Gallery | null, x: Subject | null): Subject | null {
  if (!gallery) return null;
  const label = x?.label === 3 ? 8 : 3;
  return gallery.at(Math.max(0, gallery.labels.indexOf(label)));
}

/** The first image of each class, [DIGITS, PIXELS]. */
function oneOfEach(gallery: Gallery): Float32Array {
  const images = new Float32Array(DIGITS * PIXELS);
  for (let label = 0; label < DIGITS; label++) {
    const index = gallery.labels.indexOf(label);
    images.set(greyOf(gallery.at(Math.max(0, index))), label * PIXELS);
  }
  return images;
}

// One network of the lab under its dials. Knows no markup, no gallery and not the other side.
import { aePresets, aeShapes, parseAe } from '../../../lib/models/ae.config.ts';
import { parameterCount } from '../../../lib/models/dense.config.ts';
import type { Slot } from '../../../lib/protocol/messages.ts';
import { PlainSide } from '../shared/autoencoder/side.svelte.ts';
import type { Gallery } from '../shared/gallery.ts';
import type { Host } from '../shared/instrument/side.svelte.ts';
import { lossOf, sizesOf, specOf, type Network, type Preset } from './network.ts';
import { DenseView } from './view.svelte.ts';

const DEAD = {
  title: 'The network has died: every image gets the same code.',
  text: 'A step was so large that no hidden unit answers to any image. Lower the learning rate and press Reset.',
} as const;

const FIRST = aePresets['784-128-64-32'];

export class DenseSide extends PlainSide<Preset> {
  readonly view: DenseView;
  network = $state.raw<Network>({ kind: 'preset', config: FIRST });
  /** Hidden widths that the reader wants; a large code makes them wider. */
  wanted = $state.raw<readonly number[]>(FIRST.hidden);

  spec = $derived(specOf(this.network));
  config = $derived(parseAe(this.spec.config));
  latentDim = $derived(this.config.latentDim);
  loss = $derived(lossOf(this.config));
  linear = $derived(this.config.activation === 'linear');
  sizes = $derived(sizesOf(this.config));
  parameters = $derived(parameterCount(aeShapes(this.config)));
  alarm = $derived.by(() => (this.run.step > 300 && !this.view.alive ? DEAD : null));
  /** Squared error per pixel: of held-out images while training on it, else of the published model. */
  mse = $derived.by(() => {
    if (this.run.model !== '') return this.published?.metrics['mse'];
    return this.run.heldOut?.terms['mse'];
  });

  constructor(host: Host, slot: Slot) {
    super(host, slot);
    this.view = new DenseView(
      this.asking,
      slot,
      (error) => {
        this.run.fail(error);
      },
      () => this.config.inputDim,
    );
  }

  override turn(gallery: Gallery): void {
    if (gallery.size !== this.view.size) this.view.forget();
    super.turn(gallery);
    this.view.target = null;
    this.view.targetCode = null;
  }
}

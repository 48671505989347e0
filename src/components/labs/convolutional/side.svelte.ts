// One network of the convolutional lab under its dials: what it is, what of it is counted, and its pictures. Knows no
// markup, no gallery and not the other side.
import { parameterCount } from '../../../lib/models/dense.config.ts';
import type { Slot } from '../../../lib/protocol/messages.ts';
import { PlainSide } from '../shared/autoencoder/side.svelte.ts';
import type { Host } from '../shared/instrument/side.svelte.ts';
import {
  codeOf,
  convolutionOf,
  nameOf,
  preset,
  shapesOf,
  specOf,
  type Network,
  type Preset,
} from './network.ts';
import { LayersView } from './view.svelte.ts';

export class CaeSide extends PlainSide<Preset> {
  readonly view: LayersView;
  network = $state.raw<Network>(preset('d32'));

  spec = $derived(specOf(this.network));
  /** The convolutional network's sizes; null for a fully connected one. */
  config = $derived(convolutionOf(this.spec));
  name = $derived(nameOf(this.spec));
  /** Numbers in the code. */
  code = $derived(codeOf(this.spec));
  parameters = $derived(parameterCount(shapesOf(this.spec)));
  override readonly squared = true;
  readonly alarm = null;

  constructor(host: Host, slot: Slot) {
    super(host, slot);
    this.view = new LayersView(this.asking, slot, (error) => {
      this.run.fail(error);
    });
  }

  protected override replaced(): void {
    this.view.setConfig(this.config);
  }

  protected override rewound(): void {
    this.view.setConfig(this.config);
  }
}

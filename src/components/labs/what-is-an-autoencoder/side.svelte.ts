// One network of the lab under its dial: a plain autoencoder whose code is shown as units. Knows no markup, no gallery and
// not the other side.
import type { Slot } from '../../../lib/protocol/messages.ts';
import { PlainSide } from '../shared/autoencoder/side.svelte.ts';
import type { Host } from '../shared/instrument/side.svelte.ts';
import { preset, sizesOf, specOf, widthsOf, type Network, type Preset } from './network.ts';
import { UnitView } from './view.svelte.ts';

export class UnitSide extends PlainSide<Preset> {
  readonly view: UnitView;
  network = $state.raw<Network>(preset(8));
  spec = $derived(specOf(this.network));
  widths = $derived(widthsOf(this.spec));
  sizes = $derived(sizesOf(this.spec));
  latentDim = $derived(this.widths.at(-1) ?? 0);
  readonly alarm = null;

  constructor(host: Host, slot: Slot) {
    super(host, slot);
    this.view = new UnitView(this.asking, slot, (error) => {
      this.run.fail(error);
    });
  }
}

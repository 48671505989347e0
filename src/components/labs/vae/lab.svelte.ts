// The VAE lab's state as a whole: an instrument whose networks are VAEs and autoencoders of a few sizes.
// Knows no markup.
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { Instrument } from '../shared/instrument/instrument.svelte.ts';
import { arrange, type Arrangement } from './arrangements.ts';
import { titleOf } from './names.ts';
import { networkFor, type Network, type Preset } from './network.ts';
import type { VaeLabProps } from './props.ts';
import { readingsOf } from './readings.ts';
import { VaeSide, type VaeHost } from './side.svelte.ts';
import { panelOf, type Tab } from './tabs.ts';

export class VaeLab extends Instrument<Preset, VaeSide, Tab, Arrangement> {
  readonly a: VaeSide;
  arrangement = $state<Arrangement>('ae-vae');
  tab = $state<Tab>('curves');
  title = $derived.by(() => titleOf(this.dataSet, this.a.variational, this.a.latentDim));
  readings = $derived.by(() =>
    readingsOf({
      report: this.a.run.report,
      heldOut: this.a.run.heldOut,
      published: this.a.run.model === '' ? null : this.a.published,
      activeUnits: this.a.variational && this.a.view.codes ? this.a.view.active : undefined,
      beta: this.a.variational ? this.a.beta : undefined,
      latentDim: this.a.latentDim,
    }),
  );

  constructor(connect: () => LabSession, props: VaeLabProps) {
    super(connect, props);
    this.a = this.first();
    this.present(this.a);
  }

  protected override sideIn(slot: string): VaeSide {
    return new VaeSide(this.host(), slot);
  }

  protected override host(): VaeHost {
    // One trail: that of the first network, on images that everybody has.
    const plots = (slot: string): boolean => this.isFirst(slot) && !this.data.own.used;
    return Object.assign(super.host(), { plots });
  }

  chooseLatent(side: VaeSide, latentDim: number): void {
    this.choose(side, this.networkFor(side, { latentDim }));
  }

  /** What choosing this size of the code does. */
  latentTitle(side: VaeSide, latentDim: number): string {
    if (latentDim === side.latentDim) return `The code has ${latentDim} dimensions`;
    const network = this.networkFor(side, { latentDim });
    return network.kind === 'published'
      ? `Shows the pretrained ${network.model.id}`
      : `Starts a new network with ${latentDim} dimensions, untrained`;
  }

  /** The network that differs from this side's in what is named. */
  networkFor(side: VaeSide, other: Partial<Pick<VaeSide, 'latentDim' | 'family'>>): Network {
    const { latentDim, family } = side;
    return networkFor(this.models, { dataSet: this.dataSet, latentDim, family, ...other });
  }

  protected override networkOn(side: VaeSide): Network {
    return this.networkFor(side, {});
  }

  protected override pair(arrangement: Arrangement, a: VaeSide, b: VaeSide): void {
    arrange(arrangement, a, b, (other) => this.networkFor(a, other));
  }

  override show(tab: Tab): void {
    this.tab = tab;
    this.side.view.show(panelOf(tab));
  }

  protected override alone(): void {
    if (this.tab === 'kl') this.show('curves');
  }
}

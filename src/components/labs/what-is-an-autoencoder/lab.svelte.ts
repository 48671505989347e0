// The lab's state as a whole: an instrument whose networks are autoencoders of a few code sizes. Knows no markup.
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { Instrument } from '../shared/instrument/instrument.svelte.ts';
import { arrange, type Arrangement } from './arrangements.ts';
import {
  isCodeSize,
  networkFor,
  preset,
  type CodeSize,
  type Network,
  type Preset,
} from './network.ts';
import type { AutoencoderProps } from './props.ts';
import { readingsOf } from './readings.ts';
import { UnitSide } from './side.svelte.ts';
import type { Tab } from './tabs.ts';

export class AutoencoderLab extends Instrument<Preset, UnitSide, Tab, Arrangement> {
  readonly a: UnitSide;
  arrangement = $state<Arrangement>('size');
  tab = $state<Tab>('ten');
  title = $derived.by(() => {
    const image = this.dataSet === 'mnist' ? 'A digit' : 'A garment';
    return `${image} becomes a few numbers, and the numbers a picture again`;
  });
  readings = $derived.by(() => {
    const { run, view, published, latentDim, continued } = this.a;
    return readingsOf({
      report: run.report,
      heldOut: run.heldOut,
      heldOutStep: run.heldOutStep,
      published: run.model === '' ? null : published,
      latentDim,
      continued,
      measured: view.measured,
    });
  });

  constructor(connect: () => LabSession, props: AutoencoderProps) {
    super(connect, props);
    this.a = this.first();
    this.present(this.a);
  }

  /** Pretrained weights of a code size where there are some, else fresh ones. */
  chooseSize(side: UnitSide, size: CodeSize): void {
    if (size === side.latentDim && side.network.kind !== 'own') return;
    this.choose(
      side,
      networkFor(this.models, this.dataSet, size),
      'Another size of the code needs other weights.',
    );
  }

  /** What choosing this size does. */
  sizeTitle(size: CodeSize): string {
    const network = networkFor(this.models, this.dataSet, size);
    return network.kind === 'published'
      ? `Shows the pretrained ${network.model.id}`
      : `Starts a new network with ${size} units, untrained`;
  }

  protected override sideIn(slot: string): UnitSide {
    return new UnitSide(this.host(), slot);
  }

  protected override networkOn({ latentDim, network }: UnitSide): Network {
    return isCodeSize(latentDim) ? networkFor(this.models, this.dataSet, latentDim) : network;
  }

  protected override pair(arrangement: Arrangement, a: UnitSide, b: UnitSide): void {
    arrange(arrangement, a, b, (size) =>
      a.run.model === '' ? preset(size) : networkFor(this.models, this.dataSet, size),
    );
    b.view.show(this.tab === 'ten');
  }

  override show(tab: Tab): void {
    this.tab = tab;
    for (const { view } of this.sides) view.show(tab === 'ten');
  }
}

// The convolutional lab's state as a whole: an instrument whose networks show every layer, with a fully connected one to
// compare. Knows no markup.
import type { LabSession } from '../shared/lab-run.svelte.ts';
import { Instrument } from '../shared/instrument/instrument.svelte.ts';
import { arrange, firstIn, type Arrangement } from './arrangements.ts';
import { networkFor, preset, presetOf, type Network, type Preset } from './network.ts';
import type { ConvolutionalProps } from './props.ts';
import { readingsOf } from './readings.ts';
import { CaeSide } from './side.svelte.ts';
import { panelOf, type Tab } from './tabs.ts';

export class ConvolutionalLab extends Instrument<Preset, CaeSide, Tab, Arrangement> {
  readonly a: CaeSide;
  arrangement = $state<Arrangement>('dense');
  tab = $state<Tab>('size');
  readonly title = 'Follow an image through every layer';
  readings = $derived.by(() => {
    const { run, view, published, code, parameters, config } = this.a;
    return readingsOf({
      report: run.report,
      heldOut: run.heldOut,
      published: run.model === '' ? null : published,
      code,
      parameters,
      skip: config?.skip ?? false,
      swapped: view.rebuiltWith,
      shift: view.shift,
      tenDigits: view.tenDigits,
      movements: view.panel === 'shift' ? view.movements : [],
    });
  });

  constructor(connect: () => LabSession, props: ConvolutionalProps) {
    super(connect, props);
    this.a = this.first();
    this.present(this.a);
    this.a.view.setConfig(this.a.config);
  }

  /** The skip on or off: another network. */
  skip(side: CaeSide, on: boolean): void {
    if (!side.config || on === side.config.skip) return;
    this.choose(
      side,
      networkFor(this.models, preset(presetOf(side.spec) ?? 'd32', on)),
      'A skip is part of the network: with it the decoder reads other maps, and needs other weights.',
    );
  }

  /** Another pair; where the first network must change for it, its run is not thrown away without being asked. */
  override arrange(arrangement: Arrangement): void {
    const network = firstIn(arrangement, this.a, this.models);
    if (!network) {
      super.arrange(arrangement);
      return;
    }
    this.askFirst(
      'Strides and pooling are compared with 16 and 32 maps: A becomes that network, too.',
      this.sides,
      () => void this.place(this.a, network).then(() => this.compare(arrangement)),
    );
  }

  /** What is compared next may need no other network for the first side. */
  protected override alone(): void {
    if (this.arrangement === 'pool') this.arrangement = 'dense';
  }

  /** Moves x, for every side. */
  move(shift: number): void {
    for (const { view } of this.sides) view.move(shift);
  }

  protected override sideIn(slot: string): CaeSide {
    return new CaeSide(this.host(), slot);
  }

  protected override networkOn(side: CaeSide): Network {
    const { network, config } = side;
    if (network.kind !== 'published') return network;
    // Published weights are of digits: on other data the same sizes start from nothing.
    if (network.model.dataSet === this.dataSet) return network;
    if (!config) return { kind: 'preset', preset: 'dense', code: side.code };
    return preset(presetOf(side.spec) ?? 'd32', config.skip);
  }

  protected override pair(arrangement: Arrangement, a: CaeSide, b: CaeSide): void {
    arrange(arrangement, a, b, this.models);
    b.view.setConfig(b.config);
    b.view.shift = a.view.shift;
    b.view.panel = panelOf(this.tab);
  }

  override show(tab: Tab): void {
    this.tab = tab;
    this.side.view.show(panelOf(tab));
  }
}

// The hierarchical lab's state as a whole: an instrument whose networks are ladders, with a plain VAE to compare.
// Knows no markup.
import type { DataRef } from '../../../lib/protocol/messages.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import type { Guide } from '../shared/instrument/elbo-side.svelte.ts';
import { Instrument } from '../shared/instrument/instrument.svelte.ts';
import { arrange, type Arrangement } from './arrangements.ts';
import { cured, uncured } from './dials.ts';
import { networkOn, preset, spansOf, specOf, type Network, type Preset } from './network.ts';
import type { HierarchicalProps } from './props.ts';
import { readingsOf } from './readings.ts';
import { LevelSide, type LevelHost } from './side.svelte.ts';
import { panelOf, type Tab } from './tabs.ts';

export class HierarchicalLab extends Instrument<Preset, LevelSide, Tab, Arrangement> {
  readonly a: LevelSide;
  arrangement = $state<Arrangement>('plain');
  tab = $state<Tab>('levels');
  readonly title = 'Hold the top of a hierarchy, and draw what it leaves open';
  readings = $derived.by(() => {
    const { run, view, published, spans, normalised, beta, warmupSteps, freeBits, deadest } =
      this.a;
    return readingsOf({
      report: run.report,
      heldOut: run.heldOut,
      published: run.model === '' ? null : published,
      kl: view.kl,
      levels: spans.length,
      normalised,
      beta,
      warmupSteps,
      freeBits,
      deadest,
    });
  });

  readonly #data: HierarchicalProps['data'];

  constructor(connect: () => LabSession, props: HierarchicalProps) {
    super(connect, props);
    this.#data = props.data;
    this.a = this.first();
    this.present(this.a);
    this.a.view.setLevels(this.a.spans);
    this.a.view.panel = panelOf(this.tab);
  }

  /** Batch normalisation on or off: another network, whose weights are the seed's. */
  normalise(side: LevelSide, on: boolean): void {
    if (on === side.normalised) return;
    this.choose(
      side,
      preset(on ? 'ladder' : 'ladder-without-norm'),
      `Batch normalisation is part of the network: the small ladder ${on ? 'with' : 'without'} it starts from the seed’s weights.`,
    );
  }

  /** Trains the small ladder from the seed with all three switches off, or all on. Only a run of one's own is asked for. */
  guide(to: Exclude<Guide, 'none'>): void {
    const { a } = this;
    const losing = a.guide === 'none' ? [a] : []; // the other guided run can be made again as it was
    this.askFirst('The experiment trains the small ladder from the seed.', losing, () => {
      void this.#guide(to);
    });
  }

  async #guide(to: Exclude<Guide, 'none'>): Promise<void> {
    const { a } = this;
    a.set(to === 'cure' ? cured : uncured);
    if (this.tab !== 'rates') this.show('rates');
    const placed = this.place(a, preset(to === 'cure' ? 'ladder' : 'ladder-without-norm'));
    a.guide = to;
    await placed;
    await a.train();
  }

  protected override place(side: LevelSide, network: Network): Promise<void> {
    side.guide = 'none';
    // Temperatures go by place from the top: with other levels they would be those of others.
    if (spansOf(specOf(network)).length !== side.spans.length) {
      for (const { view } of this.sides) view.drawWith({ temperatures: [] });
    }
    return super.place(side, network);
  }

  protected override sideIn(slot: string): LevelSide {
    return new LevelSide(this.host(), slot);
  }

  protected override host(): LevelHost {
    const heldOut = (updates: number): DataRef | undefined => {
      const files = this.#data[this.dataSet];
      return updates > 0 ? files?.validation : files?.gallery;
    };
    return Object.assign(super.host(), { heldOut });
  }

  protected override networkOn(side: LevelSide): Network {
    return networkOn(this.models, side.network, this.dataSet);
  }

  protected override pair(arrangement: Arrangement, a: LevelSide, b: LevelSide): void {
    // Weights beside weights, and nothing beside nothing.
    const model = this.models.find(
      ({ spec, dataSet }) => spec.family === 'vae' && dataSet === this.dataSet,
    );
    const shown = a.run.model !== '' && model;
    arrange(arrangement, a, b, shown ? { kind: 'published', model } : preset('plain'));
    b.view.setLevels(b.spans);
    b.view.panel = panelOf(this.tab);
    b.view.seed = a.view.seed; // the same noise, as far as the sizes agree
    b.view.temperatures = a.view.temperatures;
    b.view.prior = a.view.prior;
    b.view.passes = a.view.passes;
    b.view.pixels = a.view.pixels;
    if (!this.b && this.tab === 'levels') this.show('samples');
  }

  protected override alone(): void {
    if (this.tab === 'samples') this.show('levels');
  }

  override show(tab: Tab): void {
    this.tab = tab;
    for (const { view } of this.sides) view.show(panelOf(tab));
  }
}

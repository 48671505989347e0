// The lab's state as a whole: an instrument whose networks are dense autoencoders of any sizes, and PCA beside them.
// Knows no markup.
import { parseAe, type AeConfig } from '../../../lib/models/ae.config.ts';
import type { ActivationName } from '../../../lib/models/dense.config.ts';
import type { LabSession } from '../shared/lab-run.svelte.ts';
import type { DataSet } from '../shared/data-sets.ts';
import { Instrument } from '../shared/instrument/instrument.svelte.ts';
import { dataSetOf } from '../shared/instrument/network.ts';
import { arrange, type Arrangement } from './arrangements.ts';
import {
  likelihoodFor,
  inputDimOf,
  networkFor,
  resized,
  specOf,
  widthsFor,
  type Loss,
  type Network,
  type Preset,
} from './network.ts';
import { PcaBeside } from './pca.svelte.ts';
import type { DenseLabProps } from './props.ts';
import { readingsOf } from './readings.ts';
import { DenseSide } from './side.svelte.ts';
import { panelOf, type Tab } from './tabs.ts';

/** What a network may be asked to be instead. */
export interface Change {
  readonly latentDim?: number;
  /** Hidden widths, before a large code makes them wider. */
  readonly wanted?: readonly number[];
  readonly activation?: ActivationName;
  readonly loss?: Loss;
}

export class DenseLab extends Instrument<Preset, DenseSide, Tab, Arrangement> {
  readonly a: DenseSide;
  readonly pca: PcaBeside;
  arrangement = $state<Arrangement>('code');
  tab = $state<Tab>('pictures');
  readonly title = 'Squeeze an image through a few numbers, and see what comes back';
  readings = $derived.by(() => readingsOf(this.a, this.pcaErrorBeside(this.a)));

  constructor(connect: () => LabSession, props: DenseLabProps) {
    super(connect, props, true);
    this.pca = new PcaBeside(connect, props.pca);
    this.a = this.first();
    this.present(this.a);
    this.a.view.panel = panelOf(this.tab);
  }

  /**
   * Squared error per pixel of PCA with as many components, on the images that the side's own error is of: all test
   * images for a published model, held-out ones for a run. Undefined where it was not measured.
   */
  pcaErrorBeside({ run, latentDim }: DenseSide): number | undefined {
    const file = this.pca.files[this.dataSet];
    if (run.model !== '') return file?.errors[latentDim];
    return this.data.own.used ? undefined : file?.heldOut.errors[latentDim];
  }

  /** The network that differs from a side's in what is named. */
  changed(side: DenseSide, change: Change): AeConfig {
    const { config } = side;
    const latentDim = change.latentDim ?? config.latentDim;
    const activation = change.activation ?? config.activation;
    return {
      inputDim: config.inputDim,
      hidden: widthsFor(change.wanted ?? side.wanted, latentDim),
      latentDim,
      activation,
      likelihood: likelihoodFor(change.loss ?? side.loss, activation),
    };
  }

  /** Another network of these sizes; asks before a live run is thrown away. */
  change(side: DenseSide, change: Change): void {
    const network = networkFor(this.models, this.changed(side, change), this.dataSet);
    const { wanted } = change;
    this.choose(side, network);
    // What is wanted is the reader's wish, whether or not the run may go.
    if (wanted) side.wanted = wanted;
  }

  /** A whole preset, or published weights. */
  chooseNetwork(side: DenseSide, network: Network, wanted: readonly number[]): void {
    side.wanted = wanted;
    this.choose(side, network);
  }

  /** Images of one update: a run under way stops for it, and goes on. */
  setBatchSize(side: DenseSide, batchSize: number): Promise<void> {
    return this.between(() => {
      side.set({ batchSize });
    });
  }

  protected override sideIn(slot: string): DenseSide {
    return new DenseSide(this.host(), slot);
  }

  protected override networkOn(side: DenseSide): Network {
    return networkFor(this.models, resized(side.config, this.dataSet), this.dataSet);
  }

  protected override fits({ config }: DenseSide): boolean {
    return config.inputDim === inputDimOf(this.dataSet);
  }

  protected override dataFor(network: Network): DataSet {
    if (parseAe(specOf(network).config).inputDim === inputDimOf('colour')) return 'colour';
    const set = dataSetOf(network) ?? this.dataSet;
    return set === 'colour' ? this.data.packed : set;
  }

  protected override pair(arrangement: Arrangement, a: DenseSide, b: DenseSide): void {
    arrange(arrangement, a, b, (config) => networkFor(this.models, config, this.dataSet));
    b.view.panel = panelOf(this.tab);
  }

  override show(tab: Tab): void {
    this.tab = tab;
    for (const { view } of this.sides) view.show(panelOf(tab));
  }

  override close(): void {
    super.close();
    void this.pca.close();
  }
}

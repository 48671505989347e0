// One network of the convolutional lab under its dials: learning rate, skip, what is silent; the squared error over the
// updates. Knows no markup, no gallery and not the other side.
import { caeDefaults } from '../../../lib/models/cae.config.ts';
import { parameterCount } from '../../../lib/models/dense.config.ts';
import type { Slot, StepReport } from '../../../lib/protocol/messages.ts';
import type { Settings } from '../../../lib/protocol/model.ts';
import { Side, type Host } from '../shared/instrument/side.svelte.ts';
import { Trace } from '../shared/trace.ts';
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

export class CaeSide extends Side<Preset> {
  readonly view: LayersView;
  /** Squared error per pixel over updates: of the training batches, and held-out. */
  readonly traces = { mse: new Trace(), heldMse: new Trace() };
  network = $state.raw<Network>(preset('d32'));
  learningRate = $state(caeDefaults.learningRate);

  spec = $derived(specOf(this.network));
  config = $derived(convolutionOf(this.spec));
  name = $derived(nameOf(this.spec));
  /** Numbers in the code. */
  code = $derived(codeOf(this.spec));
  parameters = $derived(parameterCount(shapesOf(this.spec)));
  settings = $derived<Settings>({ learningRate: this.learningRate });
  readonly alarm = null;

  constructor(host: Host, slot: Slot) {
    super(host, slot);
    this.view = new LayersView(host.connect, slot, (error) => {
      this.run.fail(error);
    });
  }

  /** Changes a dial; a run in progress takes it over from its next update on. */
  set({ learningRate }: { readonly learningRate: number }): void {
    this.learningRate = learningRate;
    void this.run.set(this.settings);
  }

  protected override adopt(settings: Settings): void {
    this.set({ learningRate: settings['learningRate'] ?? this.learningRate });
  }

  protected override chart({ step, terms, heldOut }: StepReport): void {
    this.traces.mse.add(step, terms['mse']);
    this.traces.heldMse.add(step, heldOut?.terms['mse']);
  }

  protected override replaced(): void {
    this.view.setConfig(this.config);
  }

  protected override rewound(): void {
    this.view.setConfig(this.config);
  }
}

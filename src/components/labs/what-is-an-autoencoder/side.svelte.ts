// One network of the lab under its dial: the learning rate, the error over the updates. Knows no markup, no gallery and
// not the other side.
import { aeDefaults } from '../../../lib/models/ae.config.ts';
import type { Slot, StepReport } from '../../../lib/protocol/messages.ts';
import type { Settings } from '../../../lib/protocol/model.ts';
import { Side, type Host } from '../shared/instrument/side.svelte.ts';
import { Trace } from '../shared/trace.ts';
import { preset, sizesOf, specOf, widthsOf, type Network, type Preset } from './network.ts';
import { UnitView } from './view.svelte.ts';

export class UnitSide extends Side<Preset> {
  readonly view: UnitView;
  /** Mean squared error per pixel over updates: of the training batches, and held-out. */
  readonly traces = { mse: new Trace(), heldMse: new Trace() };
  network = $state.raw<Network>(preset(8));
  learningRate = $state<number>(aeDefaults.learningRate);
  spec = $derived(specOf(this.network));
  widths = $derived(widthsOf(this.spec));
  sizes = $derived(sizesOf(this.spec));
  latentDim = $derived(this.widths.at(-1) ?? 0);
  settings = $derived<Settings>({ learningRate: this.learningRate });
  readonly alarm = null;

  constructor(host: Host, slot: Slot) {
    super(host, slot);
    this.view = new UnitView(host.connect, slot, (error) => {
      this.run.fail(error);
    });
  }

  /** Changes the dial; a run in progress takes it over from its next update on. */
  setRate(learningRate: number): void {
    this.learningRate = learningRate;
    void this.run.set(this.settings);
  }

  protected override adopt(settings: Settings): void {
    this.setRate(settings['learningRate'] ?? this.learningRate);
  }

  protected override chart({ step, terms, heldOut }: StepReport): void {
    this.traces.mse.add(step, terms['mse']);
    this.traces.heldMse.add(step, heldOut?.terms['mse']);
  }
}

// One network of the VAE lab under its dials: β and the rest, the two terms over the updates, the guided collapse.
// Knows no markup, no gallery and not the other side.
import type { aeDefaults } from '../../../lib/models/ae.config.ts';
import { vaeDefaults } from '../../../lib/models/vae.config.ts';
import type { Slot, StepReport } from '../../../lib/protocol/messages.ts';
import type { Settings, Terms } from '../../../lib/protocol/model.ts';
import type { Gallery } from '../shared/gallery.ts';
import { ElboSide } from '../shared/instrument/elbo-side.svelte.ts';
import type { Host } from '../shared/instrument/side.svelte.ts';
import { ownPoints } from '../shared/rate-distortion/own-points.svelte.ts';
import { sizesOf, specOf, type FamilyName, type Network, type Preset } from './network.ts';
import { adviceOf, COLLAPSING_BETA, looksDead } from './readings.ts';
import { View } from './view.svelte.ts';

export interface VaeHost extends Host {
  /** Whether what this slot reaches belongs into the rate–distortion plane of the data set. */
  readonly plots: (slot: Slot) => boolean;
}

const DEAD = {
  title: 'The learning rate is too large: the network has died.',
  text: 'No latent unit has been active for 300 updates. Lower it and press Reset.',
} as const;

export class VaeSide extends ElboSide<Preset> {
  readonly view: View;
  readonly traces = this.terms;
  network = $state.raw<Network>({ kind: 'preset', preset: '784-256-2', family: 'vae' });
  /** Whether the step size has killed the network; stays so until other weights come or a unit wakes. */
  #dead = $state(false);

  spec = $derived(specOf(this.network));
  latentDim = $derived(Number(this.spec.config['latentDim']));
  sizes = $derived(sizesOf(this.spec));
  variational = $derived(this.spec.family === 'vae');
  advice = $derived.by(() =>
    this.variational ? adviceOf(this.guide, this.view.active, this.latentDim) : '',
  );
  settings = $derived(this.#settings());
  alarm = $derived(this.#dead ? DEAD : null);

  readonly #plots: (slot: Slot) => boolean;
  /** The last update at which a latent unit was active. */
  #alive = 0;

  constructor(host: VaeHost, slot: Slot) {
    super(host, slot, vaeDefaults);
    this.#plots = host.plots;
    this.view = new View(this.asking, slot, (error) => {
      this.run.fail(error);
    });
  }

  get family(): FamilyName {
    return this.variational ? 'vae' : 'ae';
  }

  override turn(gallery: Gallery): void {
    super.turn(gallery);
    this.view.target = null;
  }

  /** Makes the code too dear to be used, and trains on from the weights in sight. */
  causeCollapse(): void {
    this.guide = 'collapse';
    this.set({ beta: COLLAPSING_BETA, warmupSteps: 0, freeBits: 0 });
    this.#goOn();
  }

  /** Takes the cause away, and trains on from the collapsed weights. */
  cureCollapse(): void {
    this.guide = 'cure';
    this.set({ beta: vaeDefaults.beta, warmupSteps: 0, freeBits: 0 });
    this.#goOn();
  }

  #goOn(): void {
    if (this.run.model === '') void this.train();
    else void this.continueFromPretrained();
  }

  #settings(): Settings {
    const { learningRate, beta, warmupSteps, freeBits } = this;
    return this.variational
      ? ({ learningRate, beta, warmupSteps, freeBits } satisfies Record<
          keyof typeof vaeDefaults,
          number
        >)
      : ({ learningRate } satisfies Record<keyof typeof aeDefaults, number>);
  }

  protected override chart(report: StepReport): void {
    super.chart(report);
    this.#plot(report.step, report.heldOut?.terms);
  }

  /** Every held-out evaluation is a point of the rate–distortion plane. */
  #plot(updates: number, terms: Terms | undefined): void {
    const [rate, distortion] = [terms?.['kl'], terms?.['reconstruction']];
    if (rate === undefined || distortion === undefined || !this.variational) return;
    if (!this.#plots(this.slot)) return;
    const { dataSet: set, beta, sizes: network } = this;
    ownPoints.add({ set, rate, distortion, beta, network, updates });
  }

  protected override replaced(): void {
    if (this.#plots(this.slot)) ownPoints.begin();
    this.#dead = false;
    this.#alive = 0;
  }

  protected override rewound(): void {
    this.#dead = false;
    this.#alive = this.run.step;
  }

  protected override looked(): void {
    const { step } = this.run;
    const { learningRate } = this;
    const beta = this.variational ? this.beta : 0;
    if (this.view.active > 0) {
      this.#alive = step;
      this.#dead = false;
    } else if (looksDead({ step, alive: this.#alive, learningRate, beta })) {
      this.#dead = true;
    }
  }
}

// One network of the hierarchical lab under its dials: β, warm-up, free bits; the terms and the KL of every level over
// the updates; the guided collapse. Knows no markup, no gallery and not the other side.
import type { DataRef, Slot, StepReport } from '../../../lib/protocol/messages.ts';
import type { Settings } from '../../../lib/protocol/model.ts';
import type { Gallery } from '../shared/gallery.ts';
import { ElboSide, type Dials } from '../shared/instrument/elbo-side.svelte.ts';
import type { Host } from '../shared/instrument/side.svelte.ts';
import { Trace } from '../shared/trace.ts';
import { cured } from './dials.ts';
import { bySpan, MOST_LEVELS } from './levels.ts';
import {
  costName,
  isNormalised,
  preset,
  sizesOf,
  spansOf,
  specOf,
  type Network,
  type Preset,
} from './network.ts';
import { adviceOf, deadestOf } from './readings.ts';
import { LevelView } from './view.svelte.ts';

/** Images that the KL of every level is measured on while nothing trains. */
const MEASURED = 500;

export interface LevelHost extends Host {
  /** Held-out images to measure on: those of the run's own reports once it has made updates. */
  readonly heldOut: (updates: number) => DataRef | undefined;
}

export class LevelSide extends ElboSide<Preset> {
  readonly view: LevelView;
  /** Held-out KL of each level, z₁ first. */
  readonly byLevel: readonly Trace[] = Array.from({ length: MOST_LEVELS }, () => new Trace());
  readonly traces: Readonly<Record<string, Trace>> = {
    ...this.terms,
    ...Object.fromEntries(this.byLevel.map((trace, level) => [`level ${level + 1}`, trace])),
  };
  network = $state.raw<Network>(preset('ladder'));
  spec = $derived(specOf(this.network));
  spans = $derived(spansOf(this.spec));
  sizes = $derived(sizesOf(this.spec));
  hierarchical = $derived(this.spec.family === 'hvae');
  normalised = $derived(isNormalised(this.spec));
  /** What the bars of the levels are. */
  cost = $derived(costName(this.spec));
  settings = $derived(this.#settings());
  /** The most upper levels that were dead at once in this run, once they had time to live; unknown before. */
  deadest = $derived.by(() => {
    const { drawn, byLevel, spans } = this;
    return drawn === 0 ? undefined : deadestOf(byLevel.slice(0, spans.length));
  });
  advice = $derived.by(() => adviceOf(this.guide, this.run.step, this.view.kl, this.deadest));
  readonly alarm = null;

  readonly #heldOut: LevelHost['heldOut'];

  constructor(host: LevelHost, slot: Slot) {
    super(host, slot, cured);
    this.#heldOut = host.heldOut;
    this.view = new LevelView(this.asking, slot, (error) => {
      this.run.fail(error);
    });
  }

  override turn(gallery: Gallery): void {
    super.turn(gallery);
    this.view.other = gallery.at(1);
  }

  /** The free bits of a plain VAE would be of each dimension: it has none here. */
  #settings(): Settings {
    const { learningRate, beta, warmupSteps, freeBits, hierarchical } = this;
    return {
      learningRate,
      beta,
      warmupSteps,
      freeBits: hierarchical ? freeBits : 0,
    } satisfies Dials;
  }

  protected override chart(report: StepReport): void {
    super.chart(report);
    const { step, heldOut } = report;
    if (!heldOut) return;
    this.view.klPerDimension = heldOut.klPerDimension;
    bySpan(heldOut.klPerDimension, this.spans).forEach((nats, level) => {
      this.byLevel[level]?.add(step, nats);
    });
  }

  protected override replaced(): void {
    this.view.setLevels(this.spans);
  }

  protected override rewound(): void {
    this.view.setLevels(this.spans);
  }

  protected override atRest(): void {
    const data = this.#heldOut(this.run.step);
    if (data) void this.view.measure(data, MEASURED);
  }
}

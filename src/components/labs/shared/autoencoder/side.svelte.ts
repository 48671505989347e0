// A side whose network is a plain autoencoder: one term in the loss, one code for each image, and the two dials that
// act on it. Knows no family and no picture.
import type { Slot, StepReport } from '../../../../lib/protocol/messages.ts';
import type { Settings } from '../../../../lib/protocol/model.ts';
import type { AnyPreset } from '../instrument/network.ts';
import { BATCH, Side, type Host } from '../instrument/side.svelte.ts';
import { Trace } from '../trace.ts';

export interface PlainDials {
  readonly learningRate: number;
  /** Images of one update. */
  readonly batchSize: number;
}

export const plainDials: PlainDials = { learningRate: 1e-3, batchSize: BATCH };

export abstract class PlainSide<P extends AnyPreset = AnyPreset>
  extends Side<P>
  implements PlainDials
{
  /** What is trained on over the updates: of the training batches, and held out. */
  readonly traces = { training: new Trace(), heldOut: new Trace() };
  learningRate = $state(plainDials.learningRate);
  #batchSize = $state(plainDials.batchSize);
  readonly settings = $derived<Settings>({ learningRate: this.learningRate });
  /** The loss is the squared error per pixel, else the cross-entropy in nats per image. */
  readonly squared = $derived.by(() => {
    const { likelihood } = this.spec.config;
    return likelihood === 'mse' || likelihood === 'mse-linear';
  });

  constructor(host: Host, slot: Slot, dials: PlainDials = plainDials) {
    super(host, slot);
    this.learningRate = dials.learningRate;
    this.#batchSize = dials.batchSize;
  }

  override get batchSize(): number {
    return this.#batchSize;
  }

  /** Changes dials. A run in progress takes the learning rate over at once, the batch size when it next starts. */
  set({ learningRate, batchSize }: Partial<PlainDials>): void {
    if (batchSize !== undefined) this.#batchSize = batchSize;
    if (learningRate === undefined) return;
    this.learningRate = learningRate;
    void this.run.set(this.settings);
  }

  protected override adopt(settings: Settings): void {
    this.set({ learningRate: settings['learningRate'] ?? this.learningRate });
  }

  protected override chart({ step, objective, heldOut }: StepReport): void {
    this.traces.training.add(step, objective);
    this.traces.heldOut.add(step, heldOut?.objective);
  }
}

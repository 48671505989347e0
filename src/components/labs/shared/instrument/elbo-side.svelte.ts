// A side whose network is trained by the ELBO: its two terms over the updates, and the four dials that act on it.
// Knows no family.
import type { Slot, StepReport } from '../../../../lib/protocol/messages.ts';
import type { Settings } from '../../../../lib/protocol/model.ts';
import { Trace } from '../trace.ts';
import type { AnyPreset } from './network.ts';
import { Side, type Host } from './side.svelte.ts';

export interface Dials {
  readonly beta: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly freeBits: number;
}

/** The experiment that the reader is guided through: the code is made useless, and useful again. */
export type Guide = 'none' | 'collapse' | 'cure';

export abstract class ElboSide<P extends AnyPreset = AnyPreset> extends Side<P> implements Dials {
  /** Nats per image over updates: of the training batches, and held-out. */
  readonly terms = {
    reconstruction: new Trace(),
    kl: new Trace(),
    heldReconstruction: new Trace(),
    heldKl: new Trace(),
  };
  beta = $state(1);
  learningRate = $state(1e-3);
  warmupSteps = $state(0);
  freeBits = $state(0);
  guide = $state<Guide>('none');

  constructor(host: Host, slot: Slot, dials: Dials) {
    super(host, slot);
    this.beta = dials.beta;
    this.learningRate = dials.learningRate;
    this.warmupSteps = dials.warmupSteps;
    this.freeBits = dials.freeBits;
  }

  override reset(): Promise<void> {
    this.guide = 'none';
    return super.reset();
  }

  /** Changes dials; a run in progress takes them over from its next update on. */
  set(dials: Partial<Dials>): void {
    Object.assign(this, dials);
    void this.run.set(this.settings);
  }

  protected override adopt(settings: Settings): void {
    this.set({
      beta: settings['beta'] ?? this.beta,
      learningRate: settings['learningRate'] ?? this.learningRate,
      warmupSteps: settings['warmupSteps'] ?? this.warmupSteps,
      freeBits: settings['freeBits'] ?? this.freeBits,
    });
  }

  protected override chart({ step, terms, heldOut }: StepReport): void {
    this.terms.reconstruction.add(step, terms['reconstruction']);
    this.terms.kl.add(step, terms['kl']);
    this.terms.heldReconstruction.add(step, heldOut?.terms['reconstruction']);
    this.terms.heldKl.add(step, heldOut?.terms['kl']);
  }
}

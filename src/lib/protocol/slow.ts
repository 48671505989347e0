// One update told stage by stage: what the worker says of it. Types only.
import type { Slot, StepReport, TrainOptions } from './messages.ts';

/** What happens in an update, in order. A family without noise has no `sample`. */
export type StageName = 'encode' | 'sample' | 'decode' | 'loss' | 'gradient' | 'update';

/** The parts that everything is coloured by: data, encoder φ, latent z and its rate, decoder θ and the distortion. */
export type Part = 'dat' | 'enc' | 'lat' | 'dec';

/** A tensor of the update and a picture of it: `tiles` one after another, each of lines of `columns` numbers. */
export interface StageTensor {
  /** As the equation writes it, or the parameter's name. */
  readonly name: string;
  readonly part: Part;
  /** Of the whole tensor, the batch first where it has one. */
  readonly shape: readonly number[];
  /** What of the whole is in the picture, in words. */
  readonly shown: string;
  readonly values: Float32Array;
  readonly tiles: number;
  readonly columns: number;
  /** `ink`: 0 to 1, as images are. `signed`: about 0, either way. */
  readonly scale: 'ink' | 'signed';
}

/** A number of a stage. */
export interface StageFigure {
  readonly name: string;
  readonly part: Part;
  readonly value: number;
  readonly unit: string;
}

export interface Stage {
  readonly name: StageName;
  /** What happened, in one sentence. */
  readonly says: string;
  /** Lines apart by a newline; `_` and `^` begin an index and a power of one sign or of {several}. */
  readonly equation: string;
  readonly tensors: readonly StageTensor[];
  readonly figures: readonly StageFigure[];
}

export interface SlowReport {
  readonly report: StepReport;
  readonly stages: readonly Stage[];
}

export interface SlowMap {
  /** Exactly one update, the same as `step` makes, and what happened in it. */
  slow: { request: { slot: Slot; options: TrainOptions }; reply: SlowReport };
}

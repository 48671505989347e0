// What makes a published model: everything that `npm run train -- <id>` needs to make it again.
import type { ModelSpec, Settings } from '../../src/lib/protocol/model.ts';
import type { Schedule } from '../../src/lib/train/schedules.ts';
import type { SetName } from '../lib/sets.ts';

export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Path of the chapter that it belongs to. */
  readonly chapter: string;
  readonly spec: ModelSpec;
  readonly set: SetName;
  readonly seed: number;
  /** Id of a published model with tensors of the same names and shapes, whose weights the run starts from. */
  readonly startsFrom?: string;
  readonly batchSize: number;
  readonly epochs: number;
  readonly settings: Settings;
  /** Codes of each image that the importance-weighted bound of a family `hvae` weighs; 1, the ELBO, when not said. */
  readonly samples?: number;
  /** k of the published likelihood; 500 when not said. */
  readonly importanceSamples?: number;
  /** The learning rate falls by half a cosine to `floor` of itself over this share of the run, or of each part of it. */
  readonly decay: { readonly share: number; readonly floor: number };
  /** Where the rate starts anew, from `rate` times itself, and falls once more: after this many of the epochs. */
  readonly restart?: { readonly after: number; readonly rate: number };
}

/** The learning rate's schedule over a whole run. */
export function scheduleOf(
  { epochs, decay: { share, floor }, restart }: Pick<Recipe, 'epochs' | 'decay' | 'restart'>,
  stepsPerEpoch: number,
): Schedule {
  const stepsOf = (some: number): number => Math.round(share * some * stepsPerEpoch);
  if (!restart) return { kind: 'cosine', steps: stepsOf(epochs), floor };
  const { after, rate } = restart;
  const again = { at: after * stepsPerEpoch, rate, steps: stepsOf(epochs - after), floor };
  return { kind: 'cosine', steps: stepsOf(after), floor, restart: again };
}

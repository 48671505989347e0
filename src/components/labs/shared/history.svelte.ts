// The checkpoints of a run, to go back to: thinned so that they stay spread and within a budget of memory.
// Holds; knows no session and no slider. Timeline (timeline.svelte.ts) feeds it and goes back in it.
import type { Checkpoint } from '../../../lib/protocol/messages.ts';

/** What the run was like at a checkpoint. */
export interface Moment {
  /** Updates made. */
  readonly step: number;
  /** Seconds of training up to here, pauses left out. */
  readonly seconds: number;
  /** Null for the weights that the run began with: they are made again when they are asked for. */
  readonly checkpoint: Checkpoint | null;
}

/** Every run has a checkpoint at 10, 20, 40 … updates: two runs side by side can go back to the same. */
const FIRST_COMMON = 10;
/** How much closer such a one may stand to its neighbours. */
const COMMON_WORTH = 4;
/** About a dozen checkpoints of 784-256-2 with Adam's moments, eight of 784-400-20. */
const BUDGET_BYTES = 64e6;

export class History {
  /** In the order of their steps. */
  moments = $state.raw<readonly Moment[]>([]);

  readonly #budget: number;

  constructor(budget = BUDGET_BYTES) {
    this.#budget = budget;
  }

  get last(): Moment | null {
    return this.moments.at(-1) ?? null;
  }

  /** What the checkpoints take. */
  get bytes(): number {
    return bytesOf(this.moments);
  }

  /** A run begins at weights that can be made again, or, without them, from nowhere that can be gone back to. */
  begin(again: boolean): void {
    this.moments = again ? [{ step: 0, seconds: 0, checkpoint: null }] : [];
  }

  /** A checkpoint of the run now: whatever was later belongs to a run that is given up, as after an undo. */
  add(checkpoint: Checkpoint, seconds: number): void {
    const { step } = checkpoint;
    const before = this.moments.filter((each) => each.step < step);
    const again = this.moments.find((each) => each.step === step && each.checkpoint === null);
    this.moments = this.#thinned([...before, again ?? { step, seconds, checkpoint }]);
  }

  /** The moments of a run that was given up. */
  regain(moments: readonly Moment[]): void {
    this.moments = moments;
  }

  /** Drops what was later than this step. */
  cut(step: number): void {
    if ((this.last?.step ?? 0) > step) this.moments = this.moments.filter((m) => m.step <= step);
  }

  /** The moment nearest to a step; null where there is none. */
  nearest(step: number): Moment | null {
    const away = ({ step: each }: Moment): number => Math.abs(each - step);
    return this.moments.reduce<Moment | null>(
      (best, each) => (best && away(best) <= away(each) ? best : each),
      null,
    );
  }

  /** Leaves out, one by one, the checkpoint that is missed least; the last never. */
  #thinned(moments: readonly Moment[]): readonly Moment[] {
    let kept = moments;
    while (bytesOf(kept) > this.#budget) {
      const least = leastMissed(kept);
      if (least === -1) break;
      kept = kept.filter((_, i) => i !== least);
    }
    return kept;
  }
}

function bytesOf(moments: readonly Moment[]): number {
  return moments.reduce((sum, { checkpoint }) => sum + (checkpoint?.bytes.byteLength ?? 0), 0);
}

/**
 * Where leaving one out opens the smallest gap, measured in the root of the step: most happens early, so early
 * checkpoints may stand closer together.
 */
function leastMissed(moments: readonly Moment[]): number {
  let [least, smallest] = [-1, Infinity];
  for (let i = 0; i < moments.length - 1; i++) {
    if (!moments[i]?.checkpoint) continue;
    const worth = isCommon(moments[i]!.step) ? COMMON_WORTH : 1;
    const gap = worth * (Math.sqrt(moments[i + 1]!.step) - Math.sqrt(moments[i - 1]?.step ?? 0));
    if (gap < smallest) [least, smallest] = [i, gap];
  }
  return least;
}

function isCommon(step: number): boolean {
  return step > 0 && Number.isInteger(Math.log2(step / FIRST_COMMON));
}

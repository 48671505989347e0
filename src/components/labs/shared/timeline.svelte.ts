// Going back in time: the history of one run, and the run put to any moment of it. Pictures and codes follow by
// themselves, because they come from the weights in the slot. Training goes on from there by Train; what was later is
// given up with the first update, and not before. Its newest weights stay at hand until others come, for an undo.
//
// How a lab uses it: one Timeline beside each LabRun, told by the run's options, before anything is drawn of them:
//   onCheckpoint: (c) => timeline.keep(c), onReport: (r) => timeline.count(r), onWeights: (why) => timeline.reweigh(why)
// and shown by <Scrubber marks={timeline.steps} at={run.step} end={timeline.end} onpick={timeline.pick}
// onlive={timeline.live} />. Curves stay whole after a pick and are marked at `cursor`; `branched` says when to cut them.
import type { Checkpoint, Slot, StepReport } from '../../../lib/protocol/messages.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';
import { History, type Moment } from './history.svelte.ts';
import type { LabRun, LabSession, Published } from './lab-run.svelte.ts';
import { latestOnly } from './latest.ts';
import type { NewWeights } from './run-options.ts';

/** What a run began with, to be made again. */
export type Origin = Published | { readonly spec: ModelSpec; readonly seed: number };

/** The part of a run that a timeline uses. */
export type TimedRun = Pick<LabRun, 'step' | 'pause' | 'rewind' | 'fail' | 'undoable'>;

export interface TimelineOptions {
  readonly run: () => TimedRun;
  readonly connect: () => LabSession;
  readonly slot: Slot;
  /** Where the weights just put into the slot come from; null where they cannot be made again. */
  readonly origin: () => Origin | null;
  /** The run goes on from this step, and what was known of later ones is over; `kept`: until it is regained. */
  readonly branched?: (step: number, kept: boolean) => void;
}

export class Timeline {
  readonly history = new History();
  /** The steps that can be gone back to. */
  steps = $derived.by(() => this.history.moments.map(({ step }) => step));
  /** The newest step of the run, whether it is in sight or was gone back from. */
  end = $derived.by(() => Math.max(this.#options.run().step, this.history.last?.step ?? 0));
  /** Where the weights in sight stand before that; null while they are the newest. */
  cursor = $derived.by(() => {
    const { step } = this.#options.run();
    return step < this.end ? step : null;
  });

  readonly #options: TimelineOptions;
  readonly #goTo: (step: number) => void;
  #origin: Origin | null = null;
  /** Seconds of training up to the last report, and its figures. */
  #seconds = 0;
  #step = 0;
  #msPerStep = 0;
  /** The step that was gone back to, until the run goes on from it. */
  #from: number | null = null;
  /** The moments of the run that was given up, as far as they are kept. */
  #given: readonly Moment[] = [];

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#goTo = latestOnly(
      (step: number) => this.#go(step),
      () => undefined,
      (error) => {
        options.run().fail(error);
      },
    );
  }

  /** A checkpoint of the run came. */
  keep(checkpoint: Checkpoint): void {
    const since = Math.max(0, checkpoint.step - this.#step) * this.#msPerStep;
    this.#branch();
    this.history.add(checkpoint, this.#seconds + since / 1000);
  }

  /** A report of the run came. */
  count({ step, msPerStep }: StepReport): void {
    this.#branch();
    this.#seconds += (Math.max(0, step - this.#step) * msPerStep) / 1000;
    this.#step = step;
    this.#msPerStep = msPerStep;
  }

  /** Other weights are in the slot. */
  reweigh(why: NewWeights): void {
    if (why === 'updated') return;
    const { run, origin } = this.#options;
    const { step } = run();
    if (why === 'replaced') {
      this.#origin = origin();
      this.history.begin(this.#origin !== null);
      this.#from = null;
      this.#given = [];
    } else {
      if (why === 'regained') this.history.regain(this.#given);
      // Back to before a reset, whose history is gone: what that run began with is not known any more.
      else if (this.history.bytes === 0 && step > 0) this.history.begin(false);
      this.#from = step;
    }
    this.#step = step;
    this.#seconds = this.history.moments.findLast((each) => each.step <= step)?.seconds ?? 0;
  }

  /** A run begins at this checkpoint, which was put into the slot: nothing is known of what came before. */
  begin(checkpoint: Checkpoint): void {
    this.#origin = null;
    this.#from = null;
    this.#given = [];
    this.#seconds = 0;
    this.#step = checkpoint.step;
    this.history.begin(false);
    this.history.add(checkpoint, 0);
  }

  /** Puts the run to the moment nearest to a step; of several wishes meanwhile the last one counts. */
  pick = (step: number): void => {
    this.#goTo(step);
  };

  /** Puts the run to its newest moment. */
  live = (): void => {
    if (this.cursor !== null) this.#goTo(this.end);
  };

  /** The run goes on: from where it was put, or from its end. */
  #branch(): void {
    const from = this.#from;
    if (from === null) return;
    this.#from = null;
    const kept = this.#give(from);
    this.history.cut(from);
    this.#options.branched?.(from, kept);
  }

  /** Keeps the newest weights of what is given up, unless more updates are kept already. One checkpoint: others are large. */
  #give(from: number): boolean {
    const run = this.#options.run();
    const { last, moments } = this.history;
    if (!last?.checkpoint || last.step <= from) return false;
    if ((run.undoable?.checkpoint.step ?? 0) >= last.step) return false;
    this.#given = [...moments.filter(({ step }) => step <= from), last];
    run.undoable = { checkpoint: last.checkpoint, from };
    return true;
  }

  async #go(step: number): Promise<void> {
    const { connect, slot } = this.#options;
    const run = this.#options.run();
    await run.pause(); // which brings the last checkpoint
    if (run.step > (this.history.last?.step ?? 0)) {
      this.keep(await connect().request('checkpoint', { slot }));
    }
    const moment = this.history.nearest(step);
    if (!moment || moment.step === run.step) return;
    const checkpoint = moment.checkpoint ?? (await this.#beginning());
    if (checkpoint) await run.rewind(checkpoint);
  }

  /** What the run began with, made again in a slot of its own. */
  async #beginning(): Promise<Checkpoint | null> {
    const origin = this.#origin;
    if (!origin) return null;
    const session = this.#options.connect();
    const slot = `${this.#options.slot}/beginning`;
    try {
      if ('id' in origin) {
        const { id, spec, weights } = origin;
        await session.request('load', { slot, published: id, spec, weights });
      } else {
        await session.request('create', { slot, ...origin });
      }
      return await session.request('checkpoint', { slot });
    } finally {
      await session.request('free', { slot });
    }
  }
}

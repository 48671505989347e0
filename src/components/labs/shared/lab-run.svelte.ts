// One model of one lab over the page's worker, by its buttons' meaning: train, pause, step, reset, continue, go back.
// Commands run one after another in the order they were given. What can be read of the run is in run-state.svelte.ts,
// how it is done in run-machine.ts.
import type { BackendName } from '../../../lib/protocol/machine.ts';
import type { Checkpoint } from '../../../lib/protocol/messages.ts';
import type { ModelSpec, Settings } from '../../../lib/protocol/model.ts';
import { isGone, toFault } from './fault.ts';
import { RunMachine } from './run-machine.ts';
import type { Published } from './run-options.ts';

export type { LabRunOptions, LabSession, Published } from './run-options.ts';

export class LabRun extends RunMachine {
  /** Starts the backend. */
  open(): Promise<void> {
    this.listen();
    return this.command(async () => {
      this.status = 'preparing';
      await this.openBackend();
    });
  }

  /** Shows a published model. */
  show(published: Published): Promise<void> {
    return this.command(async () => {
      await this.stop();
      this.status = 'preparing';
      await this.load(published);
      await this.settle();
    });
  }

  /** Fresh weights of these sizes from a seed. */
  fresh(spec: ModelSpec, seed: number): Promise<void> {
    return this.command(async () => {
      await this.stop();
      this.status = 'preparing';
      await this.create(spec, seed);
      await this.settle();
    });
  }

  /** Trains: afresh from the seed over a pretrained model, else from where the run is. */
  train(seed: number): Promise<void> {
    return this.command(async () => {
      this.resting = '';
      if (this.status === 'training' || !this.spec) return;
      this.status = 'preparing';
      if (this.model !== '') await this.create(this.spec, seed);
      await this.start();
    });
  }

  /** Trains on from published weights, loading them where the slot holds others. */
  continueFrom(published: Published): Promise<void> {
    return this.command(async () => {
      this.resting = '';
      await this.stop();
      this.status = 'preparing';
      if (this.model !== published.id) await this.load(published);
      this.model = '';
      await this.start();
    });
  }

  pause(): Promise<void> {
    return this.command(async () => {
      this.resting = '';
      await this.stop();
    });
  }

  /** Exactly one update; pauses a run first. */
  stepOnce(seed: number): Promise<void> {
    return this.command(async () => {
      this.resting = '';
      await this.stop();
      if (!this.spec) return;
      if (this.model !== '') await this.create(this.spec, seed);
      await this.oneStep('paused');
    });
  }

  /** Exactly one update of the weights in sight, published ones too, told in `told`; pauses a run first. */
  stepSlowly(): Promise<void> {
    return this.command(async () => {
      this.resting = '';
      await this.stop();
      if (!this.spec) return;
      const { slot, feed } = this.options;
      const told = await this.session.request('slow', { slot, options: feed() });
      this.made(told.report, 'paused');
      this.told = told;
    });
  }

  /** The seed's weights again, at step 0. */
  reset(seed: number): Promise<void> {
    return this.command(async () => {
      this.resting = '';
      await this.stop();
      const { last } = this.checkpoints;
      // At step 0 there is nothing to give up: what an earlier reset did can still be brought back.
      const before = this.step > 0 && last ? { checkpoint: last, from: null } : this.undoable;
      if (this.spec) await this.create(this.spec, seed);
      this.undoable = before;
      this.status = 'ready';
    });
  }

  /** What the last reset, or training on from an earlier step, gave up. */
  undo(): Promise<void> {
    return this.command(async () => {
      const { undoable } = this;
      if (!undoable) return;
      await this.#putBack(undoable.checkpoint);
      this.options.onWeights?.(undoable.from === null ? 'rewound' : 'regained');
    });
  }

  /** The run as it was at a checkpoint, paused. */
  rewind(checkpoint: Checkpoint): Promise<void> {
    return this.command(async () => {
      const { undoable } = this;
      await this.#putBack(checkpoint);
      // Looking back does not give up what the run can still go back to.
      if (undoable && undoable.from !== null) this.undoable = undoable;
      this.options.onWeights?.('rewound');
    });
  }

  async #putBack(checkpoint: Checkpoint): Promise<void> {
    this.resting = '';
    await this.stop();
    await this.restore(checkpoint);
    this.checkpoints.restart(checkpoint);
    this.forget();
    this.status = 'paused';
  }

  /** Goes on with another backend; with the one before where that does not start. */
  restart(backend: 'auto' | BackendName): Promise<void> {
    return this.command(async () => {
      const { status } = this;
      await this.stop(); // which brings the last checkpoint
      const before = this.session.options.backend;
      try {
        await this.replace(backend, status);
      } catch (error) {
        await this.replace(before, status);
        this.notice = { title: `${backend} could not be used.`, text: toFault(error).message };
      }
    });
  }

  /** New settings for the steps to come. Without a run they wait in the lab's own feed. */
  set(settings: Settings): Promise<void> {
    return this.command(async () => {
      if (this.status !== 'training' || this.paced) return;
      await this.session.request('set', { slot: this.options.slot, settings });
    });
  }

  setSpeed(speed: number): Promise<void> {
    return this.command(async () => {
      const training = this.status === 'training';
      if (training) await this.stop();
      this.speed = speed;
      if (training) await this.start();
    });
  }

  /** Pauses a run for a reason other than the reader's wish; `wake` goes on with it. */
  rest(why: string): Promise<void> {
    return this.command(async () => {
      if (this.status !== 'training') return;
      await this.stop();
      this.resting = why;
    });
  }

  wake(): Promise<void> {
    return this.command(async () => {
      if (this.resting === '') return;
      this.resting = '';
      if (this.status === 'paused') await this.start();
    });
  }

  /** After a failure: opens the worker again, and tries again what failed. */
  async retry(): Promise<void> {
    const failed = this.failed;
    this.failed = null;
    this.fault = null;
    this.strikes.clear();
    await this.command(async () => {
      this.status = 'preparing';
      await this.openBackend();
      await this.reload();
      if (this.interrupted) await this.start();
      else await this.settle();
    });
    if (failed && this.status !== 'failed') await this.command(failed);
  }

  /** A failure outside the commands, such as a picture that could not be asked for. */
  fail(error: unknown): void {
    const fault = toFault(error);
    if (!isGone(fault)) this.failWith(fault, null); // what is gone is mended, and the pictures are asked for again
  }

  /** Stops and gives everything back. */
  async close(): Promise<void> {
    this.end();
    await this.session.request('free', { slot: this.options.slot }).catch(() => undefined);
  }
}

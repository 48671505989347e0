// What a run does when its worker is gone, its numbers left their range, or the reader wants something back.
import { describe, expect, test } from 'vitest';
import { LabRun } from '../../../../src/components/labs/shared/lab-run.svelte.ts';
import { Checkpoints } from '../../../../src/components/labs/shared/recovery.ts';
import type { Checkpoint } from '../../../../src/lib/protocol/messages.ts';
import { FakeSession, options, published, spec } from './fake-session.ts';

async function training() {
  const session = new FakeSession();
  const told: string[] = [];
  const seen: Checkpoint[] = [];
  const run = new LabRun(() => session, {
    slot: 'main',
    feed: () => options,
    onWeights: (why) => told.push(why),
    onCheckpoint: (checkpoint) => seen.push(checkpoint),
  });
  void run.open();
  await run.show(published);
  await run.train(3);
  return { run, session, told, seen };
}

/** Lets commands that wait for nothing run to their end. */
const settled = () => new Promise((later) => setTimeout(later, 20));

describe('a worker that is gone', () => {
  test('is replaced: the run goes on from its last checkpoint by itself, and says so', async () => {
    const { run, session, told } = await training();
    session.checkpoint(1240);
    session.progress(1300);
    session.lose('silent');
    expect(run.status).toBe('preparing');
    await settled();
    expect(session.asked.slice(-3)).toEqual(['open', 'restore', 'train']);
    expect(run).toMatchObject({
      status: 'training',
      step: 1240,
      loss: 200 - 1240,
      model: '',
      notice: {
        title: 'The training worker stopped answering.',
        text: 'The run went on from step 1,240 on wasm.',
      },
    });
    expect(told.at(-1)).toBe('rewound');
    session.progress(1300);
    expect(run.step).toBe(1300);
  });

  test('a run that was paused is there again, and stays paused', async () => {
    const { run, session } = await training();
    session.progress(50);
    session.checkpoint(50);
    await run.pause();
    session.lose('lost');
    await settled();
    expect(session.asked.slice(-2)).toEqual(['open', 'restore']);
    expect(run).toMatchObject({ status: 'paused', step: 50 });
    expect(run.notice?.text).toContain('The weights of step 50 are back');
  });

  test('a pretrained model that nobody touched is loaded again', async () => {
    const session = new FakeSession();
    const run = new LabRun(() => session, { slot: 'main', feed: () => options });
    void run.open();
    await run.show(published);
    session.lose('failed');
    await settled();
    expect(session.asked.slice(-2)).toEqual(['open', 'load']);
    expect(run).toMatchObject({ status: 'ready', model: 'vae-mnist-2d', step: 0 });
  });

  test('the command it took along is given again: a Pause still pauses, a Step is still one update', async () => {
    for (const press of ['pause', 'stepOnce'] as const) {
      const { run, session } = await training();
      session.checkpoint(10);
      let release = (): void => undefined;
      session.gate = new Promise((done) => (release = done));
      const pressed = run[press](3);
      await settled();
      session.lose('silent');
      release();
      await pressed;
      expect(run).toMatchObject({ status: 'paused', step: press === 'pause' ? 10 : 11 });
    }
  });

  test('a picture that was asked of it is no failure of the lab', async () => {
    const { run } = await training();
    run.fail({ fault: { name: 'WorkerError', message: 'The training worker did not answer.' } });
    expect(run).toMatchObject({ status: 'training', fault: null });
    run.fail(new RangeError('A picture of no pixels.'));
    expect(run).toMatchObject({ status: 'failed', fault: { name: 'RangeError' } });
  });

  test('three of them within a minute are enough: the lab says so, and can be tried again', async () => {
    const { run, session } = await training();
    session.checkpoint(10);
    for (let i = 0; i < 3; i++) {
      session.lose('silent');
      await settled();
    }
    expect(run.status).toBe('failed');
    expect(run.fault?.message).toContain('It was replaced twice within a minute');
    await run.retry();
    expect(run).toMatchObject({ step: 10, fault: null });
  });

  test('one that dies again while it is being replaced does not end the run', async () => {
    const { run, session } = await training();
    session.checkpoint(10);
    let release = (): void => undefined;
    session.gate = new Promise((done) => (release = done));
    session.lose('silent');
    await settled();
    session.lose('silent');
    release();
    await settled();
    expect(run).toMatchObject({ status: 'training', step: 10 });
  });

  test('where the site was updated there is no other to be had', async () => {
    const { run, session } = await training();
    session.lose('unloaded');
    await settled();
    expect(run.status).toBe('failed');
    expect(session.asked.at(-1)).toBe('train');
  });

  test('a run that cannot go on now goes on when it is tried again', async () => {
    const { run, session } = await training();
    session.checkpoint(10);
    session.failing.add('train');
    session.lose('silent');
    await settled();
    expect(run).toMatchObject({ status: 'failed', step: 10 });
    session.failing.clear();
    await run.retry();
    expect(run).toMatchObject({ status: 'training', step: 10 });
  });
});

test('where no backend opens, the reason stays, whatever is asked for next; a retry brings the model', async () => {
  const session = new FakeSession();
  session.refused = 'auto';
  const run = new LabRun(() => session, { slot: 'main', feed: () => options });
  void run.open();
  await run.show(published);
  expect(run).toMatchObject({ status: 'failed', fault: { message: 'open failed' } });
  expect(session.asked).toEqual(['open']);
  session.refused = '';
  await run.retry();
  expect(run).toMatchObject({ status: 'ready', model: 'vae-mnist-2d', fault: null });
});

describe('another backend, on the reader’s wish', () => {
  test('the run moves there and goes on, without a notice', async () => {
    const { run, session } = await training();
    session.checkpoint(30);
    await run.restart('webgl');
    expect(session.options.backend).toBe('webgl');
    expect(session.asked.slice(-4)).toEqual(['pause', 'open', 'restore', 'train']);
    expect(run).toMatchObject({ status: 'training', step: 30, notice: null });
  });

  test('one that does not start leaves the run where it was, and says why', async () => {
    const { run, session } = await training();
    session.checkpoint(30);
    session.refused = 'webgpu';
    await run.restart('webgpu');
    expect(session.options.backend).toBe('auto');
    expect(run).toMatchObject({ status: 'training', step: 30, fault: null });
    expect(run.notice).toEqual({ title: 'webgpu could not be used.', text: 'open failed' });
  });
});

describe('going back', () => {
  test('every checkpoint is handed on, those of other slots and of runs thrown away are not', async () => {
    const { run, session, seen } = await training();
    const first = session.checkpoint(10);
    await run.reset(3);
    session.checkpoint(20);
    expect(seen).toEqual([first]);
  });

  test('to a checkpoint: paused at its step, with its loss, and Train goes on from there', async () => {
    const { run, session, told } = await training();
    const early = session.checkpoint(10);
    session.progress(90);
    await run.rewind(early);
    expect(run).toMatchObject({ status: 'paused', step: 10, loss: 190, heldOut: null });
    expect(told.at(-1)).toBe('rewound');
    session.lose('silent');
    await settled();
    expect(run.step, 'what came after the way back is not gone back to').toBe(10);
    await run.train(3);
    expect(session.asked.at(-1)).toBe('train');
    expect(session.asked.filter((kind) => kind === 'create')).toHaveLength(1);
  });

  test('a divergence offers the last good checkpoint, from which the run can go on', async () => {
    const { run, session } = await training();
    const good = session.checkpoint(10, 150);
    session.checkpoint(20, 9000);
    session.diverge();
    expect(run).toMatchObject({ status: 'failed', fault: { quantity: 'kl' } });
    expect(run.wayBack).toBe(good);
    await run.rewind(good);
    expect(run).toMatchObject({ status: 'paused', step: 10, fault: null, wayBack: null });
    await run.train(3);
    expect(run.status).toBe('training');
  });

  test('a reset can be undone, until the next run', async () => {
    const { run, session } = await training();
    const last = session.checkpoint(500);
    session.progress(500);
    await run.reset(3);
    expect(run).toMatchObject({ status: 'ready', step: 0, loss: null });
    expect(run.undoable).toEqual({ checkpoint: last, from: null });
    await run.undo();
    expect(run).toMatchObject({ status: 'paused', step: 500, undoable: null });
    await run.reset(3);
    await run.train(3);
    expect(run.undoable).toBeNull();
    await run.undo();
    expect(run.status).toBe('training');
  });

  test('a second reset, of nothing, leaves what the first threw away', async () => {
    const { run, session } = await training();
    const last = session.checkpoint(500);
    session.progress(500);
    await run.reset(3);
    await run.reset(3);
    expect(run.undoable?.checkpoint).toBe(last);
    await run.undo();
    expect(run.step).toBe(500);
  });

  test('a reset of weights that were never trained leaves nothing to undo', async () => {
    const session = new FakeSession();
    const run = new LabRun(() => session, { slot: 'main', feed: () => options });
    void run.open();
    await run.fresh(spec, 3);
    await run.reset(3);
    expect(run.undoable).toBeNull();
  });
});

describe('the last good checkpoint', () => {
  const at = (step: number, objective?: number): Checkpoint => ({
    spec,
    seed: 1,
    step,
    bytes: new ArrayBuffer(0),
    ...(objective === undefined ? {} : { objective }),
  });
  const of = (...made: Checkpoint[]): Checkpoints => {
    const held = new Checkpoints();
    for (const checkpoint of made) held.add(checkpoint);
    return held;
  };

  test('is the newest while the loss falls, and one before its rise else', () => {
    expect(of(at(1, 500), at(2, 300), at(3, 200)).good?.step).toBe(3);
    expect(of(at(1, 500), at(2, 200), at(3, 310)).good?.step).toBe(2);
  });

  test('a loss below zero, as a density may have, is judged alike', () => {
    expect(of(at(1, -100), at(2, -90)).good?.step).toBe(2);
    expect(of(at(1, -100), at(2, 40)).good?.step).toBe(1);
  });

  test('before any update there is no loss to judge by', () => {
    expect(of(at(0)).good?.step).toBe(0);
    expect(of().good).toBeNull();
  });

  test('a bounded number is held, and none from beyond the step gone back to', () => {
    const held = of(at(1, 9), at(2, 8), at(3, 7), at(4, 6), at(5, 5), at(6, 4));
    held.add(at(2, 3));
    expect(held.last?.step).toBe(2);
    held.add(at(3, 200));
    expect(held.good?.step).toBe(2);
  });
});

// Going back in a run and on from there, on a session that only remembers what it was asked.
import { expect, test } from 'vitest';
import { LabRun } from '../../../../src/components/labs/shared/lab-run.svelte.ts';
import { Timeline, type Origin } from '../../../../src/components/labs/shared/timeline.svelte.ts';
import { FakeSession, options, published, spec } from './fake-session.ts';

interface Made {
  readonly run: LabRun;
  readonly session: FakeSession;
  readonly timeline: Timeline;
  readonly branches: number[];
}

/** A lab as small as can be: a run and its timeline. */
async function made(): Promise<Made> {
  const session = new FakeSession();
  const branches: number[] = [];
  const run: LabRun = new LabRun(() => session, {
    slot: 'main',
    feed: () => options,
    onCheckpoint: (checkpoint) => {
      timeline.keep(checkpoint);
    },
    onReport: (report) => {
      timeline.count(report);
    },
    onWeights: (why) => {
      timeline.reweigh(why);
    },
  });
  const timeline: Timeline = new Timeline({
    run: () => run,
    connect: () => session,
    slot: 'main',
    origin: (): Origin => (run.model === '' ? { spec, seed: run.seed } : published),
    branched: (step) => branches.push(step),
  });
  void run.open();
  await run.show(published);
  return { run, session, timeline, branches };
}

/** Trained to 40 updates, with checkpoints at 10, 20 and 40, and paused. */
async function trained(): Promise<Made> {
  const all = await made();
  const { run, session } = all;
  await run.train(3);
  for (const step of [10, 20, 40]) {
    session.progress(step);
    session.checkpoint(step);
  }
  await run.pause();
  return all;
}

/** Resolves when what was asked of the timeline is done: its answers take a few turns of the loop. */
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

test('a pick puts the run to the nearest checkpoint, paused, and keeps what was later', async () => {
  const { run, timeline } = await trained();
  expect(timeline).toMatchObject({ steps: [0, 10, 20, 40], end: 40, cursor: null });
  timeline.pick(12);
  await settled();
  expect(run).toMatchObject({ status: 'paused', step: 10, loss: 190 });
  expect(timeline).toMatchObject({ steps: [0, 10, 20, 40], end: 40, cursor: 10 });
  timeline.live();
  await settled();
  expect(run.step).toBe(40);
  expect(timeline.cursor).toBeNull();
});

test('a pick while the run trains stops it first', async () => {
  const { run, session, timeline } = await trained();
  await run.train(3);
  session.progress(50);
  session.checkpoint(50);
  timeline.pick(20);
  await settled();
  expect(session.asked.slice(-2)).toEqual(['pause', 'restore']);
  expect(run).toMatchObject({ status: 'paused', step: 20 });
  expect(timeline.end).toBe(50);
});

test('training on gives up what was later, with the first update and not before', async () => {
  const { run, session, timeline, branches } = await trained();
  timeline.pick(10);
  await settled();
  expect(branches).toEqual([]);
  await run.train(3);
  session.progress(25);
  expect(timeline.steps).toEqual([0, 10]);
  expect(branches).toEqual([10]);
  session.checkpoint(30);
  session.progress(35);
  expect(timeline.steps).toEqual([0, 10, 30]);
  expect(branches).toEqual([10]);
});

test('what was given up is regained: its newest weights, and the moments before', async () => {
  const { run, session, timeline } = await trained();
  timeline.pick(10);
  await settled();
  expect(run.undoable, 'a look back gives up nothing').toBeNull();
  await run.train(3);
  expect(run.undoable).toBeNull();
  session.progress(25);
  expect(run.undoable).toMatchObject({ from: 10, checkpoint: { step: 40 } });
  session.checkpoint(30);
  await run.undo();
  expect(run).toMatchObject({ status: 'paused', step: 40, loss: 160, undoable: null });
  expect(timeline).toMatchObject({ steps: [0, 10, 40], end: 40, cursor: null });
  await run.train(3);
  session.progress(45);
  session.checkpoint(50);
  expect(timeline.steps).toEqual([0, 10, 40, 50]);
  expect(run.undoable, 'nothing was given up').toBeNull();
});

test('the longest run that was given up is the one that can be regained', async () => {
  const { run, session, timeline } = await trained();
  const goOnFrom = async (step: number, to: number): Promise<void> => {
    timeline.pick(step);
    await settled();
    await run.train(3);
    session.progress(to);
    session.checkpoint(to);
    await run.pause();
  };
  await goOnFrom(20, 30);
  await goOnFrom(10, 60);
  expect(run.undoable).toMatchObject({ from: 20, checkpoint: { step: 40 } });
  await run.train(3);
  expect(run.undoable, 'a pause gives up nothing').not.toBeNull();
  await goOnFrom(10, 15);
  expect(run.undoable).toMatchObject({ from: 10, checkpoint: { step: 60 } });
  await run.reset(3);
  expect(run.undoable).toMatchObject({ from: null, checkpoint: { step: 15 } });
});

test('the seed’s weights are made again in a slot of their own, and step 0 is put back', async () => {
  const { run, session, timeline } = await trained();
  timeline.pick(0);
  await settled();
  expect(session.asked.slice(-4)).toEqual(['create', 'checkpoint', 'free', 'restore']);
  expect(session.payloads.at(-4)).toEqual({ slot: 'main/beginning', spec, seed: 3 });
  expect(session.payloads.at(-2)).toEqual({ slot: 'main/beginning' });
  expect(run).toMatchObject({ step: 0, model: '' });
});

test('a run that went on from published weights goes back to them', async () => {
  const { run, session, timeline } = await made();
  await run.continueFrom(published);
  session.progress(10);
  session.checkpoint(10);
  timeline.pick(0);
  await settled();
  expect(session.asked.slice(-4)).toEqual(['load', 'checkpoint', 'free', 'restore']);
  expect(run.step).toBe(0);
});

test('steps that no checkpoint came of yet are kept before they are left', async () => {
  const { run, session, timeline } = await trained();
  await run.stepOnce(3);
  expect(run.step).toBe(41);
  timeline.pick(10);
  await settled();
  expect(session.asked.slice(-2)).toEqual(['checkpoint', 'restore']);
  expect(timeline.steps).toEqual([0, 10, 20, 40, 41]);
});

test('of picks that come faster than they are answered, the last one counts', async () => {
  const { run, session, timeline } = await trained();
  for (const step of [39, 30, 20, 15, 9]) timeline.pick(step);
  await settled();
  expect(run.step).toBe(10);
  expect(session.asked.filter((kind) => kind === 'restore').length).toBeLessThan(3);
});

test('other weights are another history; a reset undone has only what comes after it', async () => {
  const { run, session, timeline } = await trained();
  await run.reset(3);
  expect(timeline).toMatchObject({ steps: [0], end: 0 });
  await run.undo();
  expect(timeline).toMatchObject({ steps: [], end: 40 });
  await run.train(3);
  session.progress(50);
  session.checkpoint(50);
  expect(timeline.steps).toEqual([50]);
});

test('time counts training only, and goes back with the run', async () => {
  const { run, session, timeline } = await trained();
  const secondsOf = (step: number) =>
    timeline.history.moments.find((each) => each.step === step)?.seconds;
  expect(secondsOf(10)).toBeCloseTo(0.01); // the session's updates take a millisecond
  expect(secondsOf(40)).toBeCloseTo(0.04);
  timeline.pick(10);
  await settled();
  await run.train(3);
  session.progress(30);
  session.checkpoint(30);
  expect(secondsOf(30)).toBeCloseTo(0.03);
});

test('a run that begins at a checkpoint from elsewhere goes back to it, and not before', async () => {
  const { run, session, timeline } = await trained();
  const checkpoint = { spec, seed: 5, step: 300, bytes: new ArrayBuffer(8) };
  await run.rewind(checkpoint);
  timeline.begin(checkpoint);
  expect(timeline).toMatchObject({ steps: [300], end: 300, cursor: null });
  await run.train(5);
  session.progress(310);
  session.checkpoint(310);
  timeline.pick(0);
  await settled();
  expect(run.step).toBe(300);
  expect(timeline.steps).toEqual([300, 310]);
});

// The meaning of a lab's buttons, on a session that only remembers what it was asked.
import { describe, expect, test } from 'vitest';
import { LabRun } from '../../../../src/components/labs/shared/lab-run.svelte.ts';
import { FakeSession, options, published, spec } from './fake-session.ts';

async function pretrained(): Promise<{ run: LabRun; session: FakeSession }> {
  const session = new FakeSession();
  const run = new LabRun(() => session, { slot: 'main', feed: () => options });
  void run.open();
  await run.show(published);
  return { run, session };
}

describe('a lab’s buttons', () => {
  test('nothing is asked before the lab opens; then the pretrained model stands at step 0', async () => {
    const { run } = await pretrained();
    expect(run).toMatchObject({ status: 'ready', model: 'vae-mnist-2d', step: 0, loss: null });
  });

  test('Train over a pretrained model starts afresh from the seed', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    expect(session.asked.slice(-2)).toEqual(['create', 'train']);
    expect(run).toMatchObject({ status: 'training', model: '', step: 0, seed: 3 });
    session.progress(5);
    expect(run).toMatchObject({ step: 5, loss: 195 });
  });

  test('Continue trains on the published weights, and counts live updates only', async () => {
    const { run, session } = await pretrained();
    await run.continueFrom(published);
    expect(session.asked.slice(-2)).toEqual(['load', 'train']);
    expect(run).toMatchObject({ status: 'training', model: '', step: 0 });
  });

  test('Train after Pause resumes, with the weights that are there', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    session.progress(8);
    await run.pause();
    expect(run).toMatchObject({ status: 'paused', step: 8 });
    await run.train(3);
    expect(session.asked.filter((kind) => kind === 'create')).toHaveLength(1);
    expect(run.status).toBe('training');
  });

  test('Pause with nothing to pause does nothing', async () => {
    const { run, session } = await pretrained();
    const before = session.asked.length;
    await run.pause();
    expect(session.asked).toHaveLength(before);
    expect(run).toMatchObject({ status: 'ready', model: 'vae-mnist-2d' });
  });

  test('a Pause that comes while the data are fetched is not lost', async () => {
    const { run, session } = await pretrained();
    let release = (): void => undefined;
    session.gate = new Promise((done) => (release = done));
    void run.train(3);
    const paused = run.pause();
    release();
    await paused;
    expect(run.status).toBe('paused');
  });

  test('Step makes one update for each click, and none more', async () => {
    const { run, session } = await pretrained();
    await Promise.all([run.stepOnce(3), run.stepOnce(3), run.stepOnce(3)]);
    expect(session.asked.filter((kind) => kind === 'step')).toHaveLength(3);
    expect(session.asked.filter((kind) => kind === 'create')).toHaveLength(1);
    expect(run).toMatchObject({ status: 'paused', step: 3, loss: 197, model: '' });
  });

  test('Reset during training stops it and stands at step 0 without a loss', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    session.progress(50);
    await run.reset(3);
    expect(run).toMatchObject({ status: 'ready', step: 0, loss: null, model: '' });
    session.progress(51);
    expect(run.step, 'a report of the run that was thrown away').toBe(0);
  });

  test('at a slower speed updates come one by one, until Pause', async () => {
    const { run, session } = await pretrained();
    await run.setSpeed(0.5);
    await run.train(3);
    expect(run.status).toBe('training');
    await expect.poll(() => run.step).toBeGreaterThan(2);
    await run.pause();
    const { step } = run;
    await new Promise((later) => setTimeout(later, 150));
    expect(run).toMatchObject({ status: 'paused', step });
    expect(session.asked).not.toContain('train');
    await run.setSpeed(1);
    await run.train(3);
    expect(session.asked.at(-1)).toBe('train');
  });

  test('another slot’s reports are not this lab’s', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    session.progress(50, session.runs, 'other');
    expect(run.step).toBe(0);
  });

  test('a run that nobody watches rests, and goes on when somebody does', async () => {
    const { run } = await pretrained();
    await run.train(3);
    await run.rest('Paused while hidden.');
    expect(run).toMatchObject({ status: 'paused', resting: 'Paused while hidden.' });
    await run.wake();
    expect(run).toMatchObject({ status: 'training', resting: '' });
  });

  test('a run that the reader paused does not wake by itself', async () => {
    const { run } = await pretrained();
    await run.train(3);
    await run.pause();
    await run.rest('Paused while hidden.');
    await run.wake();
    expect(run.status).toBe('paused');
  });
});

describe('a lab’s failures', () => {
  test('a request that fails is shown and can be tried again', async () => {
    const { run, session } = await pretrained();
    session.failing.add('train');
    await run.train(3);
    expect(run.status).toBe('failed');
    expect(run.fault?.message).toBe('train failed');
    session.failing.clear();
    await run.retry();
    expect(run).toMatchObject({ status: 'training', fault: null });
  });

  test('a divergence stops the run and says what left its range; Reset mends it', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    session.progress(5);
    session.diverge();
    expect(run).toMatchObject({ status: 'failed', fault: { quantity: 'kl' } });
    await run.reset(3);
    expect(run).toMatchObject({ status: 'ready', fault: null, step: 0 });
  });

  test('after closing, nothing moves any more', async () => {
    const { run, session } = await pretrained();
    await run.close();
    const asked = session.asked.length;
    await run.train(3);
    expect(session.asked).toHaveLength(asked);
    expect(session.listeners.size).toBe(0);
  });
});

describe('questions about the weights in the slot', () => {
  const ask = (run: LabRun): Promise<unknown> =>
    run.asking().request('decode', { slot: 'main', codes: new Float32Array(2) });

  /** A question that fails only when told to, however its run goes on. */
  function held(session: FakeSession): (error: Error) => void {
    const request = session.request.bind(session);
    let fail: (error: Error) => void = () => undefined;
    session.request = (kind, payload) =>
      kind === 'decode'
        ? new Promise((_, reject) => {
            fail = reject;
          })
        : request(kind, payload);
    return (error) => {
      fail(error);
    };
  }

  test('one that fails after other weights came is no failure of the lab', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    session.progress(4);
    const fail = held(session);
    const answer = ask(run).catch((error: unknown) => {
      run.fail(error);
    });
    await run.fresh(spec, 3);
    fail(new Error('No parameter "bottom.0.0.weight"; there are .'));
    await answer;
    expect(run).toMatchObject({ status: 'ready', fault: null });
  });

  test('nor one that fails while they are on their way', async () => {
    const { run, session } = await pretrained();
    const fail = held(session);
    let release = (): void => undefined;
    session.gate = new Promise((done) => (release = done));
    const placed = run.fresh(spec, 3);
    await expect.poll(() => session.asked.at(-1)).toBe('create');
    const answer = ask(run).catch((error: unknown) => {
      run.fail(error);
    });
    fail(new Error('There is no model in "main": create or load one first.'));
    await answer;
    expect(run).toMatchObject({ status: 'preparing', fault: null });
    release();
    await placed;
    expect(run.status).toBe('ready');
  });

  test('nor one to another worker that has not got them yet', async () => {
    const { run, session } = await pretrained();
    const fail = held(session);
    let release = (): void => undefined;
    session.gate = new Promise((done) => (release = done));
    const moved = run.restart('wasm');
    await expect.poll(() => session.asked.at(-1)).toBe('open');
    const answer = ask(run).catch((error: unknown) => {
      run.fail(error);
    });
    fail(new Error('There is no model in "main": create or load one first.'));
    await answer;
    expect(run).toMatchObject({ fault: null });
    release();
    await moved;
    expect(run).toMatchObject({ status: 'ready', fault: null });
  });

  test('nor one of a network that is chosen, to another worker that has the one before', async () => {
    const { run, session } = await pretrained();
    run.outdate();
    await run.restart('wasm');
    session.failing.add('decode');
    const failed = (error: unknown): void => {
      run.fail(error);
    };
    await ask(run).catch(failed);
    expect(run).toMatchObject({ status: 'ready', fault: null });
    await run.fresh(spec, 3);
    await ask(run).catch(failed);
    expect(run).toMatchObject({ status: 'failed', fault: { message: 'decode failed' } });
  });

  test('one that fails over weights that others failed to replace is', async () => {
    const { run, session } = await pretrained();
    session.failing.add('load');
    await run.show(published);
    expect(run.fault?.message).toBe('load failed');
    session.failing.add('decode');
    await ask(run).catch((error: unknown) => {
      run.fail(error);
    });
    expect(run).toMatchObject({ status: 'failed', fault: { message: 'decode failed' } });
  });

  test('nor one of a refresh that began before they came, asked after', async () => {
    const { run, session } = await pretrained();
    const before = run.asking();
    await run.fresh(spec, 3);
    session.failing.add('decode');
    await before
      .request('decode', { slot: 'main', codes: new Float32Array(2) })
      .catch((error: unknown) => {
        run.fail(error);
      });
    expect(run).toMatchObject({ status: 'ready', fault: null });
  });

  test('what is measured while another network is awaited is not taken for its own', async () => {
    const { run, session } = await pretrained();
    await run.train(3);
    session.progress(5);
    expect(run.report?.step).toBe(5);
    run.outdate();
    expect(run).toMatchObject({ report: null, heldOut: null });
    session.progress(6);
    expect(run).toMatchObject({ report: null, step: 6 });
    await run.fresh(spec, 3);
    await run.train(3);
    session.progress(1);
    expect(run.report?.step).toBe(1);
  });

  test('one that fails over the weights that are there is', async () => {
    const { run, session } = await pretrained();
    session.failing.add('decode');
    await ask(run).catch((error: unknown) => {
      run.fail(error);
    });
    expect(run).toMatchObject({ status: 'failed', fault: { message: 'decode failed' } });
  });
});

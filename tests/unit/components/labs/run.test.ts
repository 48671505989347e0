// The meaning of a lab's buttons, on a session that only remembers what it was asked.
import { describe, expect, test } from 'vitest';
import { LabRun, type LabSession } from '../../../../src/components/labs/shared/lab-run.svelte.ts';
import type {
  ModelReport,
  ReplyOf,
  RequestKind,
  RequestOf,
  SessionEvent,
  StepReport,
} from '../../../../src/lib/protocol/messages.ts';

const spec = { family: 'vae', config: {} };
const weights = { url: 'weights', bytes: 1, sha256: '' };
const published = { id: 'vae-mnist-2d', spec, weights };
const data = { name: 'set', images: weights, labels: weights };
const options = { training: data, heldOut: data, batchSize: 1, settings: { beta: 1 } };

class FakeSession implements LabSession {
  readonly options = { backend: 'auto' } as const;
  readonly asked: string[] = [];
  readonly listeners = new Set<(event: SessionEvent) => void>();
  /** Kinds of requests that fail, until taken out. */
  readonly failing = new Set<RequestKind>();
  /** When set, every reply waits for it. */
  gate: Promise<void> = Promise.resolve();
  step = 0;
  runs = 0;

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  restart(): void {
    throw new Error('Nobody restarts the worker here.');
  }

  async request<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>> {
    this.asked.push(kind);
    await this.gate;
    if (this.failing.has(kind)) throw new Error(`${kind} failed`);
    return this.#reply(kind, payload) as ReplyOf<K>;
  }

  progress(step: number, run = this.runs, slot = 'main'): void {
    this.step = step;
    for (const listener of this.listeners) {
      listener({ event: 'progress', report: { ...this.#report(), run, slot } });
    }
  }

  diverge(): void {
    const fault = { name: 'DivergenceError', message: 'The kl became NaN.', quantity: 'kl' };
    for (const listener of this.listeners) {
      listener({ event: 'stopped', slot: 'main', run: this.runs, fault });
    }
  }

  #reply(kind: RequestKind, payload: object): unknown {
    const model = (id: string, seed: number): ModelReport => {
      this.step = 0;
      return { slot: 'main', parameters: 10, layers: [], published: id, seed, step: 0 };
    };
    switch (kind) {
      case 'open':
        return { name: 'wasm', device: 'one core', passedOver: [] };
      case 'load':
        return model('published' in payload ? String(payload.published) : '', 7);
      case 'create':
      case 'reset':
        return model('', 'seed' in payload ? Number(payload.seed) : 0);
      case 'train':
        this.runs += 1;
        return { slot: 'main', run: this.runs, step: this.step, settings: {} };
      case 'step':
        this.step += 1;
        return this.#report();
      default:
        return { slot: 'main', run: this.runs, step: this.step, settings: {} };
    }
  }

  #report(): StepReport {
    return {
      slot: 'main',
      run: this.runs,
      step: this.step,
      epoch: 0,
      stepsPerEpoch: 100,
      objective: 200 - this.step,
      terms: {},
      examplesPerSecond: 1,
      msPerStep: 1,
      memory: { tensors: 1, bytes: 1 },
    };
  }
}

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

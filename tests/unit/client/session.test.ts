// The session over a worker that only remembers: who is told what when a worker is gone, and what the next one gets.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../../../src/lib/client/session.ts';
import type { FromWorker, Request, SessionEvent } from '../../../src/lib/protocol/messages.ts';

class FakeWorker extends EventTarget {
  static made: FakeWorker[] = [];

  static get last(): FakeWorker {
    return FakeWorker.made.at(-1)!;
  }

  readonly got: Request[] = [];
  ended = false;

  constructor() {
    super();
    FakeWorker.made.push(this);
  }

  postMessage(message: Request): void {
    this.got.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  says(data: FromWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  fails(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  FakeWorker.made = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const wasm = { name: 'wasm', device: 'one core', passedOver: [] } as const;
const webgl = { name: 'webgl', device: 'a GPU', passedOver: [] } as const;

/** A session whose worker has opened, with every event that it tells. */
async function open(backend: typeof wasm | typeof webgl = wasm) {
  const session = new Session({ backend: 'auto' });
  const events: SessionEvent[] = [];
  session.subscribe((event) => events.push(event));
  const opening = session.request('open', { backend: 'auto' });
  const worker = FakeWorker.last;
  worker.says({ id: 1, ok: true, value: backend });
  await opening;
  return { session, events, worker };
}

const images = {
  name: 'own',
  pixels: new Uint8Array(4),
  labels: new Uint8Array(1),
  count: 1,
  width: 2,
  height: 2,
  channels: 1,
};

test('a worker that does not answer is ended within seconds: its requests fail, its listeners hear why', async () => {
  const { session, events, worker } = await open();
  const asked = session.request('memory', {});
  const failed = expect(asked).rejects.toThrow('did not answer for 5 seconds');
  await vi.advanceTimersByTimeAsync(7000);
  await failed;
  expect(worker.ended).toBe(true);
  expect(events).toMatchObject([{ event: 'gone', end: 'silent' }]);
});

test('a run is watched although nothing is asked, until it has stopped', async () => {
  const { session, events, worker } = await open();
  const data = { name: 'set', kept: true } as const;
  const options = { training: data, heldOut: data, batchSize: 1, settings: {} };
  const trained = session.request('train', { slot: 'a', options });
  worker.says({ id: 2, ok: true, value: { slot: 'a', run: 1, step: 0, settings: {} } });
  await trained;
  worker.says({ event: 'stopped', slot: 'a', run: 1 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events.map(({ event }) => event)).toEqual(['stopped']);
  void session.request('train', { slot: 'a', options });
  worker.says({ id: 3, ok: true, value: { slot: 'a', run: 2, step: 0, settings: {} } });
  await vi.advanceTimersByTimeAsync(7000);
  expect(events.at(-1)).toMatchObject({ event: 'gone', end: 'silent' });
});

test('a lost device ends its worker, and its backend is not asked for again', async () => {
  const { session, events, worker } = await open(webgl);
  worker.says({ event: 'lost', backend: 'webgl', why: 'The context was lost.' });
  expect(worker.ended).toBe(true);
  expect(events.at(-1)).toMatchObject({ event: 'gone', end: 'lost' });
  expect(session.options.without).toEqual(['webgl']);
});

test('a GPU that hangs its worker is passed by as well; wasm is not, since there is nothing after it', async () => {
  for (const [backend, without] of [
    [webgl, ['webgl']],
    [wasm, undefined],
  ] as const) {
    FakeWorker.made = [];
    const { session } = await open(backend);
    session.request('memory', {}).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(session.options.without).toEqual(without);
  }
});

test('the next worker gets the images that were kept, before anything else', async () => {
  const { session, worker } = await open();
  void session.request('keep', { set: images });
  worker.says({ id: 2, ok: true, value: { name: 'own' } });
  session.restart('webgl');
  void session.request('open', { backend: 'webgl' });
  expect(worker.ended).toBe(true);
  expect(FakeWorker.last.got.map(({ kind }) => kind)).toEqual(['keep', 'open']);
});

test('a worker that fails says what it said; one that never spoke asks for a reload', async () => {
  const { events, worker } = await open();
  worker.fails('out of memory');
  expect(events.at(-1)).toMatchObject({
    end: 'failed',
    fault: { message: 'The training worker stopped: out of memory.' },
  });
  FakeWorker.made = [];
  const fresh = new Session({ backend: 'auto' });
  const opening = fresh.request('open', { backend: 'auto' });
  FakeWorker.last.fails('');
  await expect(opening).rejects.toThrow('The site was updated, or the network is away');
});

test('what an ended worker still says is not heard', async () => {
  const { session, events, worker } = await open();
  session.restart('auto');
  const told = events.length;
  worker.says({ event: 'stopped', slot: 'a', run: 1 });
  worker.fails('late');
  expect(events).toHaveLength(told);
});

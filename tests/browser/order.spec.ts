// What the training worker promises of order and of checkpoints, in a real browser: requests that change a slot wait
// for those before them, and a run goes on in another worker as if nothing had been.
import { expect, test } from './fixtures.ts';

test.beforeEach(async ({ page, engine }) => {
  await page.goto(engine.url);
  await page.waitForFunction(() => 'scenarios' in window);
  await page.evaluate(async () => {
    await window.session.request('open', { backend: 'wasm' });
    await window.session.request('create', { slot: 'a', spec: window.files.spec, seed: 1 });
  });
});

test('what changes a slot is done in the order asked while its data are on their way; questions do not wait', async ({
  page,
}) => {
  await page.route('**/images.pack', async (route) => {
    await new Promise((later) => setTimeout(later, 1500));
    await route.fallback();
  });
  const { ended, steps } = await page.evaluate(async () => {
    const { session, feed: options } = window;
    const done: string[] = [];
    const noting = async <T>(name: string, reply: Promise<T>): Promise<T> => {
      const value = await reply;
      done.push(name);
      return value;
    };
    const codes = new Float32Array(2);
    const [, , one, zero, again] = await Promise.all([
      noting('train', session.request('train', { slot: 'a', options })),
      noting('pause', session.request('pause', { slot: 'a' })),
      noting('step', session.request('step', { slot: 'a', options })),
      noting('reset', session.request('reset', { slot: 'a', seed: 1 })),
      noting('step again', session.request('step', { slot: 'a', options })),
      noting('decode', session.request('decode', { slot: 'a', codes })),
    ]);
    await session.request('create', { slot: 'b', spec: window.files.spec, seed: 1 });
    return { ended: done, steps: [one.step, zero.step, again.step] };
  });
  expect(ended).toEqual(['decode', 'train', 'pause', 'step', 'reset', 'step again']);
  expect(steps[0]).toBeGreaterThanOrEqual(1);
  expect(steps.slice(1)).toEqual([0, 1]);
});

test('a slot whose data do not come keeps no other slot waiting', async ({ page }) => {
  await page.route('**/images.pack', () => undefined);
  const step = await page.evaluate(async () => {
    const { session, feed: options } = window;
    session.request('train', { slot: 'a', options }).catch(() => undefined);
    await session.request('create', { slot: 'b', spec: window.files.spec, seed: 2 });
    return (await session.request('reset', { slot: 'b', seed: 3 })).step;
  });
  expect(step).toBe(0);
});

test('a run sends checkpoints while it trains and when it ends, each with the loss it had', async ({
  page,
}) => {
  await page.evaluate(() => window.session.request('train', { slot: 'a', options: window.feed }));
  await page.waitForTimeout(3500);
  const { paused, sent } = await page.evaluate(async () => {
    const state = await window.session.request('pause', { slot: 'a' });
    return {
      paused: state.step,
      sent: window.events.flatMap((event) =>
        event.event === 'checkpoint'
          ? [{ ...event.checkpoint, bytes: event.checkpoint.bytes.byteLength }]
          : [],
      ),
    };
  });
  const steps = sent.map(({ step }) => step);
  expect(steps.length).toBeGreaterThanOrEqual(4);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(paused);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(sent.at(-1)?.objective).toBeLessThan(sent[1]?.objective ?? 0);
  expect(sent.at(-1)?.bytes, 'weights and two moments').toBeGreaterThan(2 * (sent[0]?.bytes ?? 0));
});

test('a checkpoint goes on in another worker as if nothing had been, and kept images are there again', async ({
  page,
}) => {
  const { before, after, count } = await page.evaluate(async () => {
    const { session, feed } = window;
    const pixels = new Uint8Array(64 * 64).map((_, i) => (i * 37) % 256);
    const set = { pixels, labels: new Uint8Array(64), count: 64, width: 8, height: 8, channels: 1 };
    await session.request('keep', { set: { ...set, name: 'own' } });
    const own = { name: 'own', kept: true } as const;
    const options = { ...feed, training: own, heldOut: own };
    const step = async () => (await session.request('step', { slot: 'a', options })).objective;
    await step();
    await step();
    const checkpoint = await session.request('checkpoint', { slot: 'a' });
    const first = [await step(), await step()];
    session.restart('wasm');
    await session.request('open', { backend: 'wasm' });
    await session.request('restore', { slot: 'a', checkpoint });
    const second = [await step(), await step()];
    const images = await session.request('images', { data: own, from: 0, count: 100 });
    return { before: first, after: second, count: images.count };
  });
  expect(after).toEqual(before);
  expect(count).toBe(64);
});

// The training worker through the client's session, in a real browser: what each request promises, and what becomes
// of files that are missing, damaged or of another model.
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';

/** What `load` complains of; empty when it loads. */
const load = (page: Page) =>
  page.evaluate(() => {
    const { spec, weights } = window.files;
    return window.complaint(
      window.session.request('load', { slot: 'a', published: 'tiny', spec, weights }),
    );
  });

const sleep = (page: Page, milliseconds: number) => page.waitForTimeout(milliseconds);

test.beforeEach(async ({ page, engine }) => {
  await page.goto(engine.url);
  await page.waitForFunction(() => 'scenarios' in window);
  const report = await page.evaluate(async () => {
    const opened = await window.session.request('open', { backend: 'wasm' });
    await window.session.request('create', { slot: 'a', spec: window.files.spec, seed: 1 });
    return opened;
  });
  expect(report.name).toBe('wasm');
  expect(report.device).not.toBe('');
});

test('a run reports its progress, answers a pause within half a second and then keeps still', async ({
  page,
}) => {
  await page.evaluate(() => window.session.request('train', { slot: 'a', options: window.feed }));
  await page.waitForFunction(
    () => window.events.filter(({ event }) => event === 'progress').length >= 3,
  );
  const paused = await page.evaluate(async () => {
    const began = performance.now();
    const state = await window.session.request('pause', { slot: 'a' });
    return { ...state, ms: performance.now() - began, events: window.events.length };
  });
  expect(paused.ms).toBeLessThan(500);
  await sleep(page, 600);
  const later = await page.evaluate(async () => ({
    state: await window.session.request('pause', { slot: 'a' }),
    progress: window.events.flatMap((event) => (event.event === 'progress' ? [event.report] : [])),
  }));
  expect(later.state.step).toBe(paused.step);
  const steps = later.progress.map(({ step }) => step);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(Math.max(...steps)).toBeLessThanOrEqual(paused.step);
  for (const { objective, terms, heldOut } of later.progress) {
    expect(objective).toBeCloseTo((terms['reconstruction'] ?? NaN) + (terms['kl'] ?? NaN), 3);
    if (heldOut) expect(heldOut.klPerDimension.length).toBe(2);
  }
  expect(later.progress.some(({ heldOut }) => heldOut)).toBe(true);
});

test('questions are answered while it trains', async ({ page }) => {
  const answers = await page.evaluate(async () => {
    await window.session.request('train', { slot: 'a', options: window.feed });
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const began = performance.now();
      const { means } = await window.session.request('decode', {
        slot: 'a',
        codes: Float32Array.of(0, 0, 1, -1),
      });
      if (means.length !== 128) throw new Error(`${means.length} means`);
      waits.push(performance.now() - began);
    }
    await window.session.request('pause', { slot: 'a' });
    return waits;
  });
  expect(Math.max(...answers)).toBeLessThan(300);
});

test('a step is exactly one update, and a reset the very same start', async ({ page }) => {
  const { first, second, again, weights } = await page.evaluate(async () => {
    const step = () => window.session.request('step', { slot: 'a', options: window.feed });
    const bytes = async () =>
      [...new Uint8Array((await window.session.request('weights', { slot: 'a' })).bytes)].join();
    const before = await bytes();
    const one = await step();
    const changed = await bytes();
    const two = await step();
    const reset = await window.session.request('reset', { slot: 'a', seed: 1 });
    const after = await bytes();
    const repeated = await step();
    return {
      first: one,
      second: two,
      again: repeated,
      weights: { same: before === after, changed: before !== changed, step: reset.step },
    };
  });
  expect([first.step, second.step, again.step]).toEqual([1, 2, 1]);
  expect(again.objective).toBe(first.objective);
  expect(weights).toEqual({ same: true, changed: true, step: 0 });
});

test('settings change in the middle of a run, and impossible ones are refused by name', async ({
  page,
}) => {
  const { state, refused } = await page.evaluate(async () => {
    await window.session.request('train', { slot: 'a', options: window.feed });
    const after = await window.session.request('set', { slot: 'a', settings: { beta: 4 } });
    const message = await window.complaint(
      window.session.request('set', { slot: 'a', settings: { gamma: 1 } }),
    );
    await window.session.request('pause', { slot: 'a' });
    return { state: after, refused: message };
  });
  expect(state.settings['beta']).toBe(4);
  expect(refused).toContain('no setting "gamma"');
});

test('two hundred updates hold as many tensors as ten, and freeing gives all of them back', async ({
  page,
}) => {
  const held = await page.evaluate(async () => {
    await window.session.request('free', {});
    const { tensors: empty } = await window.session.request('memory', {});
    await window.session.request('create', { slot: 'b', spec: window.files.spec, seed: 2 });
    const steps = async (count: number) => {
      for (let i = 0; i < count; i++)
        await window.session.request('step', { slot: 'b', options: window.feed });
      return (await window.session.request('memory', {})).tensors;
    };
    const early = await steps(10);
    const late = await steps(190);
    const { tensors: freed } = await window.session.request('free', { slot: 'b' });
    return { empty, early, late, freed };
  });
  expect(held.late).toBe(held.early);
  expect(held.early).toBeGreaterThan(held.empty);
  expect(held.freed).toBe(held.empty);
});

test('published weights are loaded and named', async ({ page }) => {
  const report = await page.evaluate(() => {
    const { spec, weights } = window.files;
    return window.session.request('load', { slot: 'a', published: 'tiny', spec, weights });
  });
  expect(report).toMatchObject({ published: 'tiny', step: 0 });
});

test.describe('weights that are not the published ones', () => {
  const faults: [
    why: string,
    answer: (whole: Buffer) => { status?: number; body: Buffer },
    says: RegExp,
  ][] = [
    [
      'a missing file',
      () => ({ status: 404, body: Buffer.from('no') }),
      /weights\.safetensors could not be fetched: the server answered 404/,
    ],
    [
      'a truncated file',
      (whole) => ({ body: whole.subarray(0, 1000) }),
      /has 1000 bytes, expected \d+/,
    ],
    [
      'a file of the right size with one byte changed',
      (whole) => ({ body: Buffer.from(whole.map((byte, i) => (i === 2000 ? byte ^ 1 : byte))) }),
      /its hash differs/,
    ],
  ];
  for (const [why, answer, says] of faults) {
    test(`${why} is refused with what to do, and the model in use stays`, async ({ page }) => {
      await page.route('**/weights.safetensors', async (route) => {
        const whole = await (await route.fetch()).body();
        await route.fulfill(answer(whole));
      });
      expect(await load(page)).toMatch(says);
      const step = await page.evaluate(() =>
        window.session.request('step', { slot: 'a', options: window.feed }),
      );
      expect(step.step).toBe(1);
      await page.unroute('**/weights.safetensors');
      expect(await load(page)).toBe('');
    });
  }

  test('a damaged copy in a cache is passed by: the file is asked for once more', async ({
    page,
  }) => {
    let asked = 0;
    await page.route('**/weights.safetensors', async (route) => {
      asked++;
      if (asked > 1) await route.fallback();
      else await route.fulfill({ body: Buffer.from('half a file') });
    });
    expect(await load(page)).toBe('');
    expect(asked).toBe(2);
  });

  test('weights of another network are refused by the tensor that does not fit', async ({
    page,
  }) => {
    const message = await page.evaluate(() => {
      const { spec, weights } = window.files;
      const wider = { ...spec, config: { ...spec.config, hidden: [32] } };
      return window.complaint(
        window.session.request('load', { slot: 'a', published: 'tiny', spec: wider, weights }),
      );
    });
    expect(message).toContain('"encoder.0.weight" is [24,64], the config needs [32,64]');
  });
});

test('training data that do not come are said to be missing, and come at the next try', async ({
  page,
}) => {
  const step = () =>
    page.evaluate(() =>
      window.complaint(window.session.request('step', { slot: 'a', options: window.feed })),
    );
  await page.route('**/images.pack', (route) => route.abort());
  expect(await step()).toMatch(/images\.pack could not be fetched: the network did not answer/);
  await page.unroute('**/images.pack');
  expect(await step()).toBe('');
});

test('a question about a model that is not there names its place', async ({ page }) => {
  const message = await page.evaluate(() =>
    window.complaint(window.session.request('pause', { slot: 'nowhere' })),
  );
  expect(message).toContain('no model in "nowhere"');
});

test('a worker whose script is gone after a new deployment asks for a reload', async ({
  page,
  engine,
}) => {
  await page.route(/lab\.worker-[^/]*\.js/, (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto(engine.url);
  await page.waitForFunction(() => 'scenarios' in window);
  const message = await page.evaluate(() =>
    window.complaint(window.session.request('open', { backend: 'wasm' })),
  );
  expect(message).toContain('reload the page');
});

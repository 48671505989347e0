// The loop that the lab and the scripts share: it learns, reports honest means, stops clean, and says what diverged.
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import type { ImageSet } from '../../../src/lib/data/images.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { memory } from '../../../src/lib/ops/tf.ts';
import { DivergenceError, train, WINDOW, type LoopReport } from '../../../src/lib/train/loop.ts';
import { SettingsError, Trainer } from '../../../src/lib/train/trainer.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const spec = {
  family: 'vae',
  config: { inputDim: 16, hidden: [12], latentDim: 2, activation: 'relu', likelihood: 'bernoulli' },
} as const;

/** Bars: one bright row of four by four pixels. */
const bars: ImageSet = {
  pixels: Uint8Array.from({ length: 64 * 16 }, (_, i) =>
    Math.floor((i % 16) / 4) === Math.floor(i / 16) % 4 ? 255 : 0,
  ),
  labels: new Uint8Array(64),
  count: 64,
  width: 4,
  height: 4,
  channels: 1,
};

async function trainer(seed = 1): Promise<Trainer> {
  const made = new Trainer(await loadFamily('vae'), spec, seed);
  made.feed(bars, 16);
  return made;
}

/** The reports of the first `steps` updates, the terms read every `readEvery`. */
async function run(of: Trainer, steps: number, readEvery = 1): Promise<LoopReport[]> {
  const reports: LoopReport[] = [];
  for await (const report of train(of, () => readEvery)) {
    if (report) reports.push(report);
    if (of.step >= steps) break;
  }
  return reports;
}

test('the loss of a network that can learn falls', async () => {
  const made = await trainer();
  made.set({ learningRate: 0.01 });
  const reports = await run(made, 300);
  expect(reports[299]!.objective).toBeLessThan(0.7 * reports[0]!.objective);
  made.dispose();
});

test('the same seed gives the same run, another seed another', async () => {
  const losses: number[] = [];
  for (const seed of [1, 1, 2]) {
    const made = await trainer(seed);
    losses.push((await run(made, 5)).at(-1)!.objective);
    made.dispose();
  }
  expect(losses[1]).toBe(losses[0]);
  expect(losses[2]).not.toBe(losses[0]);
});

test('a reset goes back to the very same weights', async () => {
  const made = await trainer();
  const first = await run(made, 5);
  made.reset(1);
  expect(made.step).toBe(0);
  expect(await run(made, 5)).toEqual(first);
  made.dispose();
});

test('a report is the mean over the last twenty steps at most, whatever the rhythm of reading', async () => {
  const made = await trainer();
  const single: number[] = [];
  for (let step = 1; step <= 24; step++) {
    const terms = made.update();
    single.push([...terms.dataSync()].reduce((a, b) => a + b)); // β is 1
    terms.dispose();
  }
  expect(WINDOW).toBe(20);
  for (const readEvery of [1, 8]) {
    made.reset(1);
    const reports = await run(made, 24, readEvery);
    for (const { step, objective } of reports) {
      const last = single.slice(Math.max(0, step - 20), step);
      expect(objective).toBeCloseTo(last.reduce((a, b) => a + b) / last.length, 4);
    }
    expect(reports.map(({ step }) => step)).toEqual(
      single.map((_, i) => i + 1).filter((step) => step % readEvery === 0),
    );
  }
  made.dispose();
});

test('leaving the loop and disposing gives every tensor back', async () => {
  const before = memory().numTensors;
  const made = await trainer();
  await run(made, 10, 4); // leaves two steps unread
  made.dispose();
  expect(memory().numTensors).toBe(before);
});

test('a thousand updates hold as many tensors and bytes as ten', async () => {
  const made = await trainer();
  await run(made, 10);
  const early = memory();
  await run(made, 1000);
  expect(memory()).toMatchObject({ numTensors: early.numTensors, numBytes: early.numBytes });
  made.dispose();
});

test('a learning rate that is too high stops the run and names the term and the step', async () => {
  const made = await trainer();
  made.set({ learningRate: 1e30 });
  const failed = await run(made, 200, 5).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DivergenceError);
  const { quantity, step } = failed as DivergenceError;
  expect(made.terms).toContain(quantity);
  expect(step).toBeGreaterThan(1);
  expect(step).toBeLessThanOrEqual(made.step);
  made.dispose();
});

test('a loss that is still a number, and no loss any more, stops the run as well', async () => {
  const made = await trainer();
  made.set({ learningRate: 3000 });
  const failed = await run(made, 50).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DivergenceError);
  expect((failed as DivergenceError).message).toMatch(
    /became -?\d[\d.]*e\+\d+ at step \d+\. Go back/,
  );
  made.dispose();
});

test('settings change in the middle of a run; unknown and impossible ones are refused', async () => {
  const made = await trainer();
  await run(made, 2);
  made.set({ beta: 4 });
  expect(made.settings['beta']).toBe(4);
  expect(() => made.set({ gamma: 1 })).toThrow(SettingsError);
  expect(() => made.set({ gamma: 1 })).toThrow('it has learningRate, beta');
  expect(() => made.set({ beta: NaN })).toThrow(SettingsError);
  expect(() => made.set({ beta: -1 })).toThrow(SettingsError);
  made.dispose();
});

test('a run resumed from its checkpoint goes on as if it had not stopped', async () => {
  const through = await trainer();
  await run(through, 12);
  const weights = await through.export();
  const moments = await through.exportMoments();
  const resumed = await trainer();
  resumed.resume(weights, moments, 12);
  const expected = (await run(through, 13)).at(-1)!;
  const got = (await run(resumed, 13)).at(-1)!;
  expect(got.step).toBe(13);
  expect(got.objective).toBeCloseTo(expected.objective, 4);
  through.dispose();
  resumed.dispose();
});

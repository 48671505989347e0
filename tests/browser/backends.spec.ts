// The backends against each other in a real browser: the same losses from the same seed on all of them, 16-bit floats
// survived, and the choice between them. Graphics processors are software here: right or wrong, and slow.
import type { Page } from 'playwright/test';
import type { BackendName } from '../../src/lib/protocol/machine.ts';
import type { ModelSpec } from '../../src/lib/protocol/model.ts';
import { expect, test } from './fixtures.ts';

const vae = (hidden: number, activation: 'relu' | 'tanh' | 'leaky-relu' = 'relu') =>
  JSON.stringify({
    family: 'vae',
    config: {
      inputDim: 784,
      hidden: [hidden],
      latentDim: 2,
      activation,
      likelihood: 'bernoulli',
    },
  } satisfies ModelSpec);

const train = (page: Page, backend: BackendName, spec: string, steps: number, halfFloats = false) =>
  page.evaluate(([name, text, count, half]) => window.scenarios.train(name, text, count, half), [
    backend,
    spec,
    steps,
    halfFloats,
  ] as const);

test.beforeEach(async ({ page, engine }) => {
  await page.goto(engine.url);
  await page.waitForFunction(() => 'scenarios' in window);
});

// Software compiles shaders and computes at a crawl: one activation on WebGPU, all on WebGL.
const runs = [
  ['webgl', 'relu'],
  ['webgl', 'tanh'],
  ['webgl', 'leaky-relu'],
  ['webgpu', 'relu'],
] as const;

for (const [backend, activation] of runs) {
  test(`the first ten losses on ${backend} are those of wasm, ${activation}`, async ({
    page,
    engine,
  }) => {
    test.setTimeout(240_000);
    const why = await page.evaluate(async (name) => {
      if (name === 'webgl') return '';
      if (!('gpu' in navigator)) return 'this browser has no WebGPU';
      return (await navigator.gpu.requestAdapter()) ? '' : 'this browser offers no adapter';
    }, backend);
    test.skip(why !== '', why);
    const spec = vae(32, activation);
    const here = await train(page, backend, spec, 10);
    const there = await engine.inNode.train('wasm', spec, 10);
    expect(here.losses).toHaveLength(10);
    for (const [i, loss] of here.losses.entries()) {
      expect(Math.abs(loss / (there.losses[i] ?? NaN) - 1), `step ${i + 1}`).toBeLessThan(1e-3);
    }
    expect(here.tensorsLate).toBe(here.tensorsEarly);
    expect(here.tensorsLeft).toBe(0);
    expect(here.precision).toBe(32);
  });
}

test('fifty updates with 16-bit floats on WebGL stay finite and learn', async ({
  page,
  engine,
}) => {
  test.setTimeout(240_000);
  const spec = vae(256);
  const here = await train(page, 'webgl', spec, 50, true);
  expect(here.precision).toBe(16);
  expect(here.losses.every(Number.isFinite)).toBe(true);
  const there = await engine.inNode.train('wasm', spec, 50);
  const late = (losses: readonly number[]) => losses.slice(40).reduce((a, b) => a + b, 0) / 10;
  expect(Math.abs(late(here.losses) / late(there.losses) - 1)).toBeLessThan(0.01);
});

test('the choice ends on wasm where graphics processors are software, and says so of each', async ({
  page,
}) => {
  const report = await page.evaluate(
    ([text]) => {
      const spec = JSON.parse(text) as ModelSpec;
      return window.session.request('open', { backend: 'auto', probe: { spec, batchSize: 64 } });
    },
    [vae(64)] as const,
  );
  expect(report.name).toBe('wasm');
  expect(report.precision).toBe(32);
  expect(report.msPerStep).toBeGreaterThan(0);
  expect(report.passedOver.map(({ name }) => name)).toEqual(['webgpu', 'webgl']);
  for (const { why } of report.passedOver) {
    expect(why).toMatch(/software renderer|no WebGPU|offers no graphics processor|no WebGL/);
  }
});

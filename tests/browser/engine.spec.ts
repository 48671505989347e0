// The engine in a real browser against the engine in Node: the same losses from the same seed on every backend,
// the same numbers from the published weights, and no tensor left behind.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright/test';
import type { BackendName } from '../../src/lib/protocol/machine.ts';
import type { ModelSpec } from '../../src/lib/protocol/model.ts';
import type { Manifest } from '../../src/lib/weights/manifest.ts';
import { expect, test } from './fixtures.ts';

const small = JSON.stringify({
  family: 'vae',
  config: {
    inputDim: 784,
    hidden: [32],
    latentDim: 2,
    activation: 'relu',
    likelihood: 'bernoulli',
  },
} satisfies ModelSpec);

const train = (page: Page, backend: BackendName, steps: number) =>
  page.evaluate(([name, spec, count]) => window.scenarios.train(name, spec, count), [
    backend,
    small,
    steps,
  ] as const);

const worst = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));

test.beforeEach(async ({ page, engine }) => {
  await page.goto(engine.url);
  await page.waitForFunction(() => 'scenarios' in window);
});

for (const backend of ['wasm', 'webgl'] as const) {
  test(`twenty updates on ${backend} give the losses that Node gives, within float32`, async ({
    page,
    engine,
  }) => {
    const here = await train(page, backend, 20);
    const there = await engine.inNode.train('wasm', small, 20);
    expect(here.terms.length).toBe(20);
    expect(worst(here.terms[0]!, there.terms[0]!)).toBeLessThan(1e-2);
    // Rounding differs between backends and grows with the updates; the loss is in the hundreds of nats.
    expect(worst(here.terms.flat(), there.terms.flat())).toBeLessThan(0.5);
    expect(here.terms[19]![0]).toBeLessThan(here.terms[0]![0]! * 0.9);
  });
}

test('two hundred updates on wasm hold as many tensors as five, and leaving frees them all', async ({
  page,
}) => {
  const answer = await train(page, 'wasm', 200);
  expect(answer.tensorsLate).toBe(answer.tensorsEarly);
  expect(answer.tensorsLeft).toBe(0);
});

const models = path.resolve('public/models');
const ids = existsSync(models) ? readdirSync(models).sort() : [];

test('models are published', () => {
  expect(ids).toContain('vae-mnist-2d');
});

for (const id of ids) {
  test(`the published weights of ${id} compute the same in the browser as in Node`, async ({
    page,
    engine,
  }) => {
    const manifest = JSON.parse(
      readFileSync(path.join(models, id, 'manifest.json'), 'utf8'),
    ) as Manifest;
    const file = readFileSync(path.join(models, id, 'weights.safetensors'));
    const there = await engine.inNode.published(
      'wasm',
      JSON.stringify(manifest.spec),
      new Uint8Array(file),
    );
    const here = await page.evaluate(
      ([spec, bytes]) =>
        window.scenarios.published(
          'wasm',
          spec,
          Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)),
        ),
      [JSON.stringify(manifest.spec), file.toString('base64')] as const,
    );
    expect(there.codes.every(Number.isFinite)).toBe(true);
    expect(worst(here.codes, there.codes)).toBeLessThan(1e-4);
    expect(worst(here.pictures, there.pictures)).toBeLessThan(1e-4);
  });
}

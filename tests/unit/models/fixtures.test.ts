// The published models compute in Node what their fixtures say: binarisation, noise, codes and loss terms.
// The browser is held to Node by tests/browser, PyTorch to the same files by src/content/pytorch.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeFixture } from '../../../scripts/lib/fixture.ts';
import { loadPublished, loadTestSet, publishedIds } from '../../../scripts/lib/packed.ts';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import type { Fixture } from '../../../src/lib/weights/fixture.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

describe.each(await publishedIds())('%s', (id) => {
  test('computes what its fixture says', async () => {
    const { manifest, trainer } = await loadPublished(id);
    const found = await makeFixture(trainer, await loadTestSet(manifest));
    trainer.dispose();
    const kept = JSON.parse(readFileSync(`public/models/${id}/fixture.json`, 'utf8')) as Fixture;

    expect(found.ones).toEqual(kept.ones);
    expectClose(found.noise, kept.noise, 1e-6);
    expectClose(found.mean, kept.mean, 1e-4);
    expectClose(found.logVar, kept.logVar, 1e-4);
    for (const [term, values] of Object.entries(kept.terms)) {
      expectClose(found.terms[term] ?? [], values, 1e-3);
    }
  });
});

function expectClose(found: readonly number[], kept: readonly number[], within: number): void {
  expect(found).toHaveLength(kept.length);
  const worst = Math.max(0, ...found.map((value, i) => Math.abs(value - (kept[i] ?? NaN))));
  expect(worst).toBeLessThan(within);
}

// The published components and what the reports say of them: computed again on the test images, through the network that
// the lab uses.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadManifest, loadPacked } from '../../../scripts/lib/packed.ts';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { sliceImages } from '../../../src/lib/data/images.ts';
import { pcaSpec } from '../../../src/lib/models/pca.config.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { evaluate } from '../../../src/lib/train/evaluate.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';
import { readSafetensors } from '../../../src/lib/weights/safetensors.ts';
import fashion from '../../../src/content/reports/pca-fashion.json';
import mnist from '../../../src/content/reports/pca-mnist.json';

beforeAll(() => startBackend('wasm', nodeAssets()));

describe.each([
  ['mnist', mnist],
  ['fashion', fashion],
] as const)('PCA of %s', (name, report) => {
  const file = readFileSync(`public/${report.file.path}`);
  const tensors = readSafetensors(new Uint8Array(file));
  const components = tensors.get('components')!;

  test('is the file that the report names, by size and hash', () => {
    expect(file.length).toBe(report.file.bytes);
    expect(createHash('sha256').update(file).digest('hex')).toBe(report.file.sha256);
    expect(components.shape).toEqual([report.file.components, 784]);
  });

  test('its components are orthonormal, as far as float16 holds', () => {
    const row = (i: number) => components.values.subarray(784 * i, 784 * (i + 1));
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [5, 90],
      [127, 127],
    ] as const) {
      const dot = row(i).reduce((sum, value, d) => sum + value * row(j)[d]!, 0);
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 2);
    }
  });

  test('the error falls with every component', () => {
    report.errors.slice(1).forEach((error, i) => expect(error).toBeLessThan(report.errors[i]!));
  });

  test('the network of all components has the error that the report says', async () => {
    const spec = pcaSpec({ inputDim: 784, latentDim: report.file.components });
    const trainer = new Trainer(await loadFamily('pca'), spec, 1);
    trainer.assign(tensors);
    const { terms } = await evaluate(trainer, await loadPacked(`${name}-test`));
    trainer.dispose();
    expect(terms['mse']).toBeCloseTo(report.errors[report.file.components]!, 5);
  });

  test('so it has on the held-out images that a lab measures its runs on, with any number of components', async () => {
    const { images, errors } = report.heldOut;
    const set = sliceImages(await loadPacked(`${name}-validation`), 0, images);
    const mean = tensors.get('mean')!.values;
    for (const latentDim of [8, report.file.components]) {
      const spec = pcaSpec({ inputDim: 784, latentDim });
      const trainer = new Trainer(await loadFamily('pca'), spec, 1);
      trainer.assign(
        new Map([
          ['mean', { shape: [784], values: mean }],
          [
            'components',
            { shape: [latentDim, 784], values: components.values.slice(0, 784 * latentDim) },
          ],
        ]),
      );
      const { terms } = await evaluate(trainer, set);
      trainer.dispose();
      expect(terms['mse']! / errors[latentDim]!).toBeCloseTo(1, 2);
    }
    expect(errors).toHaveLength(report.file.components + 1);
  });
});

test('gradients leave the components where they are: they are the minimum already', async () => {
  const spec = pcaSpec({ inputDim: 784, latentDim: mnist.file.components });
  const trainer = new Trainer(await loadFamily('pca'), spec, 1);
  trainer.assign(readSafetensors(new Uint8Array(readFileSync(`public/${mnist.file.path}`))));
  const images = sliceImages(await loadPacked('mnist-train'), 0, 5_000);
  trainer.set({ learningRate: 1e-5 });
  trainer.feed(images, 1_000);
  const { terms: before } = await evaluate(trainer, images);
  for (let i = 0; i < 10; i++) trainer.update().dispose();
  const { terms: after } = await evaluate(trainer, images);
  trainer.dispose();
  expect(Math.abs(after['mse']! / before['mse']! - 1)).toBeLessThan(0.02);
});

test('the report has the figures of the manifests that stand today', async () => {
  expect(mnist.autoencoders.map(({ dimensions }) => dimensions)).toEqual([2, 8, 32, 128]);
  for (const { id, mse } of mnist.autoencoders) {
    const { metrics } = await loadManifest(id);
    expect(mse).toBeCloseTo(metrics['mse']?.value ?? NaN, 6);
  }
});

test('the autoencoder of 32 numbers loses at most 0.0115 per pixel, with 222,384 parameters', async () => {
  const { metrics, parameters } = await loadManifest('ae-mnist-d32');
  expect(parameters).toBe(222_384);
  expect(metrics['mse']?.value).toBeLessThanOrEqual(0.0115);
});

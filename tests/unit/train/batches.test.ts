// Batches are functions of the seed and the step: resumable, the same on every machine, each image once an epoch.
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import type { ImageSet } from '../../../src/lib/data/images.ts';
import { evaluationBatch, TrainingBatches } from '../../../src/lib/train/batches.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

/** Ten images of four pixels; image n has the grey 25·n everywhere. */
const set: ImageSet = {
  pixels: Uint8Array.from({ length: 40 }, (_, i) => 25 * Math.floor(i / 4)),
  labels: new Uint8Array(10),
  count: 10,
  width: 2,
  height: 2,
  channels: 1,
};
const grey = { binarises: false, noiseDim: 2 };
const binary = { binarises: true, noiseDim: 2 };

/** Which images a batch of grey ones holds. */
const imagesIn = (batches: TrainingBatches, step: number) =>
  [...batches.at(step).input.dataSync()]
    .filter((_, i) => i % 4 === 0)
    .map((value) => Math.round((value * 255) / 25));

test('an epoch shows each image once, and the next in another order', () => {
  const batches = new TrainingBatches(set, 5, 1, grey);
  expect(batches.stepsPerEpoch).toBe(2);
  const first = [...imagesIn(batches, 0), ...imagesIn(batches, 1)];
  const second = [...imagesIn(batches, 2), ...imagesIn(batches, 3)];
  expect([...first].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([...second].sort()).toEqual([...first].sort());
  expect(second).not.toEqual(first);
});

test('a run resumed at a step sees what it would have seen', () => {
  const through = new TrainingBatches(set, 3, 7, binary);
  for (const step of [0, 1, 2, 3]) through.at(step);
  const resumed = new TrainingBatches(set, 3, 7, binary);
  for (const part of ['input', 'noise'] as const) {
    expect(resumed.at(4)[part]?.dataSync()).toEqual(through.at(4)[part]?.dataSync());
  }
});

test('another seed gives other images, another binarisation and another noise', () => {
  const [one, two] = [1, 2].map((seed) => new TrainingBatches(set, 10, seed, binary).at(0));
  expect(one?.input.dataSync()).not.toEqual(two?.input.dataSync());
  expect(one?.noise?.dataSync()).not.toEqual(two?.noise?.dataSync());
});

test('binarised pixels are 0 or 1, drawn anew at every step', () => {
  const batches = new TrainingBatches(set, 10, 1, binary);
  const drawn = [0, 1].map((step) => [...batches.at(step).input.dataSync()]);
  expect(drawn.flat().every((pixel) => pixel === 0 || pixel === 1)).toBe(true);
  expect(drawn[0]).not.toEqual(drawn[1]);
});

test('a small set fills a batch evenly, and another image comes once more at another step', () => {
  const batches = new TrainingBatches(set, 24, 1, grey);
  expect(batches.stepsPerEpoch).toBe(1);
  const drawn = [0, 1].map((step) => {
    const counts = new Map<number, number>();
    for (const image of imagesIn(batches, step)) counts.set(image, (counts.get(image) ?? 0) + 1);
    return counts;
  });
  for (const counts of drawn) {
    expect([...counts.values()].sort()).toEqual([2, 2, 2, 2, 2, 2, 3, 3, 3, 3]);
  }
  expect(drawn[0]).not.toEqual(drawn[1]);
});

test('an empty set is refused', () => {
  const empty = { ...set, pixels: new Uint8Array(0), labels: new Uint8Array(0), count: 0 };
  expect(() => new TrainingBatches(empty, 1, 1, grey)).toThrow(/no images/);
});

test('augmented images are moved, another way at every step, and the same way again in a resumed run', () => {
  const stripes = { ...set, pixels: Uint8Array.from({ length: 40 }, (_, i) => (i % 2) * 250) };
  const shape = { ...grey, augment: { shift: 1, rotate: 0, scale: 0 } };
  const at = (step: number, given = shape) => [
    ...new TrainingBatches(stripes, 10, 1, given).at(step).input.dataSync(),
  ];
  const still = at(3, { ...grey, augment: { shift: 0, rotate: 0, scale: 0 } });
  expect(still).toEqual([...new TrainingBatches(stripes, 10, 1, grey).at(3).input.dataSync()]);
  expect(at(3)).not.toEqual(still);
  expect(at(3)).toEqual(at(3));
  expect(at(3)).not.toEqual(at(4));
});

test('an image is evaluated with one binarisation and one noise, whatever its batch', () => {
  const whole = evaluationBatch(set, 0, 10, binary);
  const part = evaluationBatch(set, 6, 4, binary);
  expect([...part.input.dataSync()]).toEqual([...whole.input.dataSync()].slice(24));
  expect([...(part.noise?.dataSync() ?? [])]).toEqual(
    [...(whole.noise?.dataSync() ?? [])].slice(12),
  );
});

test('a model without noise gets none', () => {
  expect(evaluationBatch(set, 0, 2, { binarises: false, noiseDim: 0 }).noise).toBeNull();
});

// A run as one file between two updates: everything in it, nothing lost, nothing that is no number.
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import type { ImageSet } from '../../../src/lib/data/images.ts';
import { memory, tensor } from '../../../src/lib/ops/tf.ts';
import { restoreCheckpoint, takeCheckpoint } from '../../../src/lib/train/checkpoint.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { DivergenceError } from '../../../src/lib/train/loop.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';
import { readSafetensors, WeightsError } from '../../../src/lib/weights/safetensors.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const spec = {
  family: 'vae',
  config: { inputDim: 16, hidden: [12], latentDim: 2, activation: 'relu', likelihood: 'bernoulli' },
} as const;

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

async function trainer(seed: number): Promise<Trainer> {
  const made = new Trainer(await loadFamily('vae'), spec, seed);
  made.feed(bars, 16);
  return made;
}

async function updates(of: Trainer, count: number): Promise<number[][]> {
  const rows: number[][] = [];
  for (let i = 0; i < count; i++) {
    const terms = of.update();
    rows.push(Array.from(await terms.data()));
    terms.dispose();
  }
  return rows;
}

test('a run restored elsewhere makes the very same updates, to the last bit', async () => {
  const through = await trainer(3);
  await updates(through, 12);
  const checkpoint = await takeCheckpoint(through, spec);
  expect(checkpoint).toMatchObject({ spec, seed: 3, step: 12 });
  const resumed = await trainer(99);
  restoreCheckpoint(resumed, checkpoint);
  resumed.feed(bars, 16);
  expect(resumed).toMatchObject({ seed: 3, step: 12 });
  expect(await updates(resumed, 5)).toEqual(await updates(through, 5));
  through.dispose();
  resumed.dispose();
});

test('before the first update there are no moments in it, and after it two for each parameter', async () => {
  const made = await trainer(1);
  const names = async (): Promise<string[]> => [
    ...readSafetensors(new Uint8Array((await takeCheckpoint(made, spec)).bytes)).keys(),
  ];
  const parameters = made.shapes.map(({ name }) => name);
  expect(await names()).toEqual(parameters);
  await updates(made, 1);
  const moments = parameters.flatMap((name) => [`first/${name}`, `second/${name}`]);
  expect((await names()).sort()).toEqual([...parameters, ...moments].sort());
  made.dispose();
});

test('weights that are no numbers are no checkpoint: they say which tensor', async () => {
  const made = await trainer(1);
  const first = made.shapes[0]!;
  const weight = made.parameters[first.name]!;
  weight.assign(tensor(new Float32Array(weight.size).fill(NaN), weight.shape));
  await expect(takeCheckpoint(made, spec)).rejects.toThrow(DivergenceError);
  await expect(takeCheckpoint(made, spec)).rejects.toThrow(`weight "${first.name}"`);
  made.dispose();
});

test('zeros, as a lost WebGL context reads back, are no checkpoint either', async () => {
  const made = await trainer(1);
  const matrix = made.shapes[0]!;
  expect(matrix.shape).toHaveLength(2);
  const weight = made.parameters[matrix.name]!;
  weight.assign(tensor(new Float32Array(weight.size), weight.shape));
  await expect(takeCheckpoint(made, spec)).rejects.toThrow(`nothing for "${matrix.name}"`);
  made.dispose();
});

test('a checkpoint of another network, or a damaged one, is refused and the weights stay', async () => {
  const made = await trainer(1);
  await updates(made, 1);
  const { bytes, ...rest } = await takeCheckpoint(made, spec);
  const before = await updates(made, 1);
  restoreCheckpoint(made, { ...rest, bytes });
  const damaged = { ...rest, bytes: bytes.slice(0, bytes.byteLength - 8) };
  expect(() => {
    restoreCheckpoint(made, damaged);
  }).toThrow(WeightsError);
  expect(await updates(made, 1)).toEqual(before);
  made.dispose();
});

test('taking and restoring leave no tensor behind', async () => {
  const made = await trainer(1);
  await updates(made, 2);
  const { numTensors } = memory();
  for (let i = 0; i < 5; i++) restoreCheckpoint(made, await takeCheckpoint(made, spec));
  expect(memory().numTensors).toBe(numTensors);
  made.dispose();
});

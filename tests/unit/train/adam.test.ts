// Adam against its first steps by hand (the fused kernel's own tests are with the kernels), and the rate's schedule.
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { memory, tensor1d, tidy, variable } from '../../../src/lib/ops/tf.ts';
import { Adam } from '../../../src/lib/train/adam.ts';
import { rateFactor } from '../../../src/lib/train/schedules.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

test('the first update has the size of the learning rate, whatever the gradient’s', () => {
  const weight = tidy(() => variable(tensor1d([1, 1, 1])));
  const adam = new Adam({ weight });
  adam.apply({ weight: tensor1d([1e-3, -5, 1e4]) }, 0.1);
  const [small, negative, large] = weight.dataSync();
  expect(small).toBeCloseTo(0.9, 5);
  expect(negative).toBeCloseTo(1.1, 5);
  expect(large).toBeCloseTo(0.9, 5);
});

test('the second update follows the bias-corrected moments', () => {
  const weight = tidy(() => variable(tensor1d([0])));
  const adam = new Adam({ weight });
  adam.apply({ weight: tensor1d([1]) }, 0.1);
  adam.apply({ weight: tensor1d([3]) }, 0.1);
  const m = (0.9 * 0.1 + 0.1 * 3) / (1 - 0.9 ** 2);
  const v = (0.999 * 0.001 + 0.001 * 9) / (1 - 0.999 ** 2);
  expect(weight.dataSync()[0]).toBeCloseTo(-0.1 - (0.1 * m) / Math.sqrt(v), 5);
  expect(adam.updates).toBe(2);
});

test('a missing gradient is named', () => {
  const adam = new Adam({ weight: tidy(() => variable(tensor1d([0]))) });
  expect(() => adam.apply({}, 0.1)).toThrow('"weight"');
});

test('disposing gives the moments back', () => {
  const weight = tidy(() => variable(tensor1d([0])));
  const before = memory().numTensors;
  const adam = new Adam({ weight });
  expect(memory().numTensors).toBe(before + 2);
  adam.dispose();
  expect(memory().numTensors).toBe(before);
});

test('the cosine schedule starts at 1, is halfway at half time and stays at its floor', () => {
  const schedule = { kind: 'cosine', steps: 100, floor: 0.1 } as const;
  expect(rateFactor(schedule, 0)).toBe(1);
  expect(rateFactor(schedule, 50)).toBeCloseTo(0.55, 12);
  expect(rateFactor(schedule, 100)).toBeCloseTo(0.1, 12);
  expect(rateFactor(schedule, 1000)).toBeCloseTo(0.1, 12);
  expect(rateFactor({ kind: 'constant' }, 1000)).toBe(1);
});

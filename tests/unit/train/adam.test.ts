// Adam against its first steps by hand (the fused kernel's own tests are with the kernels), and the rate's schedule.
import { beforeAll, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { memory, tensor1d, tidy, variable } from '../../../src/lib/ops/tf.ts';
import { Adam } from '../../../src/lib/train/adam.ts';
import { scheduleOf } from '../../../scripts/recipes/recipe.ts';
import { describeSchedule, rateFactor } from '../../../src/lib/train/schedules.ts';

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

test('a warm restart begins again from its share of the rate, and falls once more', () => {
  const restart = { at: 200, rate: 0.5, steps: 100, floor: 0.1 };
  const schedule = { kind: 'cosine', steps: 100, floor: 0.1, restart } as const;
  expect(rateFactor(schedule, 199)).toBeCloseTo(0.1, 12);
  expect(rateFactor(schedule, 200)).toBe(0.5);
  expect(rateFactor(schedule, 250)).toBeCloseTo(0.275, 12);
  expect(rateFactor(schedule, 300)).toBeCloseTo(0.05, 12);
  expect(describeSchedule(schedule)).toBe(
    'cosine to 0.1 of the rate over 100 steps, then constant; at step 200 anew from 0.5 of the rate to 0.05 of it over 100 steps, then constant',
  );
  const decay = { share: 0.5, floor: 0.1 };
  expect(scheduleOf({ epochs: 6, decay, restart: { after: 4, rate: 0.5 } }, 100)).toEqual({
    ...schedule,
    steps: 200,
    restart: { ...restart, at: 400 },
  });
  expect(scheduleOf({ epochs: 6, decay }, 100)).toEqual({ kind: 'cosine', steps: 300, floor: 0.1 });
});

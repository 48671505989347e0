// What a run can be gone back to: spread, bounded, cut like an undo.
import { expect, test } from 'vitest';
import { History } from '../../../../src/components/labs/shared/history.svelte.ts';
import type { Checkpoint } from '../../../../src/lib/protocol/messages.ts';
import { spec } from './fake-session.ts';

const SIZE = 100;
const at = (step: number): Checkpoint => ({ spec, seed: 3, step, bytes: new ArrayBuffer(SIZE) });
const stepsOf = (history: History): number[] => history.moments.map(({ step }) => step);

function filled(room: number, steps: readonly number[]): History {
  const history = new History(room * SIZE);
  history.begin(true);
  for (const step of steps) history.add(at(step), step / 10);
  return history;
}

test('the weights that a run began with are there from the start, and take no memory', () => {
  const history = filled(3, []);
  expect(history.moments).toEqual([{ step: 0, seconds: 0, checkpoint: null }]);
  history.add(at(0), 0);
  expect(history.bytes).toBe(0);
  const without = new History();
  without.begin(false);
  expect(without.moments).toEqual([]);
});

test('within the budget everything is kept, with its time', () => {
  const history = filled(3, [10, 20, 40]);
  expect(stepsOf(history)).toEqual([0, 10, 20, 40]);
  expect(history.last).toMatchObject({ step: 40, seconds: 4 });
  expect(history.bytes).toBe(3 * SIZE);
});

test('a long run keeps its beginning and its end, and early checkpoints stand closer than late ones', () => {
  const steps = Array.from({ length: 400 }, (_, i) => 5 * (i + 1));
  const history = filled(10, steps);
  const kept = stepsOf(history);
  expect(history.bytes).toBe(10 * SIZE);
  expect(kept[0]).toBe(0);
  expect(kept.at(-1)).toBe(2000);
  expect(kept[1]).toBeLessThan(150);
  const gaps = kept.slice(1).map((step, i) => Math.sqrt(step) - Math.sqrt(kept[i]!));
  const widest = Math.max(...gaps.slice(0, -1));
  // No two moments so close that leaving one out would have been better than what was left out.
  expect(widest).toBeLessThan((3 * Math.sqrt(2000)) / 10);
  const early = kept.filter((step) => step <= 500).length;
  expect(early).toBeGreaterThanOrEqual(4);
});

test('a checkpoint of an earlier step gives up those after it', () => {
  const history = filled(9, [10, 20, 40]);
  history.add(at(15), 1.5);
  expect(stepsOf(history)).toEqual([0, 10, 15]);
  history.cut(10);
  expect(stepsOf(history)).toEqual([0, 10]);
  history.cut(500);
  expect(stepsOf(history)).toEqual([0, 10]);
});

test('the nearest moment is found; without any there is none', () => {
  const history = filled(9, [10, 20, 40]);
  expect([0, 4, 6, 29, 31, 1e9].map((step) => history.nearest(step)?.step)).toEqual([
    0, 0, 10, 20, 40, 40,
  ]);
  expect(new History().nearest(3)).toBeNull();
});

test('one checkpoint larger than the budget is kept all the same: it is the newest', () => {
  const history = filled(0.5, [10, 20]);
  expect(stepsOf(history)).toEqual([0, 20]);
});

test('the steps that every run has a checkpoint of stay, however many came between', () => {
  const history = filled(
    10,
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
  expect(stepsOf(history)).toEqual(expect.arrayContaining([0, 10, 20, 40, 60]));
});

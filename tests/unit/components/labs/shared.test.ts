// What every lab gets from labs/shared: bounded curves, one query in flight, graded predictions.
import { describe, expect, test } from 'vitest';
import { Curve } from '../../../../src/components/labs/shared/curve.ts';
import type { LabNews } from '../../../../src/components/labs/shared/contract.ts';
import {
  inWords,
  parseProgress,
  printProgress,
  reached,
  type Goal,
  type Progress,
} from '../../../../src/components/labs/shared/grading.ts';
import { latestOnly } from '../../../../src/components/labs/shared/latest.ts';

describe('the curve of a run', () => {
  test('joins a late value to the row of its step', () => {
    const curve = new Curve(['loss', 'held']);
    curve.add(10, { loss: 5 });
    curve.add(20, { loss: 4 });
    curve.add(20, { held: 4.5 });
    expect(curve.x).toEqual([10, 20]);
    expect(curve.column('loss')).toEqual([5, 4]);
    expect(curve.column('held')).toEqual([null, 4.5]);
  });

  test('stays bounded in a run of any length, in order, with its ends and its held-out values', () => {
    const curve = new Curve(['loss', 'held']);
    const rows = 20_000;
    for (let step = 1; step <= rows; step++) {
      curve.add(step, { loss: 1 / step, ...(step % 500 === 0 ? { held: step } : {}) });
    }
    expect(curve.x.length).toBeLessThanOrEqual(1200);
    expect(curve.x[0]).toBe(1);
    expect(curve.x.at(-1)).toBe(rows);
    expect([...curve.x].sort((a, b) => a - b)).toEqual(curve.x);
    const held = curve.column('held').filter((value) => value !== null);
    expect(held).toEqual(Array.from({ length: rows / 500 }, (_, i) => (i + 1) * 500));
  });
});

describe('latestOnly', () => {
  test('asks the first and the last of a burst, and nothing between', async () => {
    const asked: number[] = [];
    const taken: number[] = [];
    const release: (() => void)[] = [];
    const ask = latestOnly(
      async (question: number) => {
        asked.push(question);
        await new Promise<void>((done) => release.push(done));
        return question * 10;
      },
      (answer) => taken.push(answer),
      () => expect.unreachable(),
    );
    for (const question of [1, 2, 3, 4]) ask(question);
    release.shift()?.();
    await expect.poll(() => asked).toEqual([1, 4]);
    release.shift()?.();
    await expect.poll(() => taken).toEqual([10, 40]);
  });

  test('goes on after an answer that failed', async () => {
    const failures: unknown[] = [];
    const taken: number[] = [];
    const ask = latestOnly(
      (question: number) => (question < 0 ? Promise.reject(new Error('no')) : Promise.resolve(1)),
      (answer) => taken.push(answer),
      (error) => failures.push(error),
    );
    ask(-1);
    ask(5);
    await expect.poll(() => taken).toEqual([1]);
    expect(failures).toHaveLength(1);
  });
});

describe('grading a prediction', () => {
  const goal: Goal = {
    task: 'Bring the KL down.',
    conditions: [
      { reading: 'kl', label: 'KL', below: 8, unit: 'nats' },
      { reading: 'reconstruction', label: 'reconstruction', below: 125, unit: 'nats' },
      { reading: 'step', label: 'updates', above: 0 },
    ],
  };
  const news = (step: number, readings: Record<string, number>): LabNews => ({
    lab: 'vae',
    state: 'training',
    step,
    model: '',
    readings,
  });

  test('wants all conditions at once', () => {
    expect(reached(news(5, { kl: 7.9, reconstruction: 124 }), goal)).toBe(true);
    expect(reached(news(5, { kl: 8, reconstruction: 124 }), goal)).toBe(false);
    expect(reached(news(0, { kl: 7.9, reconstruction: 124 }), goal)).toBe(false);
  });

  test('a quantity that the lab does not know yet, or lost, is not reached', () => {
    expect(reached(news(5, { kl: 7.9 }), goal)).toBe(false);
    expect(reached(news(5, { kl: NaN, reconstruction: 1 }), goal)).toBe(false);
    expect(reached(null, goal)).toBe(false);
  });

  test('says a condition in words', () => {
    expect(goal.conditions.map(inWords)).toEqual([
      'KL below 8 nats',
      'reconstruction below 125 nats',
      'updates above 0',
    ]);
  });

  test('what was kept is read back, and anything else counts as not begun', () => {
    const options = [{ value: 'up', label: 'It rises' }];
    const kept: Progress[] = [
      { stage: 'committed', choice: 'up' },
      { stage: 'answered', choice: 'up', seen: 'KL 7.9 nats' },
      { stage: 'answered', choice: 'up', seen: '' },
    ];
    for (const progress of kept) {
      expect(parseProgress(printProgress(progress), options)).toEqual(progress);
    }
    for (const text of [null, '', 'answered', 'committed\ndown', 'nonsense\nup']) {
      expect(parseProgress(text, options)).toEqual({ stage: 'asked' });
    }
  });
});

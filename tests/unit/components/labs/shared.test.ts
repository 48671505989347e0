// What every lab gets from labs/shared: bounded curves, one query in flight, graded predictions.
import { describe, expect, test } from 'vitest';
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
import { Trace } from '../../../../src/components/labs/shared/trace.ts';

describe('the trace of a quantity', () => {
  test('leaves out what is not known', () => {
    const trace = new Trace();
    trace.add(10, 5);
    trace.add(20, undefined);
    trace.add(30, 4);
    expect([trace.x, trace.y]).toEqual([
      [10, 30],
      [5, 4],
    ]);
  });

  test('stays bounded in a run of any length, in order, with both its ends', () => {
    const trace = new Trace();
    for (let step = 1; step <= 20_000; step++) trace.add(step, 1 / step);
    expect(trace.x.length).toBeLessThanOrEqual(1000);
    expect([trace.x[0], trace.x.at(-1)]).toEqual([1, 20_000]);
    expect([...trace.x].sort((a, b) => a - b)).toEqual(trace.x);
    expect(trace.y).toEqual(trace.x.map((step) => 1 / step));
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

// What every lab gets from labs/shared: bounded curves, one query in flight, graded predictions.
import { describe, expect, test } from 'vitest';
import type { LabNews } from '../../../../src/components/labs/shared/contract.ts';
import {
  hear,
  inWords,
  listening,
  parseProgress,
  printProgress,
  reached,
  seenIn,
  standingOf,
  type Goal,
  type Heard,
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
      { reading: 'step', label: 'updates', phrase: 'trained here', above: 0 },
      { reading: 'beta', label: 'β: 1', above: 0.9, below: 1.1, setting: true },
    ],
  };
  const news = (step: number, readings: Record<string, number>): LabNews => ({
    lab: 'vae',
    state: 'training',
    step,
    model: '',
    readings: { beta: 1, ...readings },
  });
  /** What is heard of `of` when the reader commits at the first of these news. */
  const after = (of: Goal, ...all: LabNews[]): Heard =>
    all.reduce((heard, next) => hear(heard, next, of), listening(null, of));
  const start = news(0, { kl: 25, reconstruction: 80 });

  test('wants all conditions at once', () => {
    const ends = (step: number, readings: Record<string, number>): boolean =>
      reached(after(goal, start, news(step, readings)), goal);
    expect(ends(5, { kl: 7.9, reconstruction: 124 })).toBe(true);
    expect(ends(5, { kl: 8, reconstruction: 124 })).toBe(false);
    expect(ends(0, { kl: 7.9, reconstruction: 124 })).toBe(false);
    expect(ends(5, { kl: 7.9, reconstruction: 124, beta: 2 })).toBe(false);
  });

  test('a quantity that the lab does not know yet, or lost, is not reached', () => {
    expect(reached(after(goal, start, news(5, { kl: 7.9 })), goal)).toBe(false);
    expect(reached(after(goal, start, news(5, { kl: NaN, reconstruction: 1 })), goal)).toBe(false);
    expect(reached(listening(null, goal), goal)).toBe(false);
  });

  test('what the lab showed when the reader committed is no outcome, however often it is said again', () => {
    const held = news(900, { kl: 7, reconstruction: 120 });
    const again = after(goal, held, held, news(900, { kl: 7, reconstruction: 120, other: 3 }));
    expect(reached(again, goal)).toBe(false);
    expect(goal.conditions.map((_, i) => standingOf(again, goal, i))).toEqual([
      'before',
      'before',
      'before',
      'met', // a setting may stand
    ]);
    // One of them has changed, the others are of before.
    expect(reached(hear(again, news(901, { kl: 7, reconstruction: 120 }), goal), goal)).toBe(false);
    expect(reached(hear(again, news(901, { kl: 6, reconstruction: 119 }), goal), goal)).toBe(true);
  });

  test('a value that went away and came back counts', () => {
    const held = news(900, { kl: 7, reconstruction: 120 });
    const reset = news(0, {});
    expect(reached(after(goal, held, reset, held), goal)).toBe(true);
  });

  test('settings alone, all as they were, reach nothing', () => {
    const settings: Goal = { task: '', conditions: goal.conditions.slice(3) };
    expect(reached(after(settings, start, news(5, {})), settings)).toBe(false);
  });

  test('with a lab that was still asleep, its first news are what was there before', () => {
    const held = news(900, { kl: 7, reconstruction: 120 });
    expect(reached(hear(listening(null, goal), held, goal), goal)).toBe(false);
  });

  test('what needs to hold once stays met, with its last value, unless it stood from before', () => {
    const each: Goal = {
      task: '',
      conditions: [
        { reading: 'at2', label: 'with 2', once: true },
        { reading: 'at8', label: 'with 8', once: true },
      ],
    };
    const before = news(0, { at8: 0.03 });
    const half = after(
      each,
      before,
      news(1, { at8: 0.03 }),
      news(2, { at2: 0.05 }),
      news(3, { at2: 0.04 }),
    );
    expect(standingOf(half, each, 1)).toBe('open');
    const whole = hear(half, news(4, { at8: 0.029 }), each);
    expect(reached(whole, each)).toBe(true);
    expect(seenIn(whole, each, String)).toBe('with 2: 0.04, with 8: 0.029');
  });

  test('says a condition in words, and what was seen with its figures', () => {
    expect(goal.conditions.map(inWords)).toEqual([
      'KL below 8 nats',
      'reconstruction below 125 nats',
      'trained here',
      'β: 1',
    ]);
    expect(inWords({ reading: 'kl', label: 'KL', above: 1, unit: 'nats' })).toBe('KL above 1 nat');
    const between = { reading: 'kl', label: 'KL', above: 1, below: 2, unit: 'nats' };
    expect(inWords(between)).toBe('KL above 1 and below 2 nats');
    const heard = after(goal, start, news(5, { kl: 7.9, reconstruction: 124 }));
    expect(seenIn(heard, goal, String)).toBe(
      'KL: 7.9 nats, reconstruction: 124 nats, updates: 5, β: 1',
    );
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

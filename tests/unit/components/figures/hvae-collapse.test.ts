// The committed study of collapse keeps what chapter 15 says of it.
import { describe, expect, test } from 'vitest';
import {
  finalKl,
  protocol,
  runOf,
  runs,
  runsOf,
} from '../../../../src/components/figures/hvae/collapse.ts';
import { readingOf } from '../../../../src/components/readings.ts';

const BOTH = [false, true] as const;
const all = BOTH.flatMap((normalised) =>
  BOTH.flatMap((warmup) => BOTH.map((freeBits) => ({ normalised, warmup, freeBits }))),
);
const plain = { normalised: false, warmup: false, freeBits: false };

test('every choice of the switches is there from one seed, evaluated from before the first update to the last', () => {
  for (const switches of all) {
    expect(runOf(switches).kl).toHaveLength(protocol.steps / protocol.every + 1);
  }
});

describe('without a switch', () => {
  test.each(runsOf(plain))('the top level is dead, from seed $seed', (run) => {
    expect(finalKl(run, 3)).toBeLessThan(0.1);
  });

  test('from the lab’s seed the middle is dead too, and both are at the first look already', () => {
    const run = runOf(plain);
    const looks = run.kl.slice(1).flatMap((levels) => levels.slice(1));
    expect(Math.max(...looks)).toBeLessThan(0.1);
    expect(run.active.slice(1)).toEqual([0, 0]);
  });

  test('from the other two seeds one unit of the middle lives', () => {
    const others = runsOf(plain).filter((run) => run !== runOf(plain));
    expect(others).toHaveLength(2);
    for (const run of others) {
      expect(run.active[1]).toBe(1);
      expect(finalKl(run, 2)).toBeGreaterThan(1);
    }
  });
});

describe('free bits without normalisation', () => {
  test.each(all.filter(({ normalised, freeBits }) => !normalised && freeBits))(
    'hold both upper levels near their floor and no higher, warm-up $warmup',
    (switches) => {
      for (const level of [2, 3]) {
        const over = finalKl(runOf(switches), level) - protocol.freeBits;
        expect(Math.abs(over)).toBeLessThan(0.3);
      }
    },
  );
});

test('warm-up alone leaves both upper levels dead', () => {
  const run = runOf({ ...plain, warmup: true });
  expect(Math.max(finalKl(run, 2), finalKl(run, 3))).toBeLessThan(0.1);
});

describe('with normalisation', () => {
  const normalised = runs.filter((run) => run.normalised);

  test.each(normalised)(
    'the top carries more than two nats, seed $seed, warm-up $warmup, free bits $freeBits',
    (run) => {
      expect(finalKl(run, 3)).toBeGreaterThan(2);
    },
  );

  test.each(runsOf({ ...plain, normalised: true }))(
    'alone the middle carries more than a nat, from seed $seed',
    (run) => {
      expect(finalKl(run, 2)).toBeGreaterThan(1);
    },
  );

  test.each(normalised.filter(({ freeBits }) => freeBits))(
    'and free bits the middle carries more than a nat too, warm-up $warmup',
    (run) => {
      expect(finalKl(run, 2)).toBeGreaterThan(1);
    },
  );

  test('and warm-up without free bits the middle falls asleep, though its means vary with the top’s draws', () => {
    const run = runOf({ normalised: true, warmup: true, freeBits: false });
    expect(finalKl(run, 2)).toBeLessThan(0.1);
    expect(run.active[1]).toBe(8);
  });

  test('the bound is better than without', () => {
    for (const switches of all.filter((each) => each.normalised)) {
      expect(runOf(switches).negElbo).toBeLessThan(
        runOf({ ...switches, normalised: false }).negElbo,
      );
    }
  });
});

test('the readings that the text quotes are the ends of the runs', () => {
  expect(readingOf('hvae-collapse', 'plain-kl-3').value).toBe(finalKl(runOf(plain), 3));
  const cured = { normalised: true, warmup: true, freeBits: true };
  expect(readingOf('hvae-collapse', 'normalised-warmup-bits-kl-2').value).toBe(
    finalKl(runOf(cured), 2),
  );
});

// The rows of codes behind the hierarchical lab's pictures, and what its view asks for.
import { describe, expect, test } from 'vitest';
import {
  costs,
  folded,
  ladderOf,
  NARROW,
  RUNG,
  SAMPLES,
  sixteenOf,
  unfolded,
  type Descend,
} from '../../../../src/components/labs/hierarchical-vae/descents.ts';
import {
  bySpan,
  givenFromTop,
  inOrder,
  leading,
  levelName,
  levelNames,
  mixtureOf,
  mixtures,
  project,
  repeated,
  sourcesOf,
  type Span,
} from '../../../../src/components/labs/hierarchical-vae/levels.ts';
import { PIXELS } from '../../../../src/components/labs/shared/gallery.ts';

const spans: readonly Span[] = [
  [0, 3],
  [3, 5],
  [5, 6],
];
const DIMENSIONS = 6;
const COUNT = SAMPLES.columns * SAMPLES.rows;

/** A hierarchy whose priors are standard normal and whose picture is the code itself, in its first pixels. */
function hierarchy(): { asked: Parameters<Descend>[0][]; descend: Descend } {
  const asked: Parameters<Descend>[0][] = [];
  return {
    asked,
    descend: (request) => {
      asked.push(request);
      const count = request.codes.length / DIMENSIONS;
      const codes = Float32Array.from(request.codes, (given, i) => {
        const level = spans.findIndex(([, to]) => i % DIMENSIONS < to);
        return request.given[level]
          ? given
          : 0 + (request.temperatures[level] ?? NaN) * (request.noise[i] ?? NaN);
      });
      const means = new Float32Array(count * PIXELS);
      for (let row = 0; row < count; row++) {
        means.set(codes.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS), row * PIXELS);
      }
      return Promise.resolve({ codes, means });
    },
  };
}

describe('levels', () => {
  test('are named from the image upwards; the only level of a plain VAE is z', () => {
    expect([0, 1, 2].map((level) => levelName(level, 3))).toEqual(['z₁', 'z₂', 'z₃']);
    expect(levelName(9, 12)).toBe('z₁₀');
    expect(levelName(0, 1)).toBe('z');
  });

  test('are listed from the top down', () => {
    expect(levelNames(2, 0, 3)).toBe('z₃, z₂ and z₁');
    expect(levelNames(2, 2, 3)).toBe('z₃');
    expect(levelNames(-1, 0, 3)).toBe('');
  });

  test('sum the figures of their dimensions, and have none where nothing was measured', () => {
    expect(bySpan([1, 2, 3, 4, 5, 6], spans)).toEqual([6, 9, 6]);
    expect(bySpan([], spans)).toEqual([]);
  });

  test('are held from the top', () => {
    expect(givenFromTop(0, 3)).toEqual([false, false, false]);
    expect(givenFromTop(1, 3)).toEqual([false, false, true]);
    expect(givenFromTop(3, 3)).toEqual([true, true, true]);
  });
});

describe('mixtures', () => {
  const a = Float32Array.of(1, 1, 1, 2, 2, 3);
  const b = a.map((value) => -value);
  const rows = mixtures(a, b, spans);
  const row = (i: number): number[] => [...rows.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS)];

  test('run from all of A to all of B, the top level changing slowest', () => {
    expect(rows).toHaveLength(8 * DIMENSIONS);
    expect(row(0)).toEqual([...a]);
    expect(row(1)).toEqual([-1, -1, -1, 2, 2, 3]);
    expect(row(4)).toEqual([1, 1, 1, 2, 2, -3]);
    expect(row(7)).toEqual([...b]);
  });

  test('are numbered by whose code each level takes', () => {
    for (let i = 0; i < 8; i++) expect(mixtureOf(sourcesOf(i, 3))).toBe(i);
    expect(sourcesOf(4, 3)).toEqual([false, false, true]);
  });

  test('of a plain VAE are its two codes', () => {
    const whole = mixtures(a, b, [[0, DIMENSIONS]]);
    expect([...whole]).toEqual([...a, ...b]);
  });
});

describe('order', () => {
  test('is that of the plane: left to right by one dimension, from top to bottom by the other', () => {
    // Rows of (across, up).
    const noise = Float32Array.of(3, 0, 1, 5, 2, 9, 0, 7);
    expect([...inOrder(noise, 2, [0, 1], 2)]).toEqual([0, 7, 2, 9, 1, 5, 3, 0]);
  });

  test('loses no row and repeats none', () => {
    const noise = Float32Array.from({ length: COUNT }, (_, i) => (i * 7) % COUNT);
    const ordered = inOrder(noise, 1, [0, 0], SAMPLES.columns);
    expect([...ordered].sort((p, q) => p - q)).toEqual(Array.from({ length: COUNT }, (_, i) => i));
  });

  test('goes by the two dimensions of greatest weight, in their own order', () => {
    expect(leading([9, 9, 9, 1, 3, 2, 5], [3, 7])).toEqual([4, 6]);
    expect(leading([9, 1], [1, 2])).toEqual([1, 1]);
  });

  test('the plane has the codes in the two dimensions shown', () => {
    const codes = { mean: Float32Array.of(1, 2, 3, 4, 5, 6), logVar: new Float32Array(6) };
    expect([...project({ ...codes, dimensions: 3 }, [2, 0])]).toEqual([3, 1, 6, 4]);
  });
});

describe('the narrow layout', () => {
  test('has all sixteen, two neighbouring columns of the wide one in each of its own', () => {
    const places = Array.from({ length: COUNT }, (_, place) => unfolded(place));
    expect([...places].sort((p, q) => p - q)).toEqual(Array.from({ length: COUNT }, (_, i) => i));
    places.forEach((sample, place) => {
      expect(Math.floor((sample % SAMPLES.columns) / 2)).toBe(place % NARROW);
    });
  });

  test('shows at each place the picture of the sample that a press there chooses', () => {
    const means = Float32Array.from({ length: COUNT * PIXELS }, (_, i) => Math.floor(i / PIXELS));
    const shown = folded(means);
    for (let place = 0; place < COUNT; place++) expect(shown[place * PIXELS]).toBe(unfolded(place));
  });
});

describe('ways down', () => {
  const z = Float32Array.of(1, 2, 3, 4, 5, 6);
  const temperatures = [1, 1, 1];

  test('sixteen samples share the levels held, to the bit, and differ in the others', async () => {
    const { descend } = hierarchy();
    const draw = { z, temperatures, seed: 3, by: [0, 1] as const };
    const { codes } = await sixteenOf(descend, { ...draw, held: 1 });
    const column = (d: number): Set<number> =>
      new Set(Array.from({ length: COUNT }, (_, i) => codes[i * DIMENSIONS + d]!));
    expect([...column(5)]).toEqual([6]);
    for (const d of [0, 1, 2, 3, 4]) expect(column(d).size).toBe(COUNT);
    const all = await sixteenOf(descend, { ...draw, held: 3 });
    expect(all.codes).toEqual(repeated(z, COUNT));
  });

  test('at temperature 0 the sixteen are equal below a held level', async () => {
    const { descend } = hierarchy();
    const draw = { z, temperatures: [0, 0, 1], seed: 3, by: [0, 1] as const, held: 1 };
    const { codes } = await sixteenOf(descend, draw);
    expect(codes).toEqual(repeated(Float32Array.of(0, 0, 0, 0, 0, 6), COUNT));
  });

  test('one seed gives the same sixteen, another others', async () => {
    const { descend } = hierarchy();
    const draw = { z, temperatures, by: [0, 1] as const, held: 0 };
    const [first, again, other] = await Promise.all(
      [3, 3, 4].map((seed) => sixteenOf(descend, { ...draw, seed })),
    );
    expect(again?.codes).toEqual(first?.codes);
    expect(other?.codes).not.toEqual(first?.codes);
  });

  test('a ladder holds one level more at each step: the mean of the rest, then draws of it', async () => {
    const { descend, asked } = hierarchy();
    const { rungs, tops } = await ladderOf(descend, {
      z,
      tops: new Float32Array(0),
      levels: 3,
      seed: 1,
    });
    expect(asked.map(({ given }) => given.filter(Boolean).length)).toEqual([1, 2, 3]);
    expect(tops).toHaveLength(0);
    const picture = (step: number, i: number): number[] => [
      ...rungs.subarray((step * RUNG + i) * PIXELS, (step * RUNG + i) * PIXELS + DIMENSIONS),
    ];
    expect(picture(0, 0)).toEqual([0, 0, 0, 0, 0, 6]);
    expect(picture(1, 0)).toEqual([0, 0, 0, 4, 5, 6]);
    expect(picture(2, 0)).toEqual([...z]);
    expect(picture(0, 1).at(-1)).toBe(6);
    expect(picture(0, 1)).not.toEqual(picture(0, 2));
    // The same draws at every step: only what is held differs.
    expect(picture(1, 1).slice(0, 3)).toEqual(picture(0, 1).slice(0, 3));
    for (let i = 1; i < RUNG; i++) expect(picture(2, i)).toEqual([...z]);
  });

  test('further tops are decoded with the levels below at their mean', async () => {
    const { descend } = hierarchy();
    const tops = Float32Array.of(9, 9, 9, 9, 9, 7, 9, 9, 9, 9, 9, 8);
    const ladder = await ladderOf(descend, { z, tops, levels: 3, seed: 1 });
    expect(ladder.rungs).toHaveLength(3 * RUNG * PIXELS);
    expect(ladder.tops).toHaveLength(2 * PIXELS);
    expect([...ladder.tops.subarray(0, DIMENSIONS)]).toEqual([0, 0, 0, 0, 0, 7]);
    expect([...ladder.tops.subarray(PIXELS, PIXELS + DIMENSIONS)]).toEqual([0, 0, 0, 0, 0, 8]);
  });

  test('an image costs its Bernoulli cross-entropy under the mean of each step', () => {
    const rungs = new Float32Array(2 * RUNG * PIXELS).fill(0.25);
    rungs.fill(0.5, RUNG * PIXELS, RUNG * PIXELS + PIXELS);
    const [first, second] = costs(rungs, new Float32Array(PIXELS).fill(1));
    expect(first).toBeCloseTo(PIXELS * Math.log(4), 6);
    expect(second).toBeCloseTo(PIXELS * Math.log(2), 6);
  });
});

// The fitted prior of the top level: what it is fitted to, what is drawn from it, and where the sixteen take it from.
import { expect, test } from 'vitest';
import { recipeOf } from '../../../../scripts/recipes/index.ts';
import { sixteenOf } from '../../../../src/components/labs/hierarchical-vae/descents.ts';
import { spansOf } from '../../../../src/components/labs/hierarchical-vae/network.ts';
import { heldWords } from '../../../../src/components/labs/hierarchical-vae/readings.ts';
import {
  fitTop,
  withTops,
  type TopPrior,
} from '../../../../src/components/labs/hierarchical-vae/top-prior.ts';
import { LevelView } from '../../../../src/components/labs/hierarchical-vae/view.svelte.ts';
import { noise } from '../../../../src/lib/metrics/arrays/draws.ts';
import { codeVariance } from '../../../../src/lib/metrics/arrays/posterior.ts';
import type { QueryMap } from '../../../../src/lib/protocol/queries.ts';
import { FakeSession } from './fake-session.ts';

const COUNT = 400;
/** Two levels of two dimensions. Of the top's, dimension 2 is asleep and dimension 3 lies about −2 or 2. */
const DIMENSIONS = 4;
const top = [2, 4] as const;
const codes = {
  mean: noise(COUNT * DIMENSIONS, 1).map((value, at) => {
    if (at % DIMENSIONS === 2) return 0.01 * value;
    return at % DIMENSIONS === 3 ? Math.sign(value) * 2 + 0.1 * value : value;
  }),
  logVar: new Float32Array(COUNT * DIMENSIONS),
  dimensions: DIMENSIONS,
};
const fit = async (): Promise<TopPrior> => {
  const found = await fitTop(codes, codeVariance(codes), top);
  if (!found) throw new Error('There is nothing to fit.');
  return found;
};
const column = (rows: Float32Array, d: number): Float32Array =>
  rows.filter((_, at) => at % DIMENSIONS === d);

test('only what varies at the top is fitted, and a dead top has nothing to fit', async () => {
  expect((await fit()).fitted).toEqual([3]);
  expect(await fitTop(codes, [1, 1, 0, 0], top)).toBeNull();
});

test('draws lie where the codes lie; the rest of the noise is untouched, but for the temperature', async () => {
  const epsilon = noise(COUNT * DIMENSIONS, 5);
  const drawn = withTops(await fit(), epsilon, { top, temperature: 0.5, seed: 3 });
  for (const d of [0, 1]) expect(column(drawn, d)).toEqual(column(epsilon, d));
  expect(column(drawn, 2)).toEqual(column(epsilon, 2).map((value) => value * 0.5));
  const tops = column(drawn, 3);
  // A round prior would put half of them between −0.67 and 0.67.
  expect(tops.filter((value) => Math.abs(value) < 1)).toHaveLength(0);
  expect(tops.filter((value) => value > 0).length / COUNT).toBeCloseTo(0.5, 1);
});

test('the sixteen get their top from it, unless a level is held', async () => {
  const prior = await fit();
  const asked: Omit<QueryMap['descend']['request'], 'slot'>[] = [];
  const descend = (request: (typeof asked)[number]) => {
    asked.push(request);
    return Promise.resolve({ codes: request.codes, means: new Float32Array(0) });
  };
  const draw = { z: new Float32Array(DIMENSIONS), temperatures: [0.3, 1], seed: 2 } as const;
  const by = [3, 3] as const;
  await sixteenOf(descend, { ...draw, by, held: 0, top, prior });
  await sixteenOf(descend, { ...draw, by, held: 1, top, prior });
  await sixteenOf(descend, { ...draw, by, held: 0, top, prior: null });
  const [fitted, held, round] = asked;
  expect(fitted?.given).toEqual([false, true]);
  const tops = column(fitted?.codes ?? new Float32Array(0), 3);
  expect(tops).toHaveLength(16);
  expect(tops.every((value) => Math.abs(value) > 1)).toBe(true);
  expect(tops.filter((_, i) => i < 8)).toEqual(tops.filter((_, i) => i < 8).toSorted());
  expect(held?.codes).toEqual(new Float32Array(16 * DIMENSIONS));
  expect(round?.given).toEqual([false, false]);
});

test('the sixteen pass through the network again, unless a level is held', async () => {
  const asked: (number | undefined)[] = [];
  const descend = ({ codes: given, passes }: Omit<QueryMap['descend']['request'], 'slot'>) => {
    asked.push(passes);
    return Promise.resolve({ codes: given, means: new Float32Array(0) });
  };
  const draw = {
    z: new Float32Array(DIMENSIONS),
    temperatures: [1, 1],
    seed: 2,
    by: [2, 3],
  } as const;
  await sixteenOf(descend, { ...draw, held: 0 });
  await sixteenOf(descend, { ...draw, held: 0, passes: 4 });
  await sixteenOf(descend, { ...draw, held: 1, passes: 4 });
  expect(asked).toEqual([0, 4, 0]);
});

test('without codes there is no fit, and the prior of the model stands', async () => {
  const session = new FakeSession();
  const view = new LevelView(
    () => session,
    'main',
    () => undefined,
  );
  view.setLevels(spansOf(recipeOf('vae2-mnist').spec));
  view.weighted = true;
  view.setPrior('fitted');
  await view.refresh();
  expect(session.asked).toEqual([]);
  view.setPrior('round');
  await view.refresh();
  expect(session.payloads.at(-1)).toMatchObject({ given: [false, false] });
  expect(heldWords(view)).toMatch(/^Every level is drawn/);
  view.prior = 'fitted';
  expect(heldWords(view)).toMatch(/^z₂ is drawn from a mixture/);
});

// The worker's answers about likelihood, on the published two-dimensional model: importance sampling, the integral
// over the plane and the bounds must agree and stand in their order.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPublished } from '../../../scripts/lib/packed.ts';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { posteriorGrid } from '../../../src/lib/metrics/arrays/posterior-grid.ts';
import { memory, tensor2d, tidy } from '../../../src/lib/ops/tf.ts';
import type { CodeGaussian } from '../../../src/lib/protocol/queries.ts';
import { beginAt } from '../../../src/lib/train/refine.ts';
import type { Trainer } from '../../../src/lib/train/trainer.ts';
import { queries } from '../../../src/lib/worker/queries.ts';

const SLOT = 'here';
let trainer: Trainer;
let breaths = 0;
const answers = queries(
  () => trainer,
  () => {
    breaths += 1;
    return Promise.resolve();
  },
);

beforeAll(async () => {
  await startBackend('wasm', nodeAssets());
  trainer = (await loadPublished('vae-mnist-2d')).trainer;
});
afterAll(() => {
  trainer.dispose();
});

/** The model's own picture of a code, black and white. */
function imageAt(x: number, y: number): Float32Array {
  return tidy(() =>
    Float32Array.from(trainer.decode(tensor2d([x, y], [1, 2])).dataSync(), (mean) =>
      mean > 0.5 ? 1 : 0,
    ),
  );
}

function encoded(image: Float32Array): CodeGaussian {
  return tidy(() => {
    const { mean, logVar } = trainer.encode(tensor2d(image, [1, image.length]));
    return {
      mean: Float32Array.from(mean.dataSync()),
      logVar: Float32Array.from(logVar?.dataSync() ?? []),
      lower: new Float32Array(0),
    };
  });
}

test.each([
  [0.3, -0.4],
  [-1.2, 0.9],
])(
  'at (%f, %f): samples and integral agree, the ELBO lies below, optimising lifts it',
  async (x, y) => {
    const image = imageAt(x, y);
    const start = encoded(image);
    const ask = { slot: SLOT, image };
    const grid = await posteriorGrid(
      async (codes) => (await answers.joint({ ...ask, codes })).values,
      5,
    );
    const before = await answers.bound({ ...ask, q: start, k: 5000 });
    const { q, to } = await answers.refine({ ...ask, from: beginAt(start, false), steps: 200 });
    const after = await answers.bound({ ...ask, q, k: 5000 });

    const exact = grid.logEvidence;
    expect(to.step).toBe(200);
    for (const { value, standardError, elbo, elboStandardError } of [before, after]) {
      expect(Math.abs(value - exact)).toBeLessThan(3 * standardError + 0.01);
      expect(elbo).toBeLessThan(exact + 3 * elboStandardError);
    }
    expect(after.elbo).toBeGreaterThan(before.elbo - 3 * before.elboStandardError);
    expect(after.standardError).toBeLessThan(before.standardError + 0.01);
  },
);

test('the encoder’s bound is the same asked by images or by its Gaussian', async () => {
  const image = imageAt(0.3, -0.4);
  const images = new Float32Array(2 * image.length);
  images.set(image);
  images.set(imageAt(-1.2, 0.9), image.length);
  const many = await answers.likelihood({ slot: SLOT, images, k: 3000, draw: 40 });
  const one = await answers.bound({ slot: SLOT, image, q: encoded(image), k: 3000, draw: 40 });
  expect(many.values).toHaveLength(2);
  expect(many.values[0]).toBeCloseTo(one.value, 2);
  expect(many.elbos[0]).toBeCloseTo(one.elbo, 2);
  expect(many.standardErrors[0]).toBeCloseTo(one.standardError, 3);
});

test('messages are let through while it computes, and nothing is left behind', async () => {
  const image = imageAt(0, 0);
  const [tensors, before] = [memory().numTensors, breaths];
  await answers.bound({ slot: SLOT, image, q: encoded(image), k: 4500 });
  expect(breaths - before).toBe(5);
  await answers.refine({ slot: SLOT, image, from: beginAt(encoded(image), true), steps: 3 });
  expect(breaths - before).toBe(8);
  expect(memory().numTensors).toBe(tensors);
});

test('images of another size, codes of another length and no samples are refused in words', async () => {
  const image = imageAt(0, 0);
  const short = image.subarray(1);
  expect(() => answers.bound({ slot: SLOT, image: short, q: encoded(image), k: 10 })).toThrow(
    '783 numbers; the model takes 784',
  );
  expect(() => answers.likelihood({ slot: SLOT, images: short, k: 10 })).toThrow(RangeError);
  expect(() => answers.likelihood({ slot: SLOT, images: image, k: 0 })).toThrow('k is 0');
  await expect(answers.joint({ slot: SLOT, image, codes: new Float32Array(3) })).rejects.toThrow(
    '3 numbers are no codes of 2',
  );
});

describe('from the top down', () => {
  const noise = Float32Array.of(0.5, -1, 0.25, 2);
  const ask = { slot: SLOT, codes: new Float32Array(4), noise, given: [false], temperatures: [1] };

  test('a model without levels has one: its prior is the standard normal', async () => {
    const drawn = await answers.descend(ask);
    const narrow = await answers.descend({ ...ask, temperatures: [0.5] });
    const held = await answers.descend({ ...ask, given: [true] });
    expect([...drawn.codes]).toEqual([...noise]);
    expect([...narrow.codes]).toEqual([...noise].map((value) => value / 2));
    expect([...held.codes]).toEqual([0, 0, 0, 0]);
    expect(drawn.means).toHaveLength(2 * 784);
    const means = tidy(() =>
      trainer
        .decode(tensor2d(noise, [2, 2]))
        .dataSync()
        .slice(),
    );
    expect([...drawn.means]).toEqual([...means]);
  });

  test('passes: what was drawn goes through the means of encoder and decoder again, and leaves no tensor', async () => {
    const before = memory().numTensors;
    const [once, twice] = [
      await answers.descend({ ...ask, passes: 1 }),
      await answers.descend({ ...ask, passes: 2 }),
    ];
    expect(memory().numTensors).toBe(before);
    const { codes, means } = tidy(() => {
      const z = trainer.encode(tensor2d(once.means, [2, 784])).mean;
      return { codes: z.dataSync().slice(), means: trainer.decode(z).dataSync().slice() };
    });
    expect([...twice.codes]).toEqual([...codes]);
    expect([...twice.means]).toEqual([...means]);
    expect([...once.means]).not.toEqual([...(await answers.descend(ask)).means]);
    for (const passes of [-1, 0.5, Number.NaN]) {
      await expect(answers.descend({ ...ask, passes })).rejects.toThrow(/whole number, 0 or more/);
    }
  });

  test('what does not fit the levels is refused, and leaves no tensor', async () => {
    const before = memory().numTensors;
    await answers.descend(ask);
    await expect(answers.descend({ ...ask, given: [true, false] })).rejects.toThrow(/1 levels/);
    await expect(answers.descend({ ...ask, noise: noise.slice(1) })).rejects.toThrow(/3 normals/);
    await expect(answers.descend({ ...ask, codes: noise.slice(1) })).rejects.toThrow(RangeError);
    expect(memory().numTensors).toBe(before);
  });
});

// A mixture fitted to codes: it finds clusters that are there, and its draws are distributed as they are.
import { expect, test } from 'vitest';
import { noise } from '../../../src/lib/metrics/arrays/draws.ts';
import { drawFromMixture, fitMixture } from '../../../src/lib/metrics/arrays/fitted-mixture.ts';

const COUNT = 600;
/** Two leaning clusters in a plane: a third of the codes about (−4, 1), the others about (3, −2). */
const clusters = (): Float32Array => {
  const epsilon = noise(2 * COUNT, 3);
  return Float32Array.from({ length: 2 * COUNT }, (_, at) => {
    const row = Math.floor(at / 2);
    const [e, f] = [epsilon[2 * row]!, epsilon[2 * row + 1]!];
    if (row % 3 === 0) return at % 2 === 0 ? -4 + 0.5 * e : 1 + 0.4 * e + 0.3 * f;
    return at % 2 === 0 ? 3 + 0.8 * e : -2 - 0.6 * e + 0.2 * f;
  });
};

test('two clusters are found, with their shares, means and covariances', async () => {
  const { weights, parts } = await fitMixture(clusters(), 2, { parts: 2 });
  const left = parts.findIndex(({ mean }) => mean[0]! < 0);
  const [a, b] = [parts[left]!, parts[1 - left]!];
  expect(weights[left]).toBeCloseTo(1 / 3, 2);
  expect(a.mean[0]).toBeCloseTo(-4, 1);
  expect(a.mean[1]).toBeCloseTo(1, 1);
  expect(b.mean[0]).toBeCloseTo(3, 1);
  expect(b.mean[1]).toBeCloseTo(-2, 1);
  // The covariances of e and of what leans on it, by the factors: 0.5 · 0.4 and −0.8 · 0.6.
  expect(a.factor[0]! * a.factor[2]!).toBeCloseTo(0.2, 1);
  expect(b.factor[0]! * b.factor[2]!).toBeCloseTo(-0.48, 1);
});

test('the same codes give the same mixture, whether the work is done at once or with pauses', async () => {
  let pauses = 0;
  const pause = (): Promise<void> => {
    pauses += 1;
    return Promise.resolve();
  };
  const codes = clusters();
  expect(await fitMixture(codes, 2, { pause, steps: 4 })).toEqual(
    await fitMixture(codes, 2, { steps: 4 }),
  );
  expect(pauses).toBe(4);
});

test('draws fall into the parts by their weights, and a temperature of 0 gives their means', async () => {
  const mixture = await fitMixture(clusters(), 2, { parts: 2 });
  const chances = Float32Array.from({ length: 900 }, (_, i) => (i + 0.5) / 900);
  const epsilon = noise(2 * chances.length, 9);
  const drawn = drawFromMixture(mixture, epsilon, chances);
  const onTheLeft = drawn.filter((value, at) => at % 2 === 0 && value < -0.5).length;
  expect(onTheLeft / chances.length).toBeCloseTo(1 / 3, 2);
  const still = drawFromMixture(mixture, epsilon, chances, 0);
  const means = mixture.parts.map(({ mean }) => Math.fround(mean[0]!));
  expect(new Set(still.filter((_, at) => at % 2 === 0))).toEqual(new Set(means));
});

test('more parts than codes, and codes that are all alike, are no error', async () => {
  const few = await fitMixture(Float32Array.of(1, 2, 3, 4), 2);
  expect(few.parts).toHaveLength(2);
  const { parts, weights } = await fitMixture(new Float32Array(20).fill(2), 2, { parts: 3 });
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  for (const { mean, factor } of parts) {
    expect([...mean, ...factor].every(Number.isFinite)).toBe(true);
  }
});

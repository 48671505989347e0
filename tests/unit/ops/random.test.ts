// The generator against its published vectors, and what is made of it against its distribution.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  binarise,
  fillBits,
  fillNormal,
  fillUniform,
  permutation,
  Stream,
  type StreamId,
} from '../../../src/lib/ops/random.ts';

/** Any number may be a key in the published vectors; the code only uses the named streams. */
const stream = (key: number) => key as StreamId;

test.each([
  // Random123's known answers for threefry2x32 with 20 rounds: counter, key, result.
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
])('counter %j under key %j gives the published words', (counter, key, words) => {
  const out = new Uint32Array(2);
  fillBits(out, key[0]!, stream(key[1]!), counter[1]!, 2 * counter[0]!);
  expect([...out]).toEqual(words);
});

test('a part drawn from its offset is the part of the whole', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 1, max: 40 }), fc.integer(), (pairs, count, seed) => {
      const whole = new Uint32Array(2 * pairs + count);
      const part = new Uint32Array(count);
      fillBits(whole, seed, Stream.noise, 5);
      fillBits(part, seed, Stream.noise, 5, 2 * pairs);
      expect([...part]).toEqual([...whole.subarray(2 * pairs)]);
    }),
  );
});

test('an odd offset would shift the pairs, and is refused', () => {
  expect(() => fillBits(new Uint32Array(2), 1, Stream.noise, 0, 3)).toThrow(RangeError);
});

test('seeds, streams and rows have sequences of their own', () => {
  const first = (seed: number, of: StreamId, row: number) => {
    const out = new Uint32Array(2);
    fillBits(out, seed, of, row);
    return out.join();
  };
  const all = [first(1, 1, 0), first(2, 1, 0), first(1, 2, 0), first(1, 1, 1), first(2, 1, 1)];
  expect(new Set(all).size).toBe(all.length);
});

test('uniforms stay inside (0, 1) and have mean ½ and variance 1⁄12', () => {
  const out = new Float64Array(100_000);
  fillUniform(out, 3, Stream.data, 0);
  expect(Math.min(...out.subarray(0, 1000))).toBeGreaterThan(0);
  expect(out.every((u) => u > 0 && u < 1)).toBe(true);
  const mean = out.reduce((a, b) => a + b) / out.length;
  const variance = out.reduce((a, b) => a + (b - mean) ** 2, 0) / out.length;
  // Four standard errors of each estimate.
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / out.length));
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / out.length));
});

test('normals have mean 0, variance 1, no skew and a kurtosis of 3', () => {
  const out = new Float32Array(200_000);
  fillNormal(out, 4, Stream.noise, 0);
  const moment = (power: number) => out.reduce((a, b) => a + b ** power, 0) / out.length;
  const error = (variance: number) => 4 * Math.sqrt(variance / out.length);
  expect(Math.abs(moment(1))).toBeLessThan(error(1));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
  expect(Math.abs(moment(3))).toBeLessThan(error(15));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96));
});

test('a pixel is 1 as often as its grey says: never at 0, always at 255', () => {
  const grey = Uint8Array.from({ length: 30_000 }, (_, i) => [0, 64, 255][i % 3]!);
  const out = new Float32Array(grey.length);
  binarise(out, grey, 5, Stream.binarise, 0);
  const share = (value: number) => {
    const chosen = [...out].filter((_, i) => grey[i] === value);
    return chosen.reduce((a, b) => a + b, 0) / chosen.length;
  };
  expect(share(0)).toBe(0);
  expect(share(255)).toBe(1);
  expect(Math.abs(share(64) - 64 / 255)).toBeLessThan(4 * Math.sqrt(0.25 / 10_000));
});

test('a permutation holds each index once, and depends on its row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer(), fc.nat(99), (n, seed, row) => {
      const order = permutation(n, seed, Stream.order, row);
      expect([...order].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
    }),
  );
  expect(permutation(50, 1, Stream.order, 0)).not.toEqual(permutation(50, 1, Stream.order, 1));
});

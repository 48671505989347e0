// Held-out images of a growing set: one in five, by lot, and never one that was trained with.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Part, settled } from '../../../src/lib/data/parts.ts';

const held = (parts: Uint8Array) => parts.filter((part) => part === Part.heldOut).length;

test.each([
  [3, 0],
  [9, 0],
  [10, 2],
  [14, 2],
  [1000, 200],
])('of %i images at once, %i are held out', (count, expected) => {
  const parts = settled(new Uint8Array(count));
  expect(held(parts)).toBe(expected);
  expect(parts.includes(Part.open)).toBe(false);
});

test('what was settled stays, however the set grows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), (growth) => {
      let parts = new Uint8Array(0);
      for (const more of growth) {
        const grown = new Uint8Array(parts.length + more);
        grown.set(parts);
        const next = new Uint8Array(settled(grown));
        expect(next.subarray(0, parts.length)).toEqual(parts);
        expect(held(next)).toBeLessThanOrEqual(Math.max(held(parts), next.length / 5));
        parts = next;
      }
    }),
  );
});

test('a file sorted by class gives some of every class to both parts', () => {
  const parts = settled(new Uint8Array(1000));
  for (let label = 0; label < 10; label++) {
    const own = held(parts.subarray(100 * label, 100 * (label + 1)));
    expect(own).toBeGreaterThan(5);
    expect(own).toBeLessThan(40);
  }
});

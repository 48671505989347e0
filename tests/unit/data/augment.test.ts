// Augmentation: nothing at zero, the ink kept, the same move for the same place, and each move what it says.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moveImage, moves, movesAt } from '../../../src/lib/data/augment.ts';

const SIDE = 28;
const shape = { width: SIDE, height: SIDE, channels: 1 };
const still = { dx: 0, dy: 0, angle: 0, scale: 1 };

/** A blot of that many pixels a side in the middle, on dark. */
function blot(side: number): Uint8Array {
  const image = new Uint8Array(SIDE * SIDE);
  const from = (SIDE - side) / 2;
  for (let y = from; y < from + side; y++) image.fill(200, y * SIDE + from, y * SIDE + from + side);
  return image;
}
function moved(image: Uint8Array, move: Partial<typeof still>): Uint8Array {
  const out = new Uint8Array(image.length);
  moveImage(out, image, shape, { ...still, ...move });
  return out;
}
const mass = (image: Uint8Array) => image.reduce((a, b) => a + b, 0);

test('a move of nothing leaves every byte as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (pixels) => {
      const out = new Uint8Array(12);
      moveImage(out, pixels, { width: 2, height: 2, channels: 3 }, still);
      expect(out).toEqual(pixels);
    }),
  );
  expect(moves({ shift: 0, rotate: 0, scale: 0 })).toBe(false);
  expect(moves({ shift: 0, rotate: 5, scale: 0 })).toBe(true);
});

test('a shift by whole pixels moves bytes, to the right and down', () => {
  const image = blot(4);
  const out = moved(image, { dx: 2, dy: 1 });
  for (let y = 1; y < SIDE; y++) {
    for (let x = 2; x < SIDE; x++) {
      expect(out[y * SIDE + x]).toBe(image[(y - 1) * SIDE + x - 2]);
    }
  }
});

test('a quarter turn takes the right to the bottom', () => {
  const image = new Uint8Array(SIDE * SIDE);
  image[13 * SIDE + 24] = 255;
  const out = moved(image, { angle: Math.PI / 2 });
  expect(out.indexOf(255)).toBe(24 * SIDE + 14);
});

test('shifted and turned, the ink is as much as before; resized, it grows with the square', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: 0.8, max: 1.25, noNaN: true }),
      (dx, dy, angle, scale) => {
        const image = blot(10);
        const ratio = mass(moved(image, { dx, dy, angle, scale })) / mass(image);
        expect(Math.abs(ratio / scale ** 2 - 1)).toBeLessThan(0.08);
      },
    ),
  );
});

test('beyond the edge an image goes on with its border: a bright one gets no dark frame', () => {
  const bright = new Uint8Array(SIDE * SIDE).fill(180);
  expect(moved(bright, { dx: 5, dy: -3, angle: 0.4, scale: 0.7 })).toEqual(bright);
});

test('a move depends on seed, step and place alone, not on how many images are moved', () => {
  const limits = { shift: 2, rotate: 10, scale: 0.1 };
  expect(movesAt(limits, 3, 7, 11)).toEqual(movesAt(limits, 128, 7, 11).slice(0, 3));
  expect(movesAt(limits, 3, 7, 11)).not.toEqual(movesAt(limits, 3, 7, 12));
  expect(movesAt(limits, 3, 7, 11)).not.toEqual(movesAt(limits, 3, 8, 11));
});

test('moves fill their limits and never leave them', () => {
  const drawn = movesAt({ shift: 2, rotate: 30, scale: 0.25 }, 5000, 1, 1);
  const most = (of: (move: (typeof drawn)[number]) => number) => Math.max(...drawn.map(of));
  for (const [of, limit] of [
    [({ dx }: { dx: number }) => Math.abs(dx), 2],
    [({ dy }: { dy: number }) => Math.abs(dy), 2],
    [({ angle }: { angle: number }) => Math.abs(angle), Math.PI / 6],
    [({ scale }: { scale: number }) => Math.max(scale, 1 / scale), 1.25],
  ] as const) {
    expect(most(of)).toBeLessThanOrEqual(limit + 1e-12);
    expect(most(of)).toBeGreaterThan(0.98 * limit);
  }
  expect(Math.abs(drawn.reduce((sum, { dx }) => sum + dx, 0) / drawn.length)).toBeLessThan(0.1);
});

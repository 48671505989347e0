// Strokes of a pen as an image of MNIST's kind: boxed, centred by mass, of one line's thickness.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digitFromStrokes, SIDE } from '../../../src/components/ui/digit.ts';

function measure(pixels: Float32Array) {
  let [mass, x, y, left, right, top, bottom] = [0, 0, 0, SIDE, -1, SIDE, -1];
  pixels.forEach((value, i) => {
    const [column, row] = [i % SIDE, Math.floor(i / SIDE)];
    mass += value;
    x += value * column;
    y += value * row;
    if (value < 0.5) return;
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  });
  return { mass, x: x / mass, y: y / mass, width: right - left + 1, height: bottom - top + 1 };
}
/** Whether there is ink in the first or the last column, or row. */
function touches(pixels: Float32Array, at: (i: number) => number): boolean {
  return pixels.some((value, i) => value > 0 && (at(i) === 0 || at(i) === SIDE - 1));
}
const seven = [[0.2, 0.1, 0.8, 0.1, 0.45, 0.9]];

test('no stroke is a blank page', () => {
  expect(digitFromStrokes([]).every((value) => value === 0)).toBe(true);
  expect(digitFromStrokes([[]]).every((value) => value === 0)).toBe(true);
});

test('the centre of mass lies on the middle pixel, as in MNIST', () => {
  const { x, y } = measure(digitFromStrokes(seven));
  expect(x).toBeCloseTo(14, 1);
  expect(y).toBeCloseTo(14, 1);
});

test('the longer side fills the 20-pixel box and the proportions stay', () => {
  const tall = measure(digitFromStrokes(seven));
  expect(tall.height).toBeGreaterThanOrEqual(19);
  expect(tall.height).toBeLessThanOrEqual(21);
  const one = measure(digitFromStrokes([[0.5, 0.2, 0.5, 0.8]]));
  expect(one.height).toBeGreaterThanOrEqual(19);
  expect(one.width).toBeLessThanOrEqual(4);
});

test('where and how large it was drawn makes no difference, the thickness of the line included', () => {
  const small = seven.map((stroke) => stroke.map((v, i) => v * 0.4 + (i % 2 === 0 ? 0.55 : 0.05)));
  const [a, b] = [digitFromStrokes(seven), digitFromStrokes(small)];
  a.forEach((value, i) => {
    expect(b[i]).toBeCloseTo(value, 4);
  });
});

test('a drawn digit has about the ink of MNIST: 104 on average, 56 for a bare line', () => {
  const { mass } = measure(digitFromStrokes(seven));
  expect(mass).toBeGreaterThan(70);
  expect(mass).toBeLessThan(130);
});

test('a tap is a dot, not a blot', () => {
  const { width, height, mass } = measure(digitFromStrokes([[0.9, 0.9]]));
  expect([width, height]).toEqual([3, 3]);
  expect(mass).toBeLessThan(10);
});

test('a drawing with its ink at one end is moved to the edge of the frame, not beyond', () => {
  const pixels = digitFromStrokes([
    [0, 0, 0.5, 0, 0, 0.02, 0.5, 0.02],
    [0, 0.9],
  ]);
  expect(Math.max(...pixels.subarray(25 * SIDE))).toBe(1);
  expect(measure(pixels).y).toBeLessThan(14);
});

test('any strokes give numbers from 0 to 1, centred or against an edge of the frame', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const stroke = fc.array(fc.tuple(unit, unit), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(stroke, { minLength: 1, maxLength: 6 }), (strokes) => {
      const pixels = digitFromStrokes(strokes.map((points) => points.flat()));
      expect(pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
      const { mass, x, y } = measure(pixels);
      expect(mass).toBeGreaterThan(3);
      expect(Math.abs(x - 14) < 0.6 || touches(pixels, (i) => i % SIDE)).toBe(true);
      expect(Math.abs(y - 14) < 0.6 || touches(pixels, (i) => Math.floor(i / SIDE))).toBe(true);
    }),
  );
});

test('the buffer given is the one filled', () => {
  const into = new Float32Array(SIDE * SIDE).fill(9);
  expect(digitFromStrokes(seven, into)).toBe(into);
  expect(Math.max(...into)).toBe(1);
});

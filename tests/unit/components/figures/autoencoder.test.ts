// The introduction's figures: the two losses of a pixel, and the points about an arch with their line and their curve.
import { describe, expect, test } from 'vitest';
import {
  meanSquared,
  onArch,
  onLine,
  points,
  principalLine,
  squaredDistance,
  type Point,
} from '../../../../src/components/figures/autoencoder/arch.ts';
import {
  crossEntropy,
  PIXELS,
  squaredError,
} from '../../../../src/components/figures/autoencoder/losses.ts';

describe('losses of a pixel', () => {
  test('both are smallest where the decoder says the pixel’s own value', () => {
    for (const pixel of PIXELS) {
      for (const cost of [squaredError, crossEntropy]) {
        for (const output of [0.05, 0.5, 0.95]) {
          expect(cost(pixel, output)).toBeGreaterThan(cost(pixel, pixel));
        }
      }
    }
  });

  test('the cross-entropy of a grey pixel has its entropy as floor: 0.61 nats at 0.3', () => {
    expect(crossEntropy(0.3, 0.3)).toBeCloseTo(0.6109, 4);
    expect(crossEntropy(1, 1)).toBe(0);
    expect(crossEntropy(0, 1)).toBe(Infinity);
  });
});

describe('line and curve', () => {
  test('the principal line of points on a line is that line', () => {
    const on: Point[] = [-2, 0, 1, 3].map((t): Point => [1 + 3 * t, 2 + 4 * t]);
    const line = principalLine(on);
    expect(line.direction[1] / line.direction[0]).toBeCloseTo(4 / 3, 10);
    for (const point of on) expect(squaredDistance(point, onLine(point, line))).toBeLessThan(1e-20);
  });

  test('no other direction through the mean is nearer to the points drawn', () => {
    const data = points();
    const line = principalLine(data);
    const error = (turn: number): number => {
      const angle = Math.atan2(line.direction[1], line.direction[0]) + turn;
      const direction: Point = [Math.cos(angle), Math.sin(angle)];
      return meanSquared(
        data,
        data.map((point) => onLine(point, { ...line, direction })),
      );
    };
    for (const turn of [-1, -0.1, 0.1, 1]) expect(error(turn)).toBeGreaterThan(error(0));
  });

  test('the curve is much nearer than the line', () => {
    const data = points();
    const line = principalLine(data);
    const flat = meanSquared(
      data,
      data.map((point) => onLine(point, line)),
    );
    expect(meanSquared(data, data.map(onArch))).toBeLessThan(0.2 * flat);
  });
});

// The lens over a narrow posterior: when there is one, how much it enlarges, where it stands.
import { describe, expect, test } from 'vitest';
import { lensOf, sightLines } from '../../../src/components/ui/plane-lens.ts';

const bounds = { left: 0, right: 300, top: 0, bottom: 300 };

describe('the lens', () => {
  test('there is none where the ellipse can be seen, nor for a point', () => {
    expect(lensOf([150, 150], [4, 1], bounds)).toBeUndefined();
    expect(lensOf([150, 150], [0, 0], bounds)).toBeUndefined();
  });

  test('it enlarges by the largest factor at which two standard deviations fit', () => {
    expect(lensOf([150, 150], [2, 3], bounds)).toMatchObject({ factor: 5, sigma: [10, 15] });
    expect(lensOf([150, 150], [0.3, 0.1], bounds)?.factor).toBe(50);
    for (const sigma of [0.05, 0.4, 1, 2.5, 3.6]) {
      const lens = lensOf([150, 150], [sigma, sigma], bounds);
      expect(2 * (lens?.sigma[0] ?? NaN)).toBeLessThan(lens?.radius ?? NaN);
    }
  });

  test('it stands in the nearest corner that leaves the posterior uncovered', () => {
    expect(lensOf([60, 200], [1, 1], bounds)?.at).toEqual([45, 255]);
    const beside = lensOf([45, 255], [1, 1], bounds);
    expect(beside?.at).not.toEqual([45, 255]);
  });

  test('its lines of sight touch the rim at right angles to the radius', () => {
    const lens = lensOf([150, 150], [1, 1], bounds);
    if (!lens) throw new Error('no lens');
    for (const [from, to] of sightLines(lens)) {
      const radius = [to[0] - lens.at[0], to[1] - lens.at[1]] as const;
      expect(Math.hypot(...radius)).toBeCloseTo(lens.radius);
      expect(radius[0] * (to[0] - from[0]) + radius[1] * (to[1] - from[1])).toBeCloseTo(0);
    }
  });
});

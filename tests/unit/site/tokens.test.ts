// The palette keeps its promises: contrast in both themes, and ten classes told apart by every kind of eye.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type Rgb = readonly [number, number, number]; // linear light, 0 to 1

const css = readFileSync('src/styles/tokens.css', 'utf8');
const [lightBlock = '', darkBlock = ''] = css.split(":root[data-theme='dark']");

function colours(block: string): Map<string, Rgb> {
  return new Map(
    [...block.matchAll(/--([\w-]+): #([0-9a-f]{6});/g)].map(([, name = '', hex = '']) => {
      const channel = (at: number): number => {
        const value = parseInt(hex.slice(at, at + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      };
      return [name, [channel(0), channel(2), channel(4)]];
    }),
  );
}

function pick(theme: Map<string, Rgb>, name: string): Rgb {
  const found = theme.get(name);
  if (found === undefined) throw new Error(`tokens.css has no --${name} in this theme`);
  return found;
}

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Oklab, whose distances are near to what is seen (Ottosson 2020). */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** What is seen without one kind of cone, at full severity (Machado, Oliveira and Fernandes 2009). */
const sights: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'red-blind': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'green-blind': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'blue-blind': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen([toR, toG, toB]: readonly [Rgb, Rgb, Rgb], [r, g, b]: Rgb): Rgb {
  const row = (weights: Rgb): number =>
    Math.min(1, Math.max(0, weights[0] * r + weights[1] * g + weights[2] * b));
  return oklab([row(toR), row(toG), row(toB)]);
}

describe.each([
  ['light', colours(lightBlock)],
  ['dark', colours(darkBlock)],
])('the %s theme', (_, theme) => {
  const papers = ['paper', 'surface', 'surface-2'];

  test.each(['ink', 'ink-2', 'ink-3', 'enc', 'lat', 'dec', 'data', 'link', 'ok', 'warn', 'bad'])(
    '%s is readable on paper and on both surfaces',
    (name) => {
      for (const paper of papers) {
        expect(contrast(pick(theme, name), pick(theme, paper)), paper).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  test.each(['enc', 'lat', 'dec', 'ok', 'warn', 'bad'])(
    '%s is readable on its own wash',
    (name) => {
      expect(contrast(pick(theme, name), pick(theme, `${name}-soft`))).toBeGreaterThanOrEqual(4.5);
    },
  );

  test('text on the accent is readable', () => {
    expect(contrast(pick(theme, 'on-accent'), pick(theme, 'accent'))).toBeGreaterThanOrEqual(4.5);
  });

  test('controls, focus and classes stand out from paper', () => {
    const classes = Array.from({ length: 10 }, (_unused, i) => `class-${i}`);
    for (const name of ['rule-strong', 'focus', ...classes]) {
      expect(contrast(pick(theme, name), pick(theme, 'paper')), name).toBeGreaterThanOrEqual(3);
    }
  });

  test.each(Object.entries(sights))('the ten classes differ in %s sight', (_name, sight) => {
    const points = Array.from({ length: 10 }, (_unused, i) =>
      seen(sight, pick(theme, `class-${i}`)),
    );
    points.forEach((a, i) => {
      points.slice(i + 1).forEach((b, j) => {
        const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(apart, `classes ${i} and ${i + 1 + j}`).toBeGreaterThan(0.07);
      });
    });
  });
});

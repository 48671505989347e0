// What a reader saves: names of files, the columns of the curves, pixels of pictures, text of plots.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileName } from '../../../../../src/components/labs/shared/keep/files.ts';
import { curvesCsv } from '../../../../../src/components/labs/shared/keep/keepable.ts';
import { ENLARGED, toRgba } from '../../../../../src/components/labs/shared/keep/picture.ts';
import {
  plotSvg,
  printColours,
  type Plot,
} from '../../../../../src/components/labs/shared/keep/plot-svg.ts';

test.each([
  ['vae 784-256-2 MNIST', 1240, '', 'safetensors', 'vae-784-256-2-mnist-step-1240.safetensors'],
  ['vae-mnist-2d', 0, '', 'safetensors', 'vae-mnist-2d.safetensors'],
  ['vae-mnist-2d', 0, 'KL, held out', 'svg', 'vae-mnist-2d-kl-held-out.svg'],
  ['数字', 0, '', 'png', 'model.png'],
])('a file of %s at step %i is called by its model and step', (stem, step, what, ending, name) => {
  expect(fileName({ stem, step }, what, ending)).toBe(name);
});

test('every file name is one that any file system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (stem, step) => {
      expect(fileName({ stem, step }, stem, 'png')).toMatch(/^[a-z0-9][a-z0-9-]{0,99}\.png$/);
    }),
  );
});

test('the curves’ columns name quantity and unit, and held-out points stand in their own rows', () => {
  const unit = 'nats per image';
  const csv = curvesCsv(
    [
      { name: 'training KL', unit, x: [20, 40, 60], y: [1.5, 2, 2.5] },
      { name: 'held-out KL', unit, x: [40], y: [2.25] },
    ],
    80,
  );
  expect(csv.split('\n')).toEqual([
    'step,epoch,training_kl_nats_per_image,held_out_kl_nats_per_image',
    '20,0.25,1.5,',
    '40,0.5,2,2.25',
    '60,0.75,2.5,',
    '',
  ]);
});

test('a picture is ink on white, each pixel a square of one colour', () => {
  const { width, height, data } = toRgba({
    name: 'two images of two pixels',
    pixels: Float32Array.of(0, 1, 0.5, 0),
    columns: 2,
    shape: { width: 2, height: 1, channels: 1 },
    gap: 1,
  });
  expect([width, height]).toEqual([5 * ENLARGED, ENLARGED]);
  const greys = [255, 0, 255, 128, 255]; // the third is the gap
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const grey = greys[Math.floor(x / ENLARGED)]!;
      expect(Math.abs(data[at]! - grey)).toBeLessThanOrEqual(1);
      expect(data[at + 3]).toBe(255);
    }
  }
});

const plots: Plot[] = [
  {
    kind: 'curves',
    title: 'KL <of> "the" run & more',
    xName: 'updates',
    yName: 'nats per image',
    series: [
      { name: 'training', colour: '--lat', x: [20, 40, 60, 80], y: [9, 5, 4, 3.5] },
      { name: 'held out', colour: '--lat', dashed: true, x: [40, 80], y: [5.5, NaN] },
    ],
  },
  {
    kind: 'scatter',
    title: 'Codes of 3 test images',
    xName: 'z₁',
    yName: 'z₂',
    points: [0.5, -1, 2, 2, 99, 99],
    labels: [3, 7, 7],
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    extent: 4,
  },
];

test.each(plots)(
  'the plot "$title" stands alone: title, axes, units and labels as text',
  (plot) => {
    const svg = plotSvg(plot);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1] ?? '');
    expect(texts).toContain(plot.xName);
    expect(texts).toContain(plot.yName);
    expect(texts).toContain(
      plot.title.replace('<of> "the" run & more', '&lt;of&gt; &quot;the&quot; run &amp; more'),
    );
    for (const label of plot.kind === 'curves' ? ['training', 'held out'] : ['3', '7']) {
      expect(texts).toContain(label);
    }
    expect(texts.filter((text) => /^[−\d.,]+$/.test(text)).length).toBeGreaterThan(4);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|var\(|url\(http/);
    expect(svg.match(/<circle/g)?.length ?? 0).toBe(plot.kind === 'scatter' ? 2 : 0);
  },
);

test('a plot without a point is still a plot', () => {
  const svg = plotSvg({ kind: 'curves', title: 'KL', xName: 'updates', yName: 'nats', series: [] });
  expect(svg).toContain('>updates</text>');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test('the colours of files are those of the light theme', () => {
  const css = readFileSync(
    path.resolve(import.meta.dirname, '../../../../../src/styles/tokens.css'),
    'utf8',
  );
  for (const [token, colour] of Object.entries(printColours)) {
    // The first definition of a token is the light one.
    expect(new RegExp(`${token}:\\s*(#[0-9a-f]{6})`).exec(css)?.[1], token).toBe(colour);
  }
});

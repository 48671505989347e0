// The recorded runs that labs play where nothing can compute: small enough, whole, and made by the trainer of today.
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { runs } from '../../../scripts/lib/recorded-runs.ts';
import { loadPacked } from '../../../scripts/lib/packed.ts';
import { record } from '../../../scripts/lib/recording.ts';
import { RECORDING_LIMIT } from '../../../src/components/labs/shared/recorded/known.ts';
import {
  fromLevels,
  PackError,
  readPack,
  toLevels,
  writePack,
  type Packed,
} from '../../../src/components/labs/shared/recorded/pack.ts';
import { Recording } from '../../../src/components/labs/shared/recorded/recording.ts';
import {
  codeName,
  klAt,
  mapsAt,
  readingsAt,
  tileAt,
} from '../../../src/components/labs/shared/recorded/readout.ts';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';

const fileOf = (lab: string): string => `public/recorded/${lab}.pack`;
const open = (lab: string): Recording =>
  new Recording(readPack(new Uint8Array(gunzipSync(readFileSync(fileOf(lab))))));

/** Updates that are made again. */
const AGAIN = 16;

describe.each(runs)('the recorded run of "$about.lab"', ({ about, spec, sets, moments }) => {
  const lab = about.lab;

  test('has at most 150 KB', () => {
    expect(statSync(fileOf(lab)).size).toBeLessThanOrEqual(RECORDING_LIMIT);
  });

  test('says what it is, and has all its moments', () => {
    const recording = open(lab);
    expect(recording.about).toEqual(about);
    expect([...recording.all('step').values]).toEqual([0, ...moments]);
    for (const step of moments) expect(recording.all('curve/step').values).toContain(step);
  });

  test(`begins as the trainer does now: ${String(AGAIN)} updates made again`, async () => {
    const trainer = new Trainer(await loadFamily(spec.family), spec, about.seed);
    trainer.set(about.settings);
    const arrays = await record(trainer, {
      training: await loadPacked(sets.training),
      validation: await loadPacked(sets.validation),
      gallery: await loadPacked(sets.gallery),
      batchSize: about.batchSize,
      moments: moments.filter((step) => step <= AGAIN),
    });
    trainer.dispose();
    const [now, kept] = [new Recording({ about, arrays }), open(lab)];
    expect(now.moments).toBeGreaterThan(4);
    now.all('curve/objective').values.forEach((value, i) => {
      expect(value / kept.all('curve/objective').values[i]!).toBeCloseTo(1, 3);
    });
    for (let moment = 0; moment < now.moments; moment++) {
      if (now.layered) {
        // Two shades, as below.
        expect(apart(now.at('maps', moment), kept.at('maps', moment))).toBeLessThan(0.3);
        continue;
      }
      expect(apart(now.at('codes', moment), kept.at('codes', moment))).toBeLessThan(0.02);
      // Two shades: a value between two of them may fall to either.
      expect(apart(now.at('manifold', moment), kept.at('manifold', moment))).toBeLessThan(0.2);
    }
  }, 60_000);
});

beforeAll(async () => {
  await startBackend('auto', nodeAssets());
});

test('of a network of maps there is a picture of every image at every moment, and it learns', () => {
  const recording = open('convolutional');
  const last = recording.moments - 1;
  expect(recording.all('maps').shape).toEqual([recording.moments, 10, 16, 14, 14]);
  const { pixels, width, height } = mapsAt(recording, last, 3);
  expect(pixels.length).toBe(16 * width * height);
  expect(klAt(recording, last, 0)).toBeNull();
  expect(readingsAt(recording, last)['mse']).toBeLessThan(0.02);
  expect(recording.at('nll', last)[7]).toBeLessThan(recording.at('nll', 0)[7]! / 5);
});

test('of a small code there is a picture without each unit, of every image at every moment, and it learns', () => {
  const recording = open('autoencoder');
  const last = recording.moments - 1;
  expect(recording.all('maps').shape).toEqual([recording.moments, 10, 8, 14, 14]);
  const { pixels } = mapsAt(recording, last, 3);
  const tile = (unit: number): number[] => [...pixels.slice(unit * 196, (unit + 1) * 196)];
  expect(tile(0)).not.toEqual(tile(1));
  expect(readingsAt(recording, last)['mse']).toBeLessThan(0.035);
  expect(recording.at('nll', last)[7]).toBeLessThan(recording.at('nll', 0)[7]! / 3);
});

test('a pack gives back its arrays: floats to the bit, levels to half a step', () => {
  const values = [0, 0.31, 1, 0.5, 0.49, 2, -1, 0.1];
  const arrays = new Map<string, Packed>([
    ['exact', { kind: 'floats', shape: [8], values: Float32Array.from(values) }],
    ['coarse', toLevels(values, [4, 2], [0, 1], 11)],
  ]);
  const read = readPack(writePack({ about: { version: 1 }, arrays }));
  expect(read.about).toEqual({ version: 1 });
  expect(read.arrays).toEqual(arrays);
  const coarse = read.arrays.get('coarse');
  if (coarse?.kind !== 'levels') throw new Error('The kind of an array was lost.');
  expect([...fromLevels(coarse)].map((value) => value.toFixed(1))).toEqual([
    '0.0',
    '0.3',
    '1.0',
    '0.5',
    '0.5',
    '1.0',
    '0.0',
    '0.1',
  ]);
});

test('a file that is cut short, or something else, is refused with a reason', () => {
  const whole = new Uint8Array(gunzipSync(readFileSync(fileOf('vae'))));
  expect(() => readPack(whole.subarray(0, whole.length - 1))).toThrow(PackError);
  expect(() => readPack(whole.subarray(0, 3))).toThrow('ends before its header');
  expect(() => readPack(new TextEncoder().encode('<!doctype html><html></html>'))).toThrow(
    PackError,
  );
  expect(() => new Recording({ about: { version: 2 }, arrays: new Map() })).toThrow('version');
  const { about, arrays } = readPack(whole);
  const without = new Map([...arrays].filter(([name]) => name !== 'manifold'));
  expect(() => new Recording({ about, arrays: without })).toThrow('lacks manifold');
});

test('the tile under the cursor is the one whose code is nearest', () => {
  const recording = open('vae');
  const moment = recording.moments - 1;
  const extent = recording.at('extent', moment)[0] ?? NaN;
  const [, rows = 0, columns = 0] = recording.all('manifold').shape;
  const first = tileAt(recording, moment, [-extent, extent]);
  expect(first.at[0]).toBeCloseTo(-extent * (1 - 1 / columns));
  expect(first.at[1]).toBeCloseTo(extent * (1 - 1 / rows));
  const whole = recording.at('manifold', moment);
  const last = tileAt(recording, moment, [extent, -extent]);
  expect(last.pixels).toEqual(whole.slice(whole.length - last.pixels.length));
});

test('of a hierarchy the KL of all levels is the held-out KL, and every picture is one of each moment', () => {
  const recording = open('hierarchical-vae');
  const last = recording.moments - 1;
  expect(recording.levels).toBe(3);
  for (const moment of [0, last]) {
    const sum = recording.at('level-kl', moment).reduce((total, nats) => total + nats, 0);
    expect(sum / recording.all('held-out/kl').values[moment]!).toBeCloseTo(1, 4);
  }
  const { reconstruction = NaN, kl = NaN, ...levels } = readingsAt(recording, last);
  expect(reconstruction + kl).toBeLessThan(125);
  expect(Object.keys(levels)).toEqual(['kl1', 'kl2', 'kl3']);
  expect(klAt(recording, last, 0)).toBeGreaterThan(5);
  expect(recording.all('samples').shape).toEqual([recording.moments, 16, 14, 14]);
  expect([codeName(recording), codeName(recording, 1), codeName(open('vae'))]).toEqual([
    'z₃',
    'z₁',
    'z',
  ]);
});

/** The greatest distance between two arrays. */
function apart(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
}

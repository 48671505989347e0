// The introduction's lab: its networks, its readings, what it sets side by side, and its address.
import { describe, expect, test } from 'vitest';
import { recipeOf } from '../../../../scripts/recipes/index.ts';
import { printReading } from '../../../../src/components/readings.ts';
import type { LabModel } from '../../../../src/components/labs/shared/data-sets.ts';
import {
  adopt,
  codecOf,
  stateOf,
} from '../../../../src/components/labs/what-is-an-autoencoder/address.ts';
import { otherSize } from '../../../../src/components/labs/what-is-an-autoencoder/arrangements.ts';
import { shapesOf } from '../../../../src/components/labs/what-is-an-autoencoder/keepable.ts';
import { AutoencoderLab } from '../../../../src/components/labs/what-is-an-autoencoder/lab.svelte.ts';
import {
  codeSizes,
  networkFor,
  preset,
  sizesOf,
  specOf,
} from '../../../../src/components/labs/what-is-an-autoencoder/network.ts';
import {
  readingsOf,
  TRAINED_AFTER,
} from '../../../../src/components/labs/what-is-an-autoencoder/readings.ts';
import { ConfigError } from '../../../../src/lib/models/dense.config.ts';
import { vaePresets, vaeSpec } from '../../../../src/lib/models/vae.config.ts';
import { FakeSession } from './fake-session.ts';

const file = { url: 'weights', bytes: 1, sha256: '' };
const model = (latentDim: (typeof codeSizes)[number]): LabModel => ({
  id: `ae-mnist-d${latentDim}`,
  title: '',
  spec: specOf(preset(latentDim)),
  dataSet: 'mnist',
  latentDim,
  weights: file,
  metrics: { mse: 0.02 },
});
const models = [8, 2, 32, 800].map((size) => model(size as (typeof codeSizes)[number]));
const labOf = (): AutoencoderLab =>
  new AutoencoderLab(() => new FakeSession(), { models, data: {}, poster: null, recording: null });

describe('networks', () => {
  test('what is trained live has the sizes of what is published', () => {
    for (const size of codeSizes) {
      expect(specOf(preset(size))).toEqual(recipeOf(`ae-mnist-d${size}`).spec);
    }
  });

  test('the overcomplete one has nothing that is narrower than the image', () => {
    expect(sizesOf(specOf(preset(800)))).toBe('784-800');
    expect(sizesOf(specOf(preset(8)))).toBe('784-128-64-8');
  });

  test('a network on the other data is one without weights', () => {
    expect(networkFor(models, 'mnist', 32)).toMatchObject({ kind: 'published' });
    expect(networkFor(models, 'fashion', 32)).toEqual(preset(32));
  });

  test('a reader’s own of another kind is refused, in words', () => {
    expect(shapesOf(specOf(preset(2))).length).toBeGreaterThan(0);
    expect(() => shapesOf(vaeSpec(vaePresets['784-256-2']))).toThrow(ConfigError);
    const { family, config } = specOf(preset(2));
    expect(() => shapesOf({ family, config: { ...config, likelihood: 'bernoulli' } })).toThrow(
      'squared error',
    );
  });

  test('beside each stands another size', () => {
    for (const size of codeSizes) expect(otherSize(size)).not.toBe(size);
  });
});

describe('readings', () => {
  const known = {
    report: null,
    heldOut: null,
    heldOutStep: 0,
    published: null,
    latentDim: 8,
    continued: false,
    measured: { unitsOff: 1, unitsMoved: 0, offMean: true, error: 0.06, wholeError: 0.02 },
  };

  test('compare the error with that of every unit on', () => {
    const { errorRatio, unitsOff } = readingsOf(known);
    expect(errorRatio).toBeCloseTo(3, 10);
    expect(unitsOff).toBe(1);
    const zero = { ...known.measured, offMean: false };
    expect(readingsOf({ ...known, measured: zero })).toMatchObject({ offMean: 0 });
  });

  test('say nothing of the ratio when a unit was moved by hand, or before there are pictures', () => {
    const measured = { ...known.measured, unitsMoved: 1 };
    expect(readingsOf({ ...known, measured })).not.toHaveProperty('errorRatio');
    expect(readingsOf({ ...known, measured: null })).not.toHaveProperty('errorRatio');
  });

  test('name a run’s held-out error by its size, once it has trained long enough from nothing', () => {
    const heldOut = {
      terms: { mse: 0.029 },
      objective: 0.029,
      klPerDimension: [],
      codeVariance: [],
      images: 500,
    };
    const run = { ...known, heldOut, heldOutStep: TRAINED_AFTER };
    expect(readingsOf(run)['trained8']).toBe(0.029);
    expect(readingsOf({ ...run, latentDim: 2 })).not.toHaveProperty('trained8');
    expect(readingsOf({ ...run, continued: true })).not.toHaveProperty('trained8');
    expect(readingsOf({ ...run, heldOutStep: TRAINED_AFTER - 1 })).not.toHaveProperty('trained8');
  });

  test('name the error with one unit off, or half of them, by the size of the code', () => {
    const off = (latentDim: number, unitsOff: number) =>
      readingsOf({ ...known, latentDim, measured: { ...known.measured, unitsOff } });
    expect(off(800, 1)).toMatchObject({ errorOne800: 0.06 });
    expect(off(800, 400)).toMatchObject({ errorHalf800: 0.06 });
    expect(off(800, 2)).not.toHaveProperty('errorOne800');
    expect(off(8, 1)).not.toHaveProperty('errorOne800');
  });

  test('have the published error of a pretrained model, and none of an untrained one', () => {
    expect(readingsOf({ ...known, published: model(8) })['mse']).toBe(0.02);
    expect(readingsOf(known)).not.toHaveProperty('mse');
  });
});

describe('the address', () => {
  test('of the lab as it opens says nothing', () => {
    const lab = labOf();
    const codec = codecOf(lab);
    expect(codec.write(stateOf(lab), '')).toBe('');
  });

  test('brings network, rate, panel and seed back', () => {
    const lab = labOf();
    const codec = codecOf(lab);
    const hash =
      '#autoencoder.v1:net=untrained-32&data=mnist&seed=11&rate=0.002&tab=curves&means=zero';
    const { state, problems } = codec.read(hash);
    expect(problems).toEqual([]);
    adopt(lab, state);
    expect(lab.a.network).toEqual(preset(32));
    expect(codec.write(stateOf(lab), '')).toBe(hash.slice(hash.indexOf('#')));
  });

  test('names units that are off from 1, and refuses the zeroth', () => {
    const codec = codecOf(labOf());
    expect(codec.read('#autoencoder.v1:off=1,8').state.off).toEqual([1, 8]);
    expect(codec.read('#autoencoder.v1:off=0').problems).toHaveLength(1);
  });
});

test('the page’s figures of PCA are there', () => {
  for (const size of [2, 8, 32, 128]) {
    expect(printReading('pca-mnist', `mse-${size}`, 4)).toMatch(/^0\.0\d+$/);
  }
});

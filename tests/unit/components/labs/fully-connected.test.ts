// The fully connected lab's own rules over plain numbers: widths, networks by name, what is published, walks and
// neighbours, what may be compared.
import { describe, expect, test } from 'vitest';
import { aePresets, aeSpec } from '../../../../src/lib/models/ae.config.ts';
import {
  arrange,
  arrangementNames,
} from '../../../../src/components/labs/fully-connected/arrangements.ts';
import { curveOf, scales } from '../../../../src/components/labs/fully-connected/error-plot.ts';
import { partsOf } from '../../../../src/components/labs/fully-connected/keepable.ts';
import {
  inputDimOf,
  likelihoodFor,
  lossOf,
  networkFor,
  presetNames,
  resized,
  sizesOf,
  widthsFor,
  type Network,
} from '../../../../src/components/labs/fully-connected/network.ts';
import { panelOf, tabNames, tabs } from '../../../../src/components/labs/fully-connected/tabs.ts';
import {
  lineBetween,
  nearest,
  PATH_LENGTH,
  rowsOf,
} from '../../../../src/components/labs/shared/autoencoder/sets.ts';
import type { LabModel } from '../../../../src/components/labs/shared/data-sets.ts';

const standard = aePresets['784-128-64-32'];

describe('widths', () => {
  test('are what is wanted, but never less than twice the code', () => {
    expect(widthsFor([128, 64], 32)).toEqual([128, 64]);
    expect(widthsFor([128, 64], 48)).toEqual([128, 96]);
    expect(widthsFor([128, 64], 128)).toEqual([256, 256]);
  });

  test('come back when the code is small again', () => {
    const wanted = [128, 64];
    expect(widthsFor(wanted, 128)).not.toEqual(wanted);
    expect(widthsFor(wanted, 2)).toEqual(wanted);
  });
});

describe('a network in an address', () => {
  test('is written and read back', () => {
    for (const config of Object.values(aePresets)) {
      const text = presetNames.print({ kind: 'preset', config });
      expect(presetNames.parse(text)).toEqual({ kind: 'preset', config });
    }
    expect(presetNames.print({ kind: 'preset', config: standard })).toBe('784-128-64-32.relu.mse');
  });

  test.each([
    '784-32.relu.mse', // no hidden layer
    '784-128-64-32.gelu.mse',
    '784-128-64-32.relu.hinge',
    '784-128-64-0.relu.mse',
    '784-99999-32.relu.mse',
    '3072-128-32.relu.mse',
    'ae-784-400-20',
    '',
  ])('"%s" is none', (text) => {
    expect(presetNames.parse(text)).toBeUndefined();
  });
});

test('a network that is linear throughout has a linear output for the squared error, and no other', () => {
  expect(likelihoodFor('mse', 'linear')).toBe('mse-linear');
  expect(likelihoodFor('mse', 'relu')).toBe('mse');
  expect(likelihoodFor('cross-entropy', 'linear')).toBe('cross-entropy');
  expect(lossOf({ ...standard, likelihood: 'mse-linear' })).toBe('mse');
  expect(lossOf({ ...standard, likelihood: 'cross-entropy' })).toBe('cross-entropy');
});

const model: LabModel = {
  id: 'ae-mnist-d32',
  title: '',
  spec: aeSpec(standard),
  dataSet: 'mnist',
  latentDim: 32,
  weights: { url: '', bytes: 0, sha256: '' },
  metrics: {},
};

test('published weights are found for exactly their network and data', () => {
  expect(networkFor([model], standard, 'mnist')).toEqual({ kind: 'published', model });
  expect(networkFor([model], standard, 'fashion').kind).toBe('preset');
  expect(networkFor([model], { ...standard, activation: 'tanh' }, 'mnist').kind).toBe('preset');
  expect(networkFor([model], { ...standard, latentDim: 16 }, 'mnist').kind).toBe('preset');
});

describe('what is compared', () => {
  const side = (config = standard) => {
    const set: object[] = [];
    const made = {
      config,
      wanted: [128, 64],
      learningRate: 2e-3,
      batchSize: 64,
      loss: lossOf(config),
      linear: false,
      network: { kind: 'preset', config } satisfies Network as Network,
      set: (dials: object) => set.push(dials),
    };
    return { side: made, set };
  };
  const configOf = (network: Network) => (network.kind === 'preset' ? network.config : null);

  test.each(arrangementNames)('"%s" differs from the first network in that alone', (name) => {
    const [a, b] = [side(), side()];
    arrange(name, a.side, b.side, (config) => ({ kind: 'preset', config }));
    expect(b.set).toEqual([{ learningRate: 2e-3, batchSize: 64 }]);
    const found = configOf(b.side.network);
    const expected = {
      code: { ...standard, latentDim: 2 },
      loss: { ...standard, likelihood: 'cross-entropy' },
      linear: { ...standard, activation: 'linear', likelihood: 'mse-linear' },
      same: standard,
    }[name];
    expect(found).toEqual(expected);
    expect(configOf(a.side.network)).toEqual(standard);
  });
});

describe('walks and neighbours', () => {
  test('a line has both ends and equal steps', () => {
    const line = lineBetween([0, 8], [4, 0]);
    expect([...line.slice(0, 2)]).toEqual([0, 8]);
    expect([...line.slice(-2)]).toEqual([4, 0]);
    for (let i = 1; i < PATH_LENGTH; i++) {
      expect(line[2 * i]! - line[2 * i - 2]!).toBeCloseTo(4 / (PATH_LENGTH - 1), 6);
    }
  });

  test('the nearest rows come in order of distance, without the one left out', () => {
    const rows = Float32Array.of(0, 0, 3, 4, 1, 0, 0, -2);
    expect(nearest(rows, [0, 0], 3)).toEqual([0, 2, 3]);
    expect(nearest(rows, [0, 0], 3, 0)).toEqual([2, 3, 1]);
    expect(nearest(rows, [0, 0], 9, 0)).toEqual([2, 3, 1]);
    expect([...rowsOf(rows, 2, [1, 0])]).toEqual([3, 4, 0, 0]);
  });
});

test('every tab has a label and a panel', () => {
  expect(tabs.map(({ value }) => value)).toEqual(tabNames);
  for (const tab of tabNames) expect(panelOf(tab)).toBeTypeOf('string');
});

test('in the plot larger codes lie to the right, and smaller errors below', () => {
  const { x, y } = scales(500, 150);
  expect(x(128)).toBeGreaterThan(x(2));
  expect(y(0.005)).toBeGreaterThan(y(0.05));
  expect(curveOf([1, 0.06, 0.05], { x, y })).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
});

test('the sizes are written from the pixels to the code', () => {
  expect(sizesOf(standard)).toBe('784-128-64-32');
});

describe('colour images', () => {
  const colour = resized(standard, 'colour');

  test('take a network of 3,072 inputs, and leave all else as it was', () => {
    expect([inputDimOf('mnist'), inputDimOf('fashion'), inputDimOf('colour')]).toEqual([
      ...[784, 784, 3072],
    ]);
    expect(sizesOf(colour)).toBe('3072-128-64-32');
    expect(resized(colour, 'fashion')).toEqual(standard);
  });

  test('have no published network, whatever its name', () => {
    expect(networkFor([model], colour, 'colour')).toEqual({ kind: 'preset', config: colour });
  });

  test('must be there for a kept network of theirs to be shown', () => {
    const [with_, without] = [partsOf(() => true), partsOf(() => false)];
    expect(with_.shapesOf(aeSpec(colour))[0]?.shape).toEqual([128, 3072]);
    expect(() => without.shapesOf(aeSpec(colour))).toThrow(/none are here\. Drop a CIFAR-10 file/);
    expect(without.shapesOf(aeSpec(standard))[0]?.shape).toEqual([128, 784]);
    expect(() => with_.shapesOf(aeSpec({ ...standard, inputDim: 100 }))).toThrow(/784 or 3072/);
  });
});

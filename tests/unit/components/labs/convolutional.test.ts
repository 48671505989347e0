// The convolutional lab's arithmetic, held to the network itself: what a unit sees, how maps move, what a decoder paints;
// its networks, words, pairs and address.
import { beforeAll, describe, expect, test } from 'vitest';
import { recipeOf } from '../../../../scripts/recipes/index.ts';
import { adopt, codecOf, stateOf } from '../../../../src/components/labs/convolutional/address.ts';
import {
  arrangementNames,
  arrangements,
  arrangementsFor,
  firstIn,
} from '../../../../src/components/labs/convolutional/arrangements.ts';
import {
  levelled,
  stretched,
  termsAlong,
  unevenness,
} from '../../../../src/components/labs/convolutional/checkerboard.ts';
import {
  compareMoved,
  movedImage,
} from '../../../../src/components/labs/convolutional/equivariance.ts';
import {
  fieldsOf,
  fieldSide,
  strideOf,
} from '../../../../src/components/labs/convolutional/fields.ts';
import { parts } from '../../../../src/components/labs/convolutional/keepable.ts';
import { kernelsIn } from '../../../../src/components/labs/convolutional/kernels.ts';
import { ConvolutionalLab } from '../../../../src/components/labs/convolutional/lab.svelte.ts';
import {
  boxIn,
  layoutOf,
  movedBy,
  titleOf,
  unitAt,
} from '../../../../src/components/labs/convolutional/layout.ts';
import {
  codeOf,
  denseConfig,
  nameOf,
  networkFor,
  preset,
  presetNames,
  presetOf,
  shapesOf,
  specOf,
} from '../../../../src/components/labs/convolutional/network.ts';
import { readingsOf } from '../../../../src/components/labs/convolutional/readings.ts';
import type { LabModel } from '../../../../src/components/labs/shared/data-sets.ts';
import { nodeAssets } from '../../../../src/lib/backends/node.ts';
import { startBackend } from '../../../../src/lib/backends/start.ts';
import { caePresets, caeSpec, mapSizes } from '../../../../src/lib/models/cae.config.ts';
import { parameterCount } from '../../../../src/lib/models/dense.config.ts';
import type { LayerReport } from '../../../../src/lib/protocol/queries.ts';
import { loadFamily } from '../../../../src/lib/train/families.ts';
import { Trainer } from '../../../../src/lib/train/trainer.ts';
import { writeSafetensors } from '../../../../src/lib/weights/safetensors.ts';
import { queries } from '../../../../src/lib/worker/queries.ts';
import { FakeSession } from './fake-session.ts';

const SIDE = 28;
const file = { url: 'weights', bytes: 1, sha256: '' };
const model = (id: string, spec = specOf(preset('d32'))): LabModel => ({
  id,
  title: id,
  spec,
  dataSet: 'mnist',
  latentDim: codeOf(spec),
  weights: file,
  metrics: { mse: 0.004 },
});
const models = [
  model('cae-mnist-d32'),
  model('cae-mnist-16-32', specOf(preset('16-32'))),
  model('cae-mnist-pool', specOf(preset('pool'))),
  model('cae-mnist-d32-skip', specOf(preset('d32', true))),
  model('ae-mnist-d32', specOf({ kind: 'preset', preset: 'dense', code: 32 })),
];
const labOf = (): ConvolutionalLab =>
  new ConvolutionalLab(() => new FakeSession(), {
    models,
    data: {},
    poster: null,
    recording: null,
  });

let ask: (
  name: keyof typeof caePresets,
) => Promise<(images: Float32Array, only: readonly string[]) => Promise<readonly LayerReport[]>>;

beforeAll(async () => {
  await startBackend('wasm', nodeAssets());
  ask = async (name) => {
    const trainer = new Trainer(await loadFamily('cae'), caeSpec(caePresets[name]), 5);
    const answers = queries(
      () => trainer,
      () => Promise.resolve(),
    );
    return async (images, only) => (await answers.activations({ slot: 'a', images, only })).layers;
  };
});

describe('what a unit sees', () => {
  test.each([
    ['16-32', 'encoder.0', 3],
    ['16-32', 'encoder.1', 7],
    ['pool', 'encoder.0', 4],
    ['pool', 'encoder.1', 10],
    ['d32', 'code', 28],
    ['d32', 'decoder.2', 28],
  ] as const)('%s, %s: %i pixels along a side', (name, layer, side) => {
    expect(fieldSide(caePresets[name], layer)).toBe(side);
  });

  test('the border cuts a field', () => {
    const unit = { layer: 'encoder.1', channel: 0, row: 0, column: 6 };
    expect(fieldsOf(caePresets['16-32'], unit)).toEqual([
      { layer: 'x', rows: [0, 3], columns: [21, 27] },
      { layer: 'encoder.0', rows: [0, 1], columns: [11, 13] },
      { layer: 'encoder.1', rows: [0, 0], columns: [6, 6] },
    ]);
  });

  test.each([
    ['16-32', 'encoder.1', 3, 2],
    ['16-32', 'decoder.0', 7, 6],
    ['16-32', 'decoder.1', 13, 20],
    ['pool', 'encoder.1', 3, 5],
    ['pool', 'decoder.1', 14, 9],
  ] as const)(
    'in the network %s nothing outside changes %s at (%i, %i)',
    async (name, layer, row, column) => {
      const look = await ask(name);
      const image = Float32Array.from({ length: SIDE * SIDE }, (_, i) => ((i * 37) % 101) / 100);
      const [field] = fieldsOf(caePresets[name], { layer, channel: 0, row, column });
      if (!field) throw new Error('There is no such layer.');
      const outside = Float32Array.from(image, (v, i) => {
        const [y, x] = [Math.floor(i / SIDE), i % SIDE];
        const inside =
          y >= field.rows[0] &&
          y <= field.rows[1] &&
          x >= field.columns[0] &&
          x <= field.columns[1];
        return inside ? v : 1 - v;
      });
      const at = async (pixels: Float32Array): Promise<number[]> => {
        const [maps] = await look(pixels, [layer]);
        if (!maps) return [];
        const { channels, height, width, values } = maps;
        return Array.from(
          { length: channels },
          (_, c) => values[(c * height + row) * width + column] ?? NaN,
        );
      };
      const before = await at(image);
      (await at(outside)).forEach((value, c) => {
        expect(value).toBeCloseTo(before[c]!, 6);
      });
      // And the corners of the field are seen: some map changes with them.
      const corner = image.slice();
      corner[field.rows[1] * SIDE + field.columns[1]]! += 3;
      corner[field.rows[0] * SIDE + field.columns[0]]! += 3;
      const changed = await at(corner);
      expect(changed.some((value, c) => Math.abs(value - before[c]!) > 1e-6)).toBe(true);
    },
  );

  test('places are as far apart as the strides before make them', () => {
    expect(['x', 'encoder.0', 'encoder.1'].map((l) => strideOf(caePresets['16-32'], l))).toEqual([
      1, 2, 4,
    ]);
  });
});

describe('movement', () => {
  test('an image moves right, and what leaves is gone', () => {
    expect([...movedImage(Float32Array.of(1, 2, 3, 4), 2, 1)]).toEqual([0, 1, 0, 3]);
    expect([...movedImage(Float32Array.of(1, 2, 3, 4), 2, -1)]).toEqual([2, 0, 4, 0]);
  });

  test.each(['16-32', 'pool'] as const)(
    'the last maps of %s move along with the image by multiples of four, and only then',
    async (name) => {
      const look = await ask(name);
      // A blot in the middle, so that nothing leaves.
      const image = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
        const [y, x] = [Math.floor(i / SIDE) - 14, (i % SIDE) - 11];
        return Math.exp(-(x * x + 2 * y * y + x * y) / 12);
      });
      const maps = async (pixels: Float32Array) => (await look(pixels, ['encoder.1']))[0]!;
      const before = await maps(image);
      for (const by of [1, 2, 3, 4]) {
        const after = await maps(movedImage(image, SIDE, by));
        const { movedBack, asItIs } = compareMoved(caePresets[name], before, after, by);
        if (by === 4) expect(movedBack).toBeLessThan(1e-3);
        else expect(movedBack).toBeGreaterThan(0.01);
        expect(asItIs).toBeGreaterThan(0.01);
      }
    },
  );
});

describe('the pattern that a decoder paints', () => {
  test('kernel 3 at stride 2 reaches pixels once and twice in turn, kernel 4 twice', () => {
    expect(termsAlong(4, 3, 2, 1, 1)).toEqual([1, 2, 1, 2, 1, 2, 1, 1]);
    expect(termsAlong(4, 4, 2, 1, 0)).toEqual([1, 2, 2, 2, 2, 2, 2, 1]);
  });

  test('is measured as the difference between the places of two by two', () => {
    const board = Float32Array.from({ length: 64 }, (_, i) =>
      Math.floor(i / 8) % 2 === 1 && i % 2 === 1 ? 0.75 : 0.25,
    );
    expect(unevenness(board, 8, 2)).toBeCloseTo(0.5, 6);
    expect(unevenness(new Float32Array(64).fill(0.4), 8, 2)).toBe(0);
  });

  test('a levelled code keeps each map’s mean', () => {
    expect([...levelled([1, 3, 5, 7, 0, 0, 0, 4], 2)]).toEqual([4, 4, 4, 4, 1, 1, 1, 1]);
    expect([...stretched(Float32Array.of(0.4, 0.5, 0.6))][1]).toBeCloseTo(0.5, 5);
  });
});

describe('the pictures of maps', () => {
  const maps = { name: 'encoder.0', channels: 16, height: 14, width: 14 };

  test('a place of the picture is a unit, and a gap is none', () => {
    const layout = layoutOf(maps);
    expect(unitAt(maps, layout, 0.5, 0.5)).toMatchObject({ channel: 0, row: 0, column: 0 });
    expect(unitAt(maps, layout, 15.5, 16.5)).toMatchObject({ channel: 5, row: 1, column: 0 });
    expect(unitAt(maps, layout, 14.5, 3)).toBeNull();
    expect(unitAt(maps, layout, 999, 3)).toBeNull();
    expect(boxIn(layout, 5, [1, 2], [0, 3])).toEqual({ x: 15, y: 16, width: 4, height: 2 });
  });

  test('keys move within a map, and from map to map', () => {
    const unit = { layer: 'encoder.0', channel: 3, row: 0, column: 13 };
    expect(movedBy('ArrowDown', unit, maps)).toMatchObject({ row: 1, column: 13 });
    expect(movedBy('ArrowRight', unit, maps)).toMatchObject({ column: 13 });
    expect(movedBy('PageDown', unit, maps)).toMatchObject({ channel: 4 });
    expect(movedBy('a', unit, maps)).toBeNull();
  });

  test('layers are called by their place, and the code by its name', () => {
    const titles = (name: keyof typeof caePresets) =>
      mapSizes(caePresets[name]).map((layer) => titleOf(layer.name, caePresets[name]));
    expect(titles('16-32')).toEqual([
      'x',
      'encoder 1',
      'encoder 2 = code z',
      'decoder 1',
      'decoder 2',
    ]);
    expect(titles('d32')).toEqual([
      'x',
      'encoder 1',
      'encoder 2',
      'code z',
      'unflattened',
      'decoder 1',
      'decoder 2',
    ]);
  });
});

describe('networks', () => {
  test('what is trained live has the sizes of what is published', () => {
    for (const name of presetNames) {
      // The one that pools has no published weights.
      if (name !== 'pool') {
        expect(specOf(preset(name))).toEqual(recipeOf(`cae-mnist-${name}`).spec);
      }
      expect(presetOf(specOf(preset(name, true)))).toBe(name);
    }
    expect(specOf(preset('d32', true))).toEqual(recipeOf('cae-mnist-d32-skip').spec);
    expect(specOf({ kind: 'preset', preset: 'dense', code: 32 }).config).toMatchObject(
      recipeOf('ae-mnist-d32').spec.config,
    );
  });

  test('published weights stand for sizes that are published, told apart by how they resample', () => {
    expect(networkFor(models, preset('pool'))).toMatchObject({ model: { id: 'cae-mnist-pool' } });
    expect(networkFor(models, preset('16-32'))).toMatchObject({ model: { id: 'cae-mnist-16-32' } });
    expect(networkFor(models, preset('d32', true))).toMatchObject({
      model: { id: 'cae-mnist-d32-skip' },
    });
    expect(networkFor(models, preset('32-64'))).toEqual(preset('32-64'));
  });

  test('no layer of the fully connected network before the code is narrower than the code or the image', () => {
    for (const code of [32, 1568, 3136]) {
      const { hidden, inputDim, latentDim } = denseConfig(code);
      expect(latentDim).toBe(code);
      for (const width of hidden) expect(width).toBeGreaterThanOrEqual(Math.min(code, inputDim));
    }
  });

  test('names and counts', () => {
    expect(nameOf(specOf(preset('d32', true)))).toBe('cae 16-32-32 skip');
    expect(parameterCount(shapesOf(specOf(preset('32-64'))))).toBe(37_569);
    expect(codeOf(specOf(preset('32-64')))).toBe(3_136);
  });

  test('a file of another family, or of other images, is refused with a reason', () => {
    expect(() => parts.shapesOf({ family: 'vae', config: {} })).toThrow(/shows "cae" and "ae"/);
    const small = caeSpec({ ...caePresets['16-32'], inputDim: 64 });
    expect(() => parts.shapesOf(small)).toThrow(/64 pixels; this lab shows those of 784/);
  });

  test('kernels are read out of a file of weights', async () => {
    const trainer = new Trainer(await loadFamily('cae'), caeSpec(caePresets.d32), 5);
    const bytes = writeSafetensors(await trainer.export(), 'F32');
    trainer.dispose();
    expect(kernelsIn(bytes.slice().buffer).map(({ layer, count }) => [layer, count])).toEqual([
      ['encoder.0', 16],
      ['encoder.1', 512],
      ['decoder.1', 512],
      ['decoder.2', 16],
    ]);
  });
});

describe('readings and pairs', () => {
  test('say only what is known', () => {
    const known = {
      report: null,
      heldOut: null,
      published: null,
      code: 32,
      parameters: 111_521,
      skip: true,
      swapped: 'code' as const,
      shift: 2,
      tenDigits: null,
      movements: [],
    };
    expect(readingsOf(known)).toEqual({
      code: 32,
      parameters: 111_521,
      pretrained: 0,
      skip: 1,
      codeSwapped: 1,
      skipSwapped: 0,
      shift: 2,
    });
    const moved = [{ by: 4, asItIs: 0.9, movedBack: 0 }];
    expect(
      readingsOf({ ...known, published: models[0]!, tenDigits: 0.003, shift: 4, movements: moved }),
    ).toMatchObject({ mse: 0.004, digits: 0.003, moved4: 0 });
    expect(readingsOf({ ...known, movements: moved })).not.toHaveProperty('moved4');
  });

  test('strides and pooling are compared at 16 and 32 maps: another first network turns to these', () => {
    const { a } = labOf();
    expect(firstIn('pool', a, [])).toEqual(preset('16-32'));
    expect(firstIn('dense', a, [])).toBeNull();
    for (const name of ['16-32', 'pool'] as const) {
      a.network = preset(name);
      expect(firstIn('pool', a, [])).toBeNull();
      expect(a.parameters).toBe(9_569);
    }
    a.network = preset('32-64', true);
    expect(firstIn('pool', a, [])).toEqual(preset('16-32', true));
  });

  test('every pair has its title, and beside weights stand weights', () => {
    expect(arrangementNames).toEqual(Object.keys(arrangements));
    const lab = labOf();
    expect(arrangementsFor(lab.a)).toEqual(arrangementNames);
    expect(lab.a.network).toMatchObject({ model: { id: 'cae-mnist-d32' } });
    lab.a.network = { kind: 'preset', preset: 'dense', code: 32 };
    expect(arrangementsFor(lab.a)).toEqual(['same']);
  });
});

describe('the address', () => {
  test('holds what is on the dials, and gives it back', () => {
    const lab = labOf();
    lab.show('shift');
    lab.move(3);
    lab.a.view.swap('code');
    lab.a.set({ learningRate: 2e-3 });
    const codec = codecOf(lab);
    const hash = codec.write(stateOf(lab), '');
    expect(hash).toMatch(/^#convolutional\.v1:/);
    const other = labOf();
    adopt(other, codec.read(hash).state);
    expect(stateOf(other)).toEqual(stateOf(lab));
  });

  test('names networks with and without a skip, and fully connected ones; nonsense is named', () => {
    const codec = codecOf(labOf());
    const read = (net: string) => codec.read(`#convolutional.v1:net=${net}`);
    expect(read('32-64-skip').state.net).toEqual(preset('32-64', true));
    expect(read('dense-1568').state.net).toEqual({ kind: 'preset', preset: 'dense', code: 1568 });
    expect(read('cae-mnist-pool').state.net).toMatchObject({ model: { id: 'cae-mnist-pool' } });
    expect(read('dense-9999').problems).toHaveLength(1);
  });
});

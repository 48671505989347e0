// The convolutional autoencoder: sizes as PyTorch names them, gradients against finite differences, skips and silences.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import {
  caePresets,
  caeShapes,
  codeLayer,
  codeSize,
  mapSizes,
  parseCae,
  type CaeConfig,
} from '../../../src/lib/models/cae.config.ts';
import { family } from '../../../src/lib/models/cae.ts';
import { ConfigError, parameterCount } from '../../../src/lib/models/dense.config.ts';
import { initialWeights } from '../../../src/lib/ops/init.ts';
import { fillUniform, Stream } from '../../../src/lib/ops/random.ts';
import {
  memory,
  tensor,
  tensor2d,
  tidy,
  variable,
  variableGrads,
  type Scalar,
} from '../../../src/lib/ops/tf.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const small: CaeConfig = {
  inputDim: 64,
  channels: [2, 3],
  bottleneck: 0,
  resampling: 'stride',
  skip: false,
};

function make(change: Partial<CaeConfig> = {}) {
  const config = { ...small, ...change };
  const shapes = family.shapes(config);
  const weights = initialWeights(shapes, 3);
  const p = Object.fromEntries(
    shapes.map(({ name, shape }) => [
      name,
      tidy(() => variable(tensor(weights.get(name)!, [...shape]))),
    ]),
  );
  const pixels = new Float32Array(3 * 64);
  fillUniform(pixels, 1, Stream.data, 0);
  const input = tensor2d(pixels, [3, 64]);
  return { config, p, input, batch: { input, target: input, noise: null } };
}

/** What the family must have. */
function had<T>(found: T | null | undefined): T {
  if (found === null || found === undefined) throw new Error('The family lacks it.');
  return found;
}
const reconstruct = (...args: Parameters<NonNullable<typeof family.reconstruct>>) =>
  had(family.reconstruct?.(...args));
const activations = (...args: Parameters<NonNullable<typeof family.activations>>) =>
  had(family.activations?.(...args));

const value = (compute: () => Scalar) => tidy(() => compute()).dataSync()[0] ?? NaN;

describe('the tutorials’ networks, counted', () => {
  test.each([
    ['16-32', 9_569, 1_568],
    ['32-64', 37_569, 3_136],
    ['d32', 111_521, 32],
    ['pool', 9_569, 1_568],
  ] as const)('%s has %i parameters and a code of %i numbers', (preset, parameters, code) => {
    const config = caePresets[preset];
    expect(parameterCount(caeShapes(config))).toBe(parameters);
    expect(codeSize(config)).toBe(code);
  });

  test('16-32 with a bottleneck, named and laid out as PyTorch does', () => {
    expect(
      caeShapes(caePresets.d32).map(({ name, shape }) => `${name} ${shape.join('×')}`),
    ).toEqual([
      'encoder.0.weight 16×1×3×3',
      'encoder.0.bias 16',
      'encoder.1.weight 32×16×3×3',
      'encoder.1.bias 32',
      'code.weight 32×1568',
      'code.bias 32',
      'decoder.0.weight 1568×32',
      'decoder.0.bias 1568',
      'decoder.1.weight 32×16×3×3',
      'decoder.1.bias 16',
      'decoder.2.weight 16×1×3×3',
      'decoder.2.bias 1',
    ]);
  });

  test('a skip doubles what the last layer reads: 144 weights more', () => {
    const skip = { ...caePresets['16-32'], skip: true };
    expect(parameterCount(caeShapes(skip))).toBe(9_569 + 144);
  });
});

describe('the gradient of every parameter is what finite differences say', () => {
  test.each<Partial<CaeConfig>>([
    {},
    { bottleneck: 4 },
    { resampling: 'pool' },
    { skip: true },
    { resampling: 'pool', bottleneck: 4, skip: true },
  ])('%j', (change) => {
    const { config, p, batch } = make(change);
    const objective = () => family.loss(config, p, batch, {}, 0).objective;
    const { grads } = variableGrads(objective, Object.values(p));
    let [largest, compared, all] = [0, 0, 0];
    for (const weight of Object.values(p)) {
      const analytic = grads[weight.name]!.dataSync();
      const start = Float32Array.from(weight.dataSync());
      for (let i = 0; i < start.length; i++) {
        const at = (change: number) => {
          tidy(() => weight.assign(tensor(start.with(i, start[i]! + change), weight.shape)));
          return value(objective);
        };
        const slope = (step: number) => (at(step) - at(-step)) / (2 * step);
        const [wide, numeric] = [slope(1e-2), slope(5e-3)];
        at(0);
        all += 1;
        // Where a ReLU or a maximum switches within the step, there is no one slope to compare with.
        if (Math.abs(wide - numeric) > 1e-4) continue;
        compared += 1;
        expect(Math.abs(numeric - analytic[i]!), `${weight.name}[${i}]`).toBeLessThan(2e-4);
        largest = Math.max(largest, Math.abs(analytic[i]!));
      }
    }
    expect(compared).toBeGreaterThan(0.9 * all);
    expect(largest, 'a gradient that is not all zeros').toBeGreaterThan(0.005);
  });
});

test('the loss is the mean of the images’ squared errors per pixel', () => {
  const { config, p, input, batch } = make();
  const means = [...reconstruct(config, p, input).dataSync()];
  const pixels = input.dataSync();
  const expected =
    means.reduce((sum, mean, i) => sum + (mean - pixels[i]!) ** 2, 0) / pixels.length;
  expect(value(() => family.loss(config, p, batch, {}, 0).objective)).toBeCloseTo(expected, 6);
  const perImage = [...family.evaluate(config, p, batch).perImage[0]!.dataSync()];
  expect(perImage.reduce((a, b) => a + b) / 3).toBeCloseTo(expected, 6);
});

test.each<Partial<CaeConfig>>([{}, { bottleneck: 4 }, { resampling: 'pool' }])(
  'decoding the code is the reconstruction: %j',
  (change) => {
    const { config, p, input } = make(change);
    const code = family.encode(config, p, input).mean;
    expect(code.shape).toEqual([3, codeSize(config)]);
    const decoded = [...family.decode(config, p, code).dataSync()];
    expect(decoded).toEqual([...reconstruct(config, p, input).dataSync()]);
  },
);

test('with a skip, the code alone decodes as if what skips it were silent', () => {
  const { config, p, input } = make({ bottleneck: 4, skip: true });
  const code = family.encode(config, p, input).mean;
  const alone = family.decode(config, p, code).dataSync();
  const whole = reconstruct(config, p, input).dataSync();
  const silenced = activations(config, p, input, new Map([['skip.0', new Float32Array(2 * 16)]]));
  expect([...(silenced.get('decoder.2')?.dataSync() ?? [])]).toEqual([...alone]);
  expect(alone.some((v, i) => Math.abs(v - whole[i]!) > 1e-3)).toBe(true);
});

test.each(Object.entries(caePresets))(
  '%s shows every layer in the size that it says',
  (_, config) => {
    const shapes = family.shapes(config);
    const weights = initialWeights(shapes, 3);
    const p = Object.fromEntries(
      shapes.map(({ name, shape }) => [
        name,
        tidy(() => variable(tensor(weights.get(name)!, [...shape]))),
      ]),
    );
    const image = tensor2d(new Float32Array(784).fill(0.5), [1, 784]);
    const seen = activations(config, p, image, new Map());
    expect([...seen].map(([name, { shape }]) => [name, shape])).toEqual(
      mapSizes(config).map(({ name, channels, side }) => [name, [1, side, side, channels]]),
    );
    expect(seen.has(codeLayer(config))).toBe(true);
  },
);

test('a code in another’s place decodes as that other', () => {
  const { config, p, input } = make({ bottleneck: 4 });
  const codes = family.encode(config, p, input).mean;
  const second = Float32Array.from(codes.dataSync().slice(4, 8));
  const seen = activations(config, p, input, new Map([['code', second]]));
  const decoded = family.decode(config, p, tensor2d(second, [1, 4])).dataSync();
  const means = seen.get('decoder.2')?.dataSync() ?? [];
  expect(means).toHaveLength(3 * 64);
  for (let i = 0; i < means.length; i++) expect(means[i]).toBeCloseTo(decoded[i % 64] ?? NaN, 6);
});

test('maps in others’ place are read channel by channel', () => {
  const { config, p, input } = make();
  const whole = activations(config, p, input, new Map());
  // The code of the first image, as the worker hands maps out: [channels, height, width].
  const maps = family.encode(config, p, input).mean.dataSync().slice(0, codeSize(config));
  const seen = activations(config, p, input, new Map([['encoder.1', Float32Array.from(maps)]]));
  const [first, all] = [whole, seen].map((each) => [...(each.get('decoder.1')?.dataSync() ?? [])]);
  expect(all).toHaveLength(3 * 64);
  all?.forEach((mean, i) => {
    expect(mean).toBeCloseTo(first?.[i % 64] ?? NaN, 6);
  });
});

test('a loss leaves no tensor behind but what it returns', () => {
  const { config, p, batch } = make({ skip: true, bottleneck: 4 });
  const before = memory().numTensors;
  const loss = tidy(() => family.loss(config, p, batch, {}, 0).objective);
  expect(memory().numTensors).toBe(before + 1);
  loss.dispose();
});

test('slow motion tells the forward pass by the layers’ own maps', () => {
  const { config, p } = make({ bottleneck: 4 });
  const input = tensor2d(new Float32Array(64).fill(0.5), [1, 64]);
  const stages = had(family.stages?.(config, p, { input, target: input, noise: null }, {}, 0));
  expect(stages.map(({ name }) => name)).toEqual(['encode', 'decode', 'loss']);
  expect(stages[0]!.tensors.map(({ name, part }) => `${name} ${part}`)).toEqual([
    'x dat',
    'encoder.0 enc',
    'encoder.1 enc',
    'z lat',
  ]);
});

test.each<[change: object, says: string]>([
  [{ channels: [] }, '"channels" is []'],
  [{ inputDim: 63 }, '"inputDim" is 63'],
  [{ inputDim: 36 }, 'whose side 4 divides'],
  [{ bottleneck: -1 }, '"bottleneck" is -1'],
  [{ resampling: 'bilinear' }, '"resampling"'],
  [{ skip: 1 }, '"skip" is 1'],
])('the config %j is refused by the name of what is wrong', (change, says) => {
  expect(() => parseCae({ ...small, ...change })).toThrow(ConfigError);
  expect(() => parseCae({ ...small, ...change })).toThrow(says);
});

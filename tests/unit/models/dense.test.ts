// The dense models: sizes as PyTorch names them, gradients against finite differences, the objective's parts.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { ConfigError, parameterCount } from '../../../src/lib/models/dense.config.ts';
import type { Batch, Family } from '../../../src/lib/models/family.ts';
import { loadFamily, UnknownFamilyError } from '../../../src/lib/train/families.ts';
import { aePresets, aeShapes, AE_LIKELIHOODS } from '../../../src/lib/models/ae.config.ts';
import { reparameterise, warmup } from '../../../src/lib/models/vae.ts';
import { vaePresets, vaeShapes } from '../../../src/lib/models/vae.config.ts';
import { initialWeights } from '../../../src/lib/ops/init.ts';
import { fillNormal, fillUniform, Stream } from '../../../src/lib/ops/random.ts';
import {
  memory,
  tensor,
  tensor2d,
  tidy,
  variable,
  variableGrads,
  type Scalar,
  type Variable,
} from '../../../src/lib/ops/tf.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const small = {
  inputDim: 6,
  hidden: [5, 4],
  latentDim: 2,
  activation: 'tanh',
  likelihood: 'bernoulli',
};

interface Made {
  readonly family: Family<unknown>;
  readonly config: unknown;
  readonly p: Readonly<Record<string, Variable>>;
  readonly batch: Batch;
}

async function make(name: string, change: object = {}): Promise<Made> {
  const family = await loadFamily(name);
  const config = family.parse({ ...small, ...change });
  const shapes = family.shapes(config);
  const weights = initialWeights(shapes, 3);
  const p = Object.fromEntries(
    shapes.map(({ name: each, shape }) => [
      each,
      tidy(() => variable(tensor(weights.get(each)!, [...shape]))),
    ]),
  );
  const width = Math.max(1, family.noiseDim(config));
  const [pixels, noise] = [new Float32Array(3 * 6), new Float32Array(3 * width)];
  fillUniform(pixels, 1, Stream.data, 0);
  fillNormal(noise, 1, Stream.noise, 0);
  const input = tensor2d(pixels, [3, 6]);
  return { family, config, p, batch: { input, target: input, noise: tensor2d(noise, [3, width]) } };
}

const value = (compute: () => Scalar) => tidy(() => compute()).dataSync()[0] ?? NaN;

const cases: [name: string, change: object, settings: Record<string, number>][] = [
  ['ae', {}, {}],
  ['ae', { activation: 'leaky-relu', likelihood: 'gaussian' }, {}],
  ['ae', { likelihood: 'cross-entropy' }, {}],
  ['ae', { likelihood: 'mse', activation: 'leaky-relu' }, {}],
  ['ae', { likelihood: 'mse-linear', activation: 'linear' }, {}],
  ['vae', {}, { beta: 1 }],
  ['vae', { likelihood: 'gaussian' }, { beta: 0.5 }],
  ['vae', { activation: 'leaky-relu' }, { beta: 4 }],
  ['vae', {}, { beta: 1, freeBits: 0.05 }],
  ['iwae', { samples: 1 }, {}],
  ['iwae', { samples: 4 }, {}],
];

describe('the gradient of every parameter is what finite differences say', () => {
  test.each(cases)('%s %j with %j', async (name, change, settings) => {
    const { family, config, p, batch } = await make(name, change);
    const objective = () => family.loss(config, p, batch, settings, 0).objective;
    const { grads } = variableGrads(objective, Object.values(p));
    const step = 5e-3;
    let largest = 0;
    for (const weight of Object.values(p)) {
      const analytic = grads[weight.name]!.dataSync();
      const start = Float32Array.from(weight.dataSync());
      for (let i = 0; i < start.length; i++) {
        const at = (change: number) => {
          tidy(() => weight.assign(tensor(start.with(i, start[i]! + change), weight.shape)));
          return value(objective);
        };
        const numeric = (at(step) - at(-step)) / (2 * step);
        at(0);
        expect(Math.abs(numeric - analytic[i]!), `${weight.name}[${i}]`).toBeLessThan(4e-3);
        largest = Math.max(largest, Math.abs(analytic[i]!));
      }
    }
    // A mean over pixels is that many times smaller than a sum.
    const perPixel = family.terms(config).includes('mse') ? 6 : 1;
    expect(largest, 'a gradient that is not all zeros').toBeGreaterThan(0.05 / perPixel);
  });
});

test('without the KL and without noise, the VAE’s loss is the reconstruction alone', async () => {
  const { family, config, p, batch } = await make('vae');
  const { objective, terms } = family.loss(config, p, batch, { beta: 0 }, 0);
  expect(objective.dataSync()[0]).toBeCloseTo(terms[0]!.dataSync()[0]!, 5);
});

test('the objective is the reconstruction plus β times the KL', async () => {
  const { family, config, p, batch } = await make('vae');
  const { objective, terms } = family.loss(config, p, batch, { beta: 3 }, 0);
  const [reconstruction = NaN, kl = NaN] = terms.map((term) => term.dataSync()[0] ?? NaN);
  expect(objective.dataSync()[0]).toBeCloseTo(reconstruction + 3 * kl, 4);
  expect(family.objective({ reconstruction, kl }, { beta: 3 })).toBeCloseTo(
    reconstruction + 3 * kl,
    5,
  );
});

test('the terms of a batch are the means of the terms of its images', async () => {
  const { family, config, p, batch } = await make('vae');
  const { terms } = family.loss(config, p, batch, {}, 0);
  const { perImage } = family.evaluate(config, p, batch);
  terms.forEach((term, i) => {
    const each = [...perImage[i]!.dataSync()];
    expect(term.dataSync()[0]).toBeCloseTo(each.reduce((a, b) => a + b) / 3, 4);
  });
});

test('z is μ + σ ⊙ ε with σ = exp(½ log σ²)', () => {
  const z = reparameterise(
    { mean: tensor2d([[1, -1]]), logVar: tensor2d([[Math.log(4), 0]]) },
    tensor2d([[0.5, 2]]),
  );
  const [first, second] = z.dataSync();
  expect(first).toBeCloseTo(2, 6);
  expect(second).toBeCloseTo(1, 6);
});

test('warm-up brings β in linearly, and free bits only raise the objective', async () => {
  expect([0, 50, 100, 500].map((step) => warmup({ warmupSteps: 100 }, step))).toEqual([
    0, 0.5, 1, 1,
  ]);
  expect(warmup({}, 0)).toBe(1);
  const { family, config, p, batch } = await make('vae');
  const plain = value(() => family.loss(config, p, batch, { beta: 1 }, 0).objective);
  const floored = value(() => family.loss(config, p, batch, { beta: 1, freeBits: 2 }, 0).objective);
  expect(floored).toBeGreaterThan(plain);
});

test('a huge log-variance from the encoder stays finite in the loss', async () => {
  const { family, config, p, batch } = await make('vae');
  const bias = p['log_var.bias']!;
  tidy(() => bias.assign(tensor([1000, -1000], bias.shape)));
  expect(Number.isFinite(value(() => family.loss(config, p, batch, {}, 0).objective))).toBe(true);
});

test('a decoder’s Bernoulli means lie between 0 and 1', async () => {
  const { family, config, p } = await make('vae');
  const means = family.decode(config, p, tensor2d([[30, -30]])).dataSync();
  expect(means.every((mean) => mean >= 0 && mean <= 1)).toBe(true);
});

test('a loss leaves no tensor behind but what it returns', async () => {
  const { family, config, p, batch } = await make('vae');
  const before = memory().numTensors;
  const loss = tidy(() => family.loss(config, p, batch, {}, 0).objective);
  expect(memory().numTensors).toBe(before + 1);
  loss.dispose();
});

test('PyTorch’s VAE example has 652,824 parameters, named and laid out as there', () => {
  const shapes = vaeShapes(vaePresets['784-400-20']);
  expect(parameterCount(shapes)).toBe(652_824);
  expect(shapes.map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
    'encoder.0.weight 400×784',
    'encoder.0.bias 400',
    'mean.weight 20×400',
    'mean.bias 20',
    'log_var.weight 20×400',
    'log_var.bias 20',
    'decoder.0.weight 400×20',
    'decoder.0.bias 400',
    'decoder.1.weight 784×400',
    'decoder.1.bias 784',
  ]);
});

test('initial weights are uniform in ±1/√fan-in, as nn.Linear’s are', () => {
  const weights = initialWeights(vaeShapes(vaePresets['784-400-20']), 1);
  for (const [name, fanIn] of [
    ['encoder.0.weight', 784],
    ['encoder.0.bias', 784],
    ['decoder.1.weight', 400],
  ] as const) {
    const values: Float32Array = weights.get(name)!;
    const largest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(fanIn));
    expect(largest).toBeGreaterThan(0.98 / Math.sqrt(fanIn));
  }
});

test.each<[change: object, says: string]>([
  [{ hidden: [] }, '"hidden" is []'],
  [{ hidden: [5, 0] }, '"hidden"'],
  [{ hidden: 5 }, '"hidden" is 5'],
  [{ latentDim: 2.5 }, '"latentDim" is 2.5'],
  [{ latentDim: 1e9 }, '"latentDim"'],
  [{ inputDim: null }, '"inputDim" is null'],
  [{ activation: 'gelu' }, '"activation" is "gelu"'],
  [{ likelihood: ['bernoulli'] }, '"likelihood"'],
])('the config %j is refused by the name of what is wrong', async (change, says) => {
  const family = await loadFamily('vae');
  expect(() => family.parse({ ...small, ...change })).toThrow(ConfigError);
  expect(() => family.parse({ ...small, ...change })).toThrow(says);
});

test.each(['nothing', '../train/loop', 'vae.config', ''])(
  'there is no family "%s"',
  async (name) => {
    await expect(loadFamily(name)).rejects.toThrow(UnknownFamilyError);
  },
);

test('the bound of k samples is the log of the mean weight, and no looser than the mean of the logs', async () => {
  const { family, config, p, batch } = await make('iwae', { samples: 5 });
  const { perImage } = family.evaluate(config, p, batch);
  const noise = tensor2d(batch.noise?.dataSync() ?? [], [15, 2]);
  const logs = family.logWeights?.(config, p, { ...batch, noise }, 5).arraySync() ?? [];
  const bound = [...perImage[0]!.dataSync()];
  expect(logs).toHaveLength(3);
  logs.forEach((row, i) => {
    const mean = row.reduce((sum, log) => sum + Math.exp(log), 0) / 5;
    expect(bound[i]).toBeCloseTo(-Math.log(mean), 4);
    expect(bound[i]).toBeLessThanOrEqual(-row.reduce((a, b) => a + b) / 5 + 1e-5);
  });
});

test('784-128-64-32 mirrored has 222,384 parameters, and PyTorch’s order of layers', () => {
  const shapes = aeShapes(aePresets['784-128-64-32']);
  expect(parameterCount(shapes)).toBe(222_384);
  expect(shapes.filter(({ shape }) => shape.length === 2).map(({ shape }) => shape)).toEqual([
    [128, 784],
    [64, 128],
    [32, 64],
    [64, 32],
    [128, 64],
    [784, 128],
  ]);
});

test('no hidden layer of a preset is narrower than its code, so that the code is the bottleneck', () => {
  for (const { hidden, latentDim } of Object.values(aePresets)) {
    expect(Math.min(...hidden)).toBeGreaterThanOrEqual(latentDim);
  }
});

describe('the autoencoder’s losses', () => {
  const losses = async (likelihood: string) => {
    const { family, config, p, batch } = await make('ae', { likelihood });
    const { objective, terms } = family.loss(config, p, batch, {}, 0);
    const out = family.decode(config, p, family.encode(config, p, batch.input).mean);
    return {
      names: family.terms(config),
      value: objective.dataSync()[0] ?? NaN,
      terms: terms.map((term) => term.dataSync()[0]),
      x: [...batch.target.dataSync()],
      xHat: [...out.dataSync()],
      recomputed: family.objective({ [family.terms(config)[0] ?? '']: 5 }, {}),
    };
  };

  test('the squared error is the mean over pixels and images of (x − x̂)²', async () => {
    const { value, x, xHat, names } = await losses('mse');
    const mean = x.reduce((sum, each, i) => sum + (each - xHat[i]!) ** 2, 0) / x.length;
    expect(names).toEqual(['mse']);
    expect(value).toBeCloseTo(mean, 6);
  });

  test('the cross-entropy of grey pixels is summed over pixels, in nats', async () => {
    const { value, x, xHat, names } = await losses('cross-entropy');
    const sum = x.reduce(
      (total, each, i) => total - each * Math.log(xHat[i]!) - (1 - each) * Math.log(1 - xHat[i]!),
      0,
    );
    expect(names).toEqual(['reconstruction']);
    expect(value).toBeCloseTo(sum / 3, 4);
  });

  test.each(AE_LIKELIHOODS)(
    'with %s the objective is its one term, and only that',
    async (each) => {
      const { value, terms, recomputed } = await losses(each);
      expect(terms).toEqual([value]);
      expect(recomputed).toBe(5);
    },
  );

  test('only dynamic binarisation binarises', async () => {
    const family = await loadFamily('ae');
    const binarising = AE_LIKELIHOODS.filter((likelihood) =>
      family.binarises(family.parse({ ...small, likelihood })),
    );
    expect(binarising).toEqual(['bernoulli']);
  });
});

describe('PCA as a network', () => {
  const identityish = async () => {
    const family = await loadFamily('pca');
    const config = family.parse({ inputDim: 3, latentDim: 2 });
    const p = {
      mean: tidy(() => variable(tensor([1, 2, 3], [3]))),
      components: tidy(() => variable(tensor([1, 0, 0, 0, 0.6, 0.8], [2, 3]))),
    };
    return { family, config, p };
  };

  test('encodes by projecting what is left of the mean, and decodes what lies in the plane exactly', async () => {
    const { family, config, p } = await identityish();
    const x = tensor2d([[2, 2.6, 3.8]]);
    const z = family.encode(config, p, x).mean;
    const [a = NaN, b = NaN] = z.dataSync();
    expect(a).toBeCloseTo(1, 5);
    expect(b).toBeCloseTo(1, 5);
    [...family.decode(config, p, z).dataSync()].forEach((value, i) => {
      expect(value).toBeCloseTo([2, 2.6, 3.8][i]!, 5);
    });
  });

  test('loses the squared distance to the plane, per pixel', async () => {
    const { family, config, p } = await identityish();
    const x = tensor2d([[1, 2 - 0.8, 3 + 0.6]]); // one unit along what is orthogonal to both
    const batch = { input: x, target: x, noise: null };
    expect(family.loss(config, p, batch, {}, 0).objective.dataSync()[0]).toBeCloseTo(1 / 3, 5);
    expect(family.terms(config)).toEqual(['mse']);
  });

  test('refuses sizes that are none', async () => {
    const family = await loadFamily('pca');
    expect(() => family.parse({ inputDim: 784, latentDim: 0 })).toThrow(ConfigError);
  });
});

// The hierarchical VAE: every formula that the code uses against its definition, every gradient against finite
// differences, and the estimators against each other.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import { ConfigError } from '../../../src/lib/models/dense.config.ts';
import type { Batch } from '../../../src/lib/models/family.ts';
import { descend, family, logWeights } from '../../../src/lib/models/hvae.ts';
import {
  hvaeShapes,
  hvaeSpec,
  levelSpans,
  parseHvae,
  type HvaeConfig,
} from '../../../src/lib/models/hvae.config.ts';
import {
  klOfGaussians,
  productOfGaussians,
  residualPosterior,
} from '../../../src/lib/ops/gaussians.ts';
import { initialWeights } from '../../../src/lib/ops/init.ts';
import { fillNormal, fillUniform, Stream } from '../../../src/lib/ops/random.ts';
import {
  mul,
  tensor,
  tensor2d,
  tidy,
  variable,
  variableGrads,
  type Scalar,
  type Variable,
} from '../../../src/lib/ops/tf.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const small: HvaeConfig = {
  inputDim: 6,
  levels: [
    { latent: 3, hidden: [5, 4] },
    { latent: 2, hidden: [4] },
    { latent: 1, hidden: [3] },
  ],
  inference: 'top-down',
  posterior: 'product',
  activation: 'tanh',
  normalisation: 'none',
  skip: false,
};
const ROWS = 4;
const LATENT = 6;

const kinds: [name: string, change: Partial<HvaeConfig>][] = [
  ['bottom-up', { inference: 'bottom-up' }],
  ['bottom-up with a skip path', { inference: 'bottom-up', skip: true }],
  ['ladder, product', {}],
  ['ladder, product, normalised', { normalisation: 'batch', skip: true }],
  ['ladder, residual', { posterior: 'residual', skip: true }],
  ['ladder, residual, normalised', { posterior: 'residual', skip: true, normalisation: 'batch' }],
];

function normals(count: number, row: number): Float32Array {
  const out = new Float32Array(count);
  fillNormal(out, 1, Stream.noise, row);
  return out;
}

function make(change: Partial<HvaeConfig>) {
  const config = parseHvae(hvaeSpec({ ...small, ...change }).config);
  const weights = initialWeights(hvaeShapes(config), 3);
  const p: Record<string, Variable> = Object.fromEntries(
    hvaeShapes(config).map(({ name, shape, buffer }) => [
      name,
      // Three times as large as a run starts from: a batch of four has some variance to normalise by.
      tidy(() => variable(mul(tensor(weights.get(name)!, [...shape]), buffer ? 1 : 3))),
    ]),
  );
  const learnt = hvaeShapes(config)
    .filter(({ buffer }) => !buffer)
    .map(({ name }) => p[name]!);
  const pixels = new Float32Array(ROWS * 6);
  fillUniform(pixels, 1, Stream.data, 0);
  const input = tensor2d(pixels, [ROWS, 6]);
  const noise = tensor2d(normals(ROWS * LATENT, 0), [ROWS, LATENT]);
  const batch: Batch = { input, target: input, noise };
  return { config, p, learnt, batch };
}

/** The same batch with that many draws of each image. */
function drawn(batch: Batch, samples: number): Batch {
  const noise = tensor2d(normals(ROWS * samples * LATENT, 4), [ROWS, samples * LATENT]);
  return { ...batch, noise };
}

const value = (compute: () => Scalar): number => tidy(() => compute()).dataSync()[0] ?? NaN;

describe.each(kinds)('%s', (_name, change) => {
  // Far from the kink: every level's KL is above these free bits, or (with many) below.
  test.each([
    [{ beta: 1 }, 1],
    [{ beta: 0.5, freeBits: 1e-4 }, 1],
    [{ beta: 0.5, freeBits: 50 }, 1],
    [{}, 3],
  ])(
    'every gradient is what finite differences say, with %j and %i draws of each image',
    (settings, samples) => {
      const { config, p, learnt, batch: whole } = make(change);
      const batch = samples > 1 ? drawn(whole, samples) : whole;
      const objective = () => family.loss(config, p, batch, settings, 0).objective;
      const { grads } = variableGrads(objective, learnt);
      // Normalised by a batch of four the objective is strongly curved.
      const step = change.normalisation === 'batch' ? 1e-3 : 4e-3;
      for (const weight of learnt) {
        const analytic = grads[weight.name]!.dataSync();
        const start = weight.dataSync().slice();
        const at = start.length >> 1;
        const moved = (by: number): number => {
          const values = start.slice();
          values[at]! += by;
          tidy(() => weight.assign(tensor(values, weight.shape)));
          return value(objective);
        };
        const numeric = (moved(step) - moved(-step)) / (2 * step);
        tidy(() => weight.assign(tensor(start, weight.shape)));
        const error = Math.abs(analytic[at]! - numeric) / Math.max(1, Math.abs(numeric));
        expect(error, weight.name).toBeLessThan(2e-2);
      }
    },
  );

  test('the mean of the importance weights over many draws is the ELBO', () => {
    const { config, p, batch } = make(change);
    const draws = 4000;
    const noise = tensor2d(normals(ROWS * draws * LATENT, 1), [ROWS * draws, LATENT]);
    const weights = Float32Array.from(
      tidy(() => logWeights(config, p, { ...batch, noise }, draws)).dataSync(),
    );
    const elbos = Array.from({ length: ROWS }, (_, i) => {
      const own = weights.slice(i * draws, (i + 1) * draws);
      const mean = own.reduce((a, b) => a + b, 0) / draws;
      const variance = own.reduce((a, b) => a + (b - mean) ** 2, 0) / draws;
      return { mean, error: Math.sqrt(variance / draws) };
    });
    // The same draws through the ELBO's own terms, with the KL in closed form.
    const x = batch.input.dataSync();
    const repeated = tidy(() => {
      const rows = Float32Array.from({ length: ROWS * draws * 6 }, (_, i) => {
        const row = Math.floor(i / 6 / draws);
        return x[row * 6 + (i % 6)]!;
      });
      const input = tensor2d(rows, [ROWS * draws, 6]);
      const terms = family.evaluate(config, p, { input, target: input, noise });
      return terms.perImage.map((term) => Float32Array.from(term.dataSync()));
    });
    elbos.forEach(({ mean, error }, i) => {
      let sum = 0;
      for (let j = i * draws; j < (i + 1) * draws; j++) sum -= repeated[0]![j]! + repeated[1]![j]!;
      expect(Math.abs(sum / draws - mean)).toBeLessThan(4 * error + 1e-4);
    });
  });

  test('with several draws of each image the objective is the bound of their weights', () => {
    const { config, p, batch } = make({ ...change, normalisation: 'none' });
    const noise = normals(ROWS * 3 * LATENT, 2);
    const [objective, logs] = tidy(() => {
      const wide = tensor2d(noise, [ROWS, 3 * LATENT]);
      const rows = tensor2d(noise, [ROWS * 3, LATENT]);
      return [
        family
          .loss(config, p, { ...batch, noise: wide }, { warmupSteps: 9, freeBits: 9 }, 0)
          .objective.dataSync()[0]!,
        logWeights(config, p, { ...batch, noise: rows }, 3).arraySync(),
      ] as const;
    });
    const bounds = logs.map((w) => Math.log(w.reduce((sum, log) => sum + Math.exp(log), 0) / 3));
    expect(objective).toBeCloseTo(-bounds.reduce((a, b) => a + b, 0) / ROWS, 4);
  });

  test('decoding the codes that the encoder gives is what a pass without noise decodes', () => {
    const { config, p, batch } = make(change);
    const zero = tensor2d(new Float32Array(ROWS * LATENT), [ROWS, LATENT]);
    const [decoded, nll] = tidy(() => {
      const codes = family.encode(config, p, batch.input);
      const terms = family.evaluate(config, p, { ...batch, noise: zero });
      return [
        family.decode(config, p, codes.mean).dataSync().slice(),
        terms.perImage[0]!.dataSync().slice(),
      ] as const;
    });
    const x = batch.input.dataSync();
    nll.forEach((found, row) => {
      let expected = 0;
      for (let j = row * 6; j < (row + 1) * 6; j++) {
        expected -= x[j]! * Math.log(decoded[j]!) + (1 - x[j]!) * Math.log(1 - decoded[j]!);
      }
      expect(found).toBeCloseTo(expected, 4);
    });
  });
});

describe.each(kinds)('%s, from the top down', (_, change) => {
  const COUNT = 5;
  const LEVELS = small.levels.length;
  const codes = normals(COUNT * LATENT, 1);
  const noise = normals(COUNT * LATENT, 2);

  /** With the top `held` levels given and one temperature for the rest. */
  function draw(held: number, temperature: number) {
    const { config, p } = make(change);
    return tidy(() => {
      const drawn = descend(config, p, {
        codes: tensor2d(codes, [COUNT, LATENT]),
        noise: tensor2d(noise, [COUNT, LATENT]),
        given: small.levels.map((_level, l) => l >= LEVELS - held),
        temperatures: small.levels.map(() => temperature),
      });
      return {
        codes: drawn.codes.dataSync().slice(),
        means: drawn.means.dataSync().slice(),
        decoded: family.decode(config, p, drawn.codes).dataSync().slice(),
      };
    });
  }
  const level = (all: ArrayLike<number>, l: number): number[] => {
    const [from, to] = levelSpans(small)[l]!;
    return Array.from(all).filter((_value, i) => i % LATENT >= from && i % LATENT < to);
  };

  test.each([0, 1, 2, 3])(
    'with %i levels given these stay, and the means are those decoded',
    (held) => {
      const { codes: drawn, means, decoded } = draw(held, 1);
      for (let l = 0; l < LEVELS; l++) {
        const kept = l >= LEVELS - held;
        if (kept) expect(level(drawn, l)).toEqual(level(codes, l));
        else expect(level(drawn, l)).not.toEqual(level(codes, l));
      }
      means.forEach((mean, i) => {
        expect(mean).toBeCloseTo(decoded[i]!, 6);
      });
    },
  );

  test('the top is drawn from the standard normal', () => {
    expect(level(draw(0, 1).codes, LEVELS - 1)).toEqual(level(noise, LEVELS - 1));
  });

  test('below a held level the draw is the prior’s μ + τ σ ε with σ > 0', () => {
    const l = LEVELS - 2;
    const at = (temperature: number): number[] => level(draw(1, temperature).codes, l);
    const [mean, once, twice] = [at(0), at(1), at(2)];
    const epsilon = level(noise, l);
    once.forEach((value, i) => {
      const away = value - mean[i]!;
      expect(twice[i]! - mean[i]!).toBeCloseTo(2 * away, 4);
      expect(away / epsilon[i]!).toBeGreaterThan(0);
    });
  });
});

/** One-dimensional Gaussians as the formulas take them. */
const one = (mean: number, logVar: number) => ({
  mean: tensor2d([[mean]]),
  logVar: tensor2d([[logVar]]),
});
const density = (z: number, mean: number, variance: number): number =>
  Math.exp(-((z - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
const integral = (f: (z: number) => number): number => {
  let sum = 0;
  for (let z = -20; z <= 20; z += 1e-3) sum += f(z) * 1e-3;
  return sum;
};

describe.each([
  [0.3, -0.5, -1.1, 0.8],
  [2, 0.4, 1.5, -1],
])('two Gaussians %d, %d and %d, %d', (ma, la, mb, lb) => {
  test('the KL is its integral', () => {
    const [va, vb] = [Math.exp(la), Math.exp(lb)];
    const expected = integral((z) => {
      const q = density(z, ma, va);
      return q * (Math.log(q + 1e-300) - Math.log(density(z, mb, vb) + 1e-300));
    });
    expect(klOfGaussians(one(ma, la), one(mb, lb)).dataSync()[0]).toBeCloseTo(expected, 4);
  });

  test('the product is their densities multiplied and normalised', () => {
    const [va, vb] = [Math.exp(la), Math.exp(lb)];
    const joint = (z: number) => density(z, ma, va) * density(z, mb, vb);
    const mass = integral(joint);
    const mean = integral((z) => z * joint(z)) / mass;
    const variance = integral((z) => (z - mean) ** 2 * joint(z)) / mass;
    const product = productOfGaussians(one(ma, la), one(mb, lb));
    expect(product.mean.dataSync()[0]).toBeCloseTo(mean, 4);
    expect(Math.exp(product.logVar.dataSync()[0]!)).toBeCloseTo(variance, 4);
  });

  test('of the residual posterior the KL is ½(Δμ²/σ² + Δσ² − log Δσ² − 1)', () => {
    const prior = one(mb, lb);
    const posterior = residualPosterior(prior, one(ma, la));
    const expected = 0.5 * (ma ** 2 / Math.exp(lb) + Math.exp(la) - la - 1);
    expect(klOfGaussians(posterior, prior).dataSync()[0]).toBeCloseTo(expected, 5);
  });
});

test('running statistics move a tenth of the way to the batch, with its unbiased variance', () => {
  const { config, p, batch } = make({ normalisation: 'batch' });
  const { buffers = {} } = family.loss(config, p, batch, { beta: 1 }, 0);
  const weight = p['bottom.0.0.weight']!.dataSync();
  const x = batch.input.dataSync();
  const sums = Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: 6 }, (_, j) => x[row * 6 + j]! * weight[j]!).reduce((a, b) => a + b, 0),
  );
  const mean = sums.reduce((a, b) => a + b, 0) / ROWS;
  const variance = sums.reduce((a, b) => a + (b - mean) ** 2, 0) / (ROWS - 1);
  expect(buffers['bottom.0.0.norm.running_mean']!.dataSync()[0]).toBeCloseTo(0.1 * mean, 5);
  expect(buffers['bottom.0.0.norm.running_var']!.dataSync()[0]).toBeCloseTo(
    0.9 + 0.1 * variance,
    5,
  );
  const names = hvaeShapes(config).flatMap(({ name, buffer }) => (buffer ? [name] : []));
  expect(Object.keys(buffers).sort()).toEqual(names.sort());
});

test('a config that is none is refused by name', () => {
  const { config } = hvaeSpec(small);
  const bad: object[] = [
    { levels: [] },
    { levels: [{ latent: 0, hidden: [4] }] },
    { inference: 'sideways' },
    { posterior: 'none' },
    { skip: 1 },
    { inputDim: -1 },
  ];
  for (const change of bad) {
    expect(() => parseHvae({ ...config, ...change })).toThrow(ConfigError);
    expect(() => parseHvae({ ...config, ...change })).toThrow(Object.keys(change)[0]);
  }
});

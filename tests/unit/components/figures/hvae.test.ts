// What the drawings of chapter 15 compute: against numerical integrals, and against the code that the lab trains.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  density,
  klOf,
  productOf,
  type Bell,
} from '../../../../src/components/figures/hvae/gaussians.ts';
import { levelFacts } from '../../../../src/components/figures/hvae/levels.ts';
import { penaltyOf, weightAt } from '../../../../src/components/figures/hvae/penalty.ts';
import { nodeAssets } from '../../../../src/lib/backends/node.ts';
import { startBackend } from '../../../../src/lib/backends/start.ts';
import { family } from '../../../../src/lib/models/hvae.ts';
import {
  klOfGaussians,
  productOfGaussians,
  type Gaussian,
} from '../../../../src/lib/ops/gaussians.ts';
import { parseHvae } from '../../../../src/lib/models/hvae.config.ts';
import { initialWeights } from '../../../../src/lib/ops/init.ts';
import { tensor, tensor2d, variable } from '../../../../src/lib/ops/tf.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const a: Bell = { mean: 1.6, deviation: 0.4 };
const b: Bell = { mean: -1, deviation: 0.9 };

/** Midpoint rule from −12 to 12. */
function integral(f: (z: number) => number): number {
  const N = 24_000;
  const width = 24 / N;
  return Array.from({ length: N }, (_, i) => f(-12 + width * (i + 0.5))).reduce(
    (sum, value) => sum + value * width,
    0,
  );
}
const tensorsOf = ({ mean, deviation }: Bell): Gaussian => ({
  mean: tensor2d([[mean]]),
  logVar: tensor2d([[2 * Math.log(deviation)]]),
});

describe('Gaussians', () => {
  test('the product is the two densities multiplied and normalised', () => {
    const product = productOf(a, b);
    const mass = integral((z) => density(z, a) * density(z, b));
    for (const z of [-1, 0, 1.1, 2]) {
      expect(density(z, product)).toBeCloseTo((density(z, a) * density(z, b)) / mass, 9);
    }
  });

  test('the KL is the mean of the log ratio', () => {
    const ratio = (z: number) => Math.log(density(z, a) / density(z, b));
    expect(klOf(a, b)).toBeCloseTo(
      integral((z) => (density(z, a) < 1e-300 ? 0 : density(z, a) * ratio(z))),
      9,
    );
  });

  test('both are what the model computes', () => {
    const product = productOfGaussians(tensorsOf(a), tensorsOf(b));
    expect(product.mean.dataSync()[0]).toBeCloseTo(productOf(a, b).mean, 5);
    expect(Math.exp((product.logVar.dataSync()[0] ?? NaN) / 2)).toBeCloseTo(
      productOf(a, b).deviation,
      5,
    );
    const kl = klOfGaussians(tensorsOf(a), tensorsOf(b));
    expect(kl.dataSync()[0]).toBeCloseTo(klOf(a, b), 5);
  });

  test('an image that knows nothing leaves the prior, at no cost', () => {
    const product = productOf({ mean: 50, deviation: 1e6 }, b);
    expect(product.mean).toBeCloseTo(b.mean, 6);
    expect(klOf(product, b)).toBeCloseTo(0, 9);
  });
});

describe('warm-up and free bits', () => {
  const config = parseHvae({
    inputDim: 4,
    levels: [{ latent: 2, hidden: [3] }],
    inference: 'top-down',
    posterior: 'product',
    activation: 'tanh',
    normalisation: 'none',
    skip: false,
  });
  const shapes = family.shapes(config);
  const values = initialWeights(shapes, 3);
  const weights = () =>
    Object.fromEntries(
      shapes.map(({ name, shape }) => [name, variable(tensor(values.get(name)!, [...shape]))]),
    );
  const images = [
    [1, 0, 1, 0],
    [0, 0, 1, 1],
  ];

  test.each([
    { step: 0, warmupSteps: 100, freeBits: 0 },
    { step: 25, warmupSteps: 100, freeBits: 0 },
    { step: 250, warmupSteps: 100, freeBits: 0 },
    { step: 25, warmupSteps: 0, freeBits: 0 },
    { step: 0, warmupSteps: 0, freeBits: 5 },
    { step: 25, warmupSteps: 100, freeBits: 1e-6 },
    { step: 25, warmupSteps: 100, freeBits: 5 },
  ])('the lines drawn are the loss at $step of $warmupSteps, $freeBits free', (settings) => {
    const input = tensor2d(images);
    const noise = tensor2d([
      [0.3, -1.2],
      [0.8, 0.1],
    ]);
    const { step, warmupSteps, freeBits } = settings;
    const { objective, terms } = family.loss(
      config,
      weights(),
      { input, target: input, noise },
      { ...family.defaults, warmupSteps, freeBits },
      step,
    );
    const [reconstruction, kl] = terms.map((term) => term.dataSync()[0] ?? NaN);
    expect(kl).toBeGreaterThan(1e-3);
    expect(objective.dataSync()[0]).toBeCloseTo(
      (reconstruction ?? NaN) + weightAt(step, warmupSteps) * penaltyOf(kl ?? NaN, freeBits),
      4,
    );
  });
});

describe('levels of a manifest', () => {
  const metrics = {
    'kl-level-1-nats': { value: 17.7, unit: 'nats' },
    'active-units-level-1': { value: 31, unit: 'of 32' },
    'probe-accuracy-level-1': { value: 0.67, unit: 'share' },
    'kl-level-2-nats': { value: 7.5, unit: 'nats' },
    'active-units-level-2': { value: 8, unit: 'of 8' },
    'probe-accuracy-level-2': { value: 0.55, unit: 'share' },
  };

  test('stand top first', () => {
    expect(levelFacts({ id: 'm', metrics })).toEqual([
      { level: 2, kl: 7.5, active: 8, units: 8, probe: 0.55 },
      { level: 1, kl: 17.7, active: 31, units: 32, probe: 0.67 },
    ]);
  });

  test('a plain VAE has none', () => {
    expect(levelFacts({ id: 'm', metrics: { 'kl-nats': { value: 25, unit: 'nats' } } })).toEqual(
      [],
    );
  });

  test('a level that is half measured is an error that names the metric', () => {
    const { 'probe-accuracy-level-2': _, ...rest } = metrics;
    expect(() => levelFacts({ id: 'm', metrics: rest })).toThrow(/"probe-accuracy-level-2"/);
  });

  test('a count without its whole is an error', () => {
    const odd = { ...metrics, 'active-units-level-1': { value: 31, unit: 'units' } };
    expect(() => levelFacts({ id: 'm', metrics: odd })).toThrow(/expected "of <n>"/);
  });
});

// Slow motion: the same update to the last bit, told in stages whose numbers are the model's own.
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeAssets } from '../../../src/lib/backends/node.ts';
import { startBackend } from '../../../src/lib/backends/start.ts';
import type { ImageSet } from '../../../src/lib/data/images.ts';
import { memory, mul, sub } from '../../../src/lib/ops/tf.ts';
import type { ModelSpec } from '../../../src/lib/protocol/model.ts';
import type { Stage, StageName, StageTensor } from '../../../src/lib/protocol/slow.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import { DivergenceError } from '../../../src/lib/train/loop.ts';
import { Trainer } from '../../../src/lib/train/trainer.ts';
import { slowUpdate } from '../../../src/lib/worker/slow.ts';

beforeAll(() => startBackend('wasm', nodeAssets()));

const BATCH = 16;
const sizes = {
  inputDim: 16,
  hidden: [12],
  latentDim: 2,
  activation: 'relu',
  likelihood: 'bernoulli',
};
const levels = {
  inputDim: 16,
  levels: [
    { latent: 4, hidden: [10] },
    { latent: 2, hidden: [6] },
  ],
  posterior: 'residual',
  activation: 'relu',
  skip: true,
};
const specs = {
  vae: { family: 'vae', config: sizes },
  ae: { family: 'ae', config: sizes },
  iwae: { family: 'iwae', config: { ...sizes, samples: 3 } },
  ladder: { family: 'hvae', config: { ...levels, inference: 'top-down', normalisation: 'batch' } },
  'bottom-up': {
    family: 'hvae',
    config: { ...levels, inference: 'bottom-up', normalisation: 'none', skip: false },
  },
} as const satisfies Record<string, ModelSpec>;

const bars: ImageSet = {
  pixels: Uint8Array.from({ length: 64 * 16 }, (_, i) =>
    Math.floor((i % 16) / 4) === Math.floor(i / 16) % 4 ? 255 : 0,
  ),
  labels: new Uint8Array(64),
  count: 64,
  width: 4,
  height: 4,
  channels: 1,
};

async function trainer(spec: ModelSpec = specs.vae): Promise<Trainer> {
  const made = new Trainer(await loadFamily(spec.family), spec, 5);
  made.feed(bars, BATCH);
  return made;
}

function ordinaryUpdate(of: Trainer): number[] {
  const terms = of.update();
  const values = Array.from(terms.dataSync());
  terms.dispose();
  return values;
}

const find = (stages: readonly Stage[], name: StageName): Stage => {
  const stage = stages.find((each) => each.name === name);
  if (!stage) throw new Error(`There is no stage "${name}".`);
  return stage;
};
const tensorOf = (stage: Stage, name: string): StageTensor => {
  const tensor = stage.tensors.find((each) => each.name === name);
  if (!tensor) throw new Error(`${stage.name} has no "${name}".`);
  return tensor;
};
const figureOf = (stage: Stage, name: string): number => {
  const figure = stage.figures.find((each) => each.name === name);
  if (!figure) throw new Error(`${stage.name} has no figure "${name}".`);
  return figure.value;
};

describe.each(Object.entries(specs))('%s', (_, spec) => {
  test('a slow update leaves the very weights and moments of an ordinary one, and so do those after it', async () => {
    const [slow, usual] = [await trainer(spec), await trainer(spec)];
    for (let i = 0; i < 3; i++) {
      const { report } = await slowUpdate(slow);
      const terms = ordinaryUpdate(usual);
      expect(report.step).toBe(i + 1);
      expect(Object.values(report.terms)).toEqual(terms);
      expect(await slow.export()).toEqual(await usual.export());
      expect(await slow.exportMoments()).toEqual(await usual.exportMoments());
    }
    slow.dispose();
    usual.dispose();
  });

  test('every stage has its words, its equation and pictures without gaps', async () => {
    const made = await trainer(spec);
    const { stages } = await slowUpdate(made);
    const all = ['encode', 'sample', 'decode', 'loss', 'gradient', 'update'];
    expect(stages.map(({ name }) => name)).toEqual(
      all.filter((name) => spec.family !== 'ae' || name !== 'sample'),
    );
    for (const { name, says, equation, tensors, figures } of stages) {
      expect(says).toMatch(/^[A-Z0-9].*\.$/);
      expect(equation).not.toBe('');
      expect(tensors.length, name).toBeGreaterThan(0);
      for (const { tiles, columns, values } of tensors) {
        expect(values.length % tiles).toBe(0);
        expect(columns).toBeLessThanOrEqual(values.length / tiles);
        expect(values.every(Number.isFinite)).toBe(true);
      }
      for (const { value } of figures) expect(value).toBeTypeOf('number');
    }
    made.dispose();
  });

  test('it leaves no tensor behind', async () => {
    const made = await trainer(spec);
    await slowUpdate(made);
    const { numTensors } = memory();
    for (let i = 0; i < 3; i++) await slowUpdate(made);
    expect(memory().numTensors).toBe(numTensors);
    made.dispose();
  });
});

test('an autoencoder makes a reconstruction of its code, and one further layer is one', async () => {
  const toldOf = async (likelihood: string): Promise<readonly Stage[]> => {
    const config = { ...sizes, hidden: [12, 8], likelihood };
    const made = await trainer({ family: 'ae', config });
    const { stages } = await slowUpdate(made);
    made.dispose();
    return stages;
  };
  const squared = await toldOf('mse');
  expect(find(squared, 'decode').says).toBe(
    'The decoder turns the code into the reconstruction x̂, pixel by pixel.',
  );
  expect(find(squared, 'encode').equation).toMatch(/ 1 more such layer$/m);
  expect(find(squared, 'decode').equation).toMatch(/ 1 more such layer$/m);
  expect(find(await toldOf('gaussian'), 'decode').says).toContain('the mean of each pixel');
});

test('z is μ + σ ⊙ ε, by the numbers shown', async () => {
  const made = await trainer();
  const { stages } = await slowUpdate(made);
  const encode = find(stages, 'encode');
  const sample = find(stages, 'sample');
  const [mean, logVar] = [tensorOf(encode, 'μ').values, tensorOf(encode, 'log σ^2').values];
  const [noise, z] = [tensorOf(sample, 'ε').values, tensorOf(sample, 'z').values];
  expect(z).toHaveLength(2);
  z.forEach((value, i) => {
    expect(value).toBeCloseTo(mean[i]! + Math.exp(logVar[i]! / 2) * noise[i]!, 5);
  });
  expect(tensorOf(sample, 'z').shape).toEqual([BATCH, 2]);
  made.dispose();
});

test('the losses of pixels and dimensions add up to those of the image, and the batch has its own', async () => {
  const made = await trainer();
  const { stages, report } = await slowUpdate(made);
  const loss = find(stages, 'loss');
  const sum = (name: string): number => tensorOf(loss, name).values.reduce((a, b) => a + b, 0);
  expect(sum('−log p(x_j|z)')).toBeCloseTo(figureOf(loss, 'reconstruction, this image'), 4);
  expect(sum('KL_j')).toBeCloseTo(figureOf(loss, 'KL, this image'), 5);
  expect(figureOf(loss, 'KL, mean of the batch')).toBe(report.terms['kl']);
  made.dispose();
});

describe.each(['ladder', 'bottom-up'] as const)('%s', (kind) => {
  test('every level’s code is its posterior’s mean and deviation with its noise', async () => {
    const made = await trainer(specs[kind]);
    const sample = find((await slowUpdate(made)).stages, 'sample');
    for (const l of [1, 2]) {
      const mean = tensorOf(sample, `μ_{q,${l}}`).values;
      const logVar = tensorOf(sample, `log σ_{q,${l}}^2`).values;
      const noise = tensorOf(sample, `ε_${l}`).values;
      const z = tensorOf(sample, `z_${l}`);
      expect(z.shape).toEqual([BATCH, levels.levels[l - 1]!.latent]);
      z.values.forEach((value, i) => {
        expect(value).toBeCloseTo(mean[i]! + Math.exp(logVar[i]! / 2) * noise[i]!, 5);
      });
    }
    expect(sample.tensors.map(({ name }) => name)).not.toContain('μ_{p,2}'); // the top's is N(0, I)
    expect(tensorOf(sample, 'μ_{p,1}').part).toBe('dec');
    made.dispose();
  });

  test('the levels add up: by dimension for the image, by level for the batch', async () => {
    const made = await trainer(specs[kind]);
    ordinaryUpdate(made); // running statistics are no longer those of any batch
    const { stages, report } = await slowUpdate(made);
    const loss = find(stages, 'loss');
    const sum = (name: string): number => tensorOf(loss, name).values.reduce((a, b) => a + b, 0);
    const image = sum('KL_{1,j}') + sum('KL_{2,j}');
    expect(image).toBeCloseTo(figureOf(loss, 'KL, this image'), 4);
    expect(sum('−log p(x_j|z)')).toBeCloseTo(figureOf(loss, 'reconstruction, this image'), 4);
    expect(tensorOf(loss, 'KL_l')).toMatchObject({ shape: [2], tiles: 1, columns: 2 });
    expect(sum('KL_l')).toBeCloseTo(report.terms['kl']!, 4);
    made.dispose();
  });

  test('free bits are a floor under each level, and warm-up the weight on it', async () => {
    const made = await trainer(specs[kind]);
    made.set({ beta: 2, warmupSteps: 10, freeBits: 3 });
    for (let i = 0; i < 5; i++) ordinaryUpdate(made);
    const loss = find((await slowUpdate(made)).stages, 'loss');
    const floored = tensorOf(loss, 'max(λ, KL_l)').values;
    expect(floored).toEqual(tensorOf(loss, 'KL_l').values.map((kl) => Math.max(3, kl)));
    expect(figureOf(loss, 'free bits λ')).toBe(3);
    expect(figureOf(loss, 'β in this update')).toBe(1);
    made.set({ freeBits: 0 });
    const free = find((await slowUpdate(made)).stages, 'loss');
    expect(free.equation).not.toContain('λ');
    expect(free.tensors.map(({ name }) => name)).not.toContain('max(λ, KL_l)');
    made.dispose();
  });

  test('weights of priors, of the way down and of the pixels are the decoder’s', async () => {
    const made = await trainer(specs[kind]);
    const { figures } = find((await slowUpdate(made)).stages, 'gradient');
    const ofDecoder = figures.filter(({ part }) => part === 'dec').map(({ name }) => name);
    const others = figures.filter(({ part }) => part === 'enc').map(({ name }) => name);
    for (const name of ofDecoder) expect(name).toMatch(/of (?:top|prior|pixels)/);
    for (const name of others) expect(name).toMatch(/of (?:bottom|posterior)/);
    expect(ofDecoder.length).toBeGreaterThan(4);
    expect(others.length).toBeGreaterThan(4);
    made.dispose();
  });
});

test('during warm-up the weight on the KL is the one in force, and free bits are in the equation', async () => {
  const made = await trainer();
  made.set({ beta: 2, warmupSteps: 10, freeBits: 0.1 });
  for (let i = 0; i < 5; i++) ordinaryUpdate(made);
  const loss = find((await slowUpdate(made)).stages, 'loss');
  expect(figureOf(loss, 'β in this update')).toBe(1);
  expect(loss.equation).toContain('max(λ, KL_j)');
  made.dispose();
});

test('the gradient shown is the loss’s: a small step along it lowers the loss by its square', async () => {
  const made = await trainer();
  const shown = find((await slowUpdate(made)).stages, 'gradient');
  const squares = shown.figures.reduce((total, { value }) => total + value ** 2, 0);
  // The same first update again, with plain steps instead of Adam's: ΔL ≈ −η ‖g‖².
  const rate = 1e-4;
  const [at, along] = [await trainer(), await trainer()];
  along
    .update(({ gradients }) => {
      for (const [name, gradient] of Object.entries(gradients)) {
        const weight = at.parameters[name]!;
        weight.assign(sub(weight, mul(gradient, rate)));
      }
    })
    .dispose();
  const lossOf = (of: Trainer): number => ordinaryUpdate(of).reduce((a, b) => a + b);
  const before = lossOf(await trainer());
  const after = lossOf(at);
  expect((before - after) / (rate * squares)).toBeCloseTo(1, 1);
  for (const each of [made, at, along]) each.dispose();
});

test('Adam’s first update moves every weight that has a gradient by the learning rate', async () => {
  const made = await trainer();
  made.set({ learningRate: 0.01 });
  const { stages } = await slowUpdate(made);
  const update = find(stages, 'update');
  expect(figureOf(update, 'learning rate η')).toBe(0.01);
  const moved = tensorOf(update, 'Δ decoder.1.weight').values;
  expect(Math.max(...moved.map(Math.abs))).toBeCloseTo(0.01, 4);
  made.dispose();
});

test('a divergence is the same error as in an ordinary update, and gives every tensor back', async () => {
  const made = await trainer();
  made.set({ learningRate: 1e30 });
  ordinaryUpdate(made);
  ordinaryUpdate(made);
  const { numTensors } = memory();
  await expect(slowUpdate(made)).rejects.toThrow(DivergenceError);
  expect(memory().numTensors).toBe(numTensors);
  made.dispose();
});

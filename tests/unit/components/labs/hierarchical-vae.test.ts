// The hierarchical lab's networks, its words and readings, what it sets side by side, and its address.
import { describe, expect, test } from 'vitest';
import { recipeOf } from '../../../../scripts/recipes/index.ts';
import {
  adopt,
  codecOf,
  stateOf,
} from '../../../../src/components/labs/hierarchical-vae/address.ts';
import {
  arrangementNames,
  arrangements,
  arrangementsFor,
} from '../../../../src/components/labs/hierarchical-vae/arrangements.ts';
import {
  cured,
  trainedWords,
  uncured,
} from '../../../../src/components/labs/hierarchical-vae/dials.ts';
import { parts } from '../../../../src/components/labs/hierarchical-vae/keepable.ts';
import { HierarchicalLab } from '../../../../src/components/labs/hierarchical-vae/lab.svelte.ts';
import {
  temperatureName,
  temperaturesOf,
  tempered,
} from '../../../../src/components/labs/hierarchical-vae/levels.ts';
import {
  costName,
  isNormalised,
  networkOn,
  preset,
  presetNames,
  sizesOf,
  spansOf,
  specOf,
} from '../../../../src/components/labs/hierarchical-vae/network.ts';
import {
  adviceOf,
  deadestOf,
  isJudged,
  deadLevels,
  heldWords,
  readingsOf,
  sampledFrom,
} from '../../../../src/components/labs/hierarchical-vae/readings.ts';
import { tabsOf } from '../../../../src/components/labs/hierarchical-vae/tabs.ts';
import type { TopPriorName } from '../../../../src/components/labs/hierarchical-vae/top-prior.ts';
import { LevelView } from '../../../../src/components/labs/hierarchical-vae/view.svelte.ts';
import type { LabModel } from '../../../../src/components/labs/shared/data-sets.ts';
import { FakeSession } from './fake-session.ts';

const ladder = specOf(preset('ladder'));
const plain = specOf(preset('plain'));
const file = { url: 'weights', bytes: 1, sha256: '' };
const model = (id: string, spec = ladder, dataSet: LabModel['dataSet'] = 'mnist'): LabModel => ({
  id,
  title: id,
  spec,
  dataSet,
  latentDim: 42,
  weights: file,
  metrics: { 'kl-nats': 28, 'reconstruction-nats': 62 },
});
const models = [model('ladder-mnist-mini'), model('vae-mnist-42d', plain)];
const labOf = (): HierarchicalLab =>
  new HierarchicalLab(() => new FakeSession(), { models, data: {}, poster: null, recording: null });

describe('networks', () => {
  test('what is trained live has the sizes of what is published', () => {
    expect(ladder).toEqual(recipeOf('ladder-mnist-mini').spec);
    expect(plain).toEqual(recipeOf('vae-mnist-42d').spec);
  });

  test('the plain VAE has as many dimensions as the ladder, and within a hundredth as many parameters', () => {
    const parameters = presetNames.map((name) =>
      parts
        .shapesOf(specOf(preset(name)))
        .filter(({ buffer }) => buffer !== true)
        .reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0),
    );
    const [normed = 0, bare = 0, flat = 0] = parameters;
    expect(Math.abs(flat / normed - 1)).toBeLessThan(0.01);
    expect(Math.abs(flat / bare - 1)).toBeLessThan(0.01);
    expect(spansOf(plain).at(-1)?.[1]).toBe(spansOf(ladder).at(-1)?.[1]);
  });

  test('batch normalisation is all that the switch changes', () => {
    const bare = specOf(preset('ladder-without-norm'));
    expect(isNormalised(ladder)).toBe(true);
    expect(isNormalised(bare)).toBe(false);
    expect({ ...bare.config, normalisation: 'batch' }).toEqual(ladder.config);
  });

  test('levels count from the image, and are named by their dimensions', () => {
    expect(spansOf(ladder)).toEqual([
      [0, 32],
      [32, 40],
      [40, 42],
    ]);
    expect(sizesOf(ladder)).toBe('32–8–2');
    expect(sizesOf(plain)).toBe('42');
  });

  test('what a level costs is a KL, but from below it is only a difference', () => {
    expect(costName(ladder)).toBe('KL');
    expect(costName(plain)).toBe('KL');
    expect(costName(recipeOf('vae2-mnist').spec)).toBe('log q − log p');
  });

  test('on other data stands what is published there, else the same sizes untrained', () => {
    const clothes = model('ladder-fashion', ladder, 'fashion');
    const shown = { kind: 'published', model: models[0]! } as const;
    expect(networkOn([...models, clothes], shown, 'fashion')).toEqual({
      kind: 'published',
      model: clothes,
    });
    expect(networkOn(models, shown, 'fashion')).toEqual(preset('ladder'));
    expect(networkOn(models, { kind: 'published', model: models[1]! }, 'fashion')).toEqual(
      preset('plain'),
    );
  });

  test('a file of another family, or of other images, is refused with a reason', () => {
    expect(() => parts.shapesOf({ family: 'ae', config: {} })).toThrow(/shows "hvae" and "vae"/);
    const wide = { ...ladder, config: { ...ladder.config, inputDim: 1024 } };
    expect(() => parts.shapesOf(wide)).toThrow(/1024 pixels; this lab shows those of 784/);
  });
});

describe('weights that are shown', () => {
  test('say what the switches stood at when they were trained', () => {
    const of = (id: string, hierarchical = true) =>
      trainedWords(recipeOf(id).settings, hierarchical);
    expect(of('ladder-mnist-mini')).toBe('β = 1.5, 3 nats free each');
    expect(of('ladder-mnist')).toBe('warm-up 1,000, 4 nats free each');
    expect(of('vae2-mnist')).toBe('warm-up 44,000');
    expect(of('vae-mnist-42d', false)).toBe('warm-up 12,900');
    expect(trainedWords({ freeBits: 1 }, true)).toBe('1 nat free each');
    expect(trainedWords({ beta: 1 }, true)).toBe('no warm-up, no free bits');
    expect(trainedWords({ freeBits: 1 }, false), 'of a plain VAE').toBe('no warm-up');
  });
});

describe('the guided collapse', () => {
  test('only levels above z₁ can be dead', () => {
    expect(deadLevels([0.02, 0.05, 2])).toEqual([1]);
    expect(deadLevels([0.02])).toEqual([]);
  });

  test('names the levels that are dead, and says when none is', () => {
    expect(adviceOf('none', 100, [20, 0, 0])).toBe('');
    expect(adviceOf('collapse', 0, [20, 0, 0])).toMatch(/^Trains/);
    expect(adviceOf('collapse', 1, [0.01, 0.04, 0.07]), 'nothing is learnt').toMatch(/^Trains/);
    expect(adviceOf('cure', 49, [20, 0.01, 0])).toMatch(/^Trains/);
    expect(adviceOf('collapse', 100, [0.9, 0.01, 0])).toMatch(/^Trains/);
    expect(adviceOf('collapse', 50, [1, 0.01, 0])).toContain('z₃ and z₂ are dead');
    expect(adviceOf('collapse', 100, [20, 0.01, 0])).toContain('z₃ and z₂ are dead');
    expect(adviceOf('collapse', 100, [20, 0.01, 3])).toContain('z₂ is dead');
    expect(adviceOf('collapse', 100, [20, 1, 3])).toContain('No level is dead yet');
    expect(isJudged(79, [0.09, 0.03, 0.01]), 'nothing is learnt').toBe(false);
    expect(isJudged(0, [0.5, 0, 0], 'a published model')).toBe(true);
    expect(adviceOf('collapse', 400, [20, 1, 3], 0)).toContain('No level is dead yet');
    expect(adviceOf('collapse', 400, [20, 1, 3], 2)).toContain('No level is dead any more');
    expect(adviceOf('cure', 100, [20, 0.01, 3])).toContain('z₂ is still dead');
    expect(adviceOf('cure', 100, [12, 4, 3])).toContain('No level is dead');
  });

  test('what was dead in a run is known later, but not from before its levels could live', () => {
    const of = (...y: readonly (readonly number[])[]) =>
      deadestOf(y.map((each) => ({ x: [1, 50, 100, 300, 400], y: each })));
    const alive = [9, 9, 9, 9, 9];
    expect(of([0, 5, 15, 15, 15], [0, 0, 0, 0, 1], [0, 0, 0.01, 0, 1])).toBe(2);
    expect(of(alive, [0, 0, 1, 1, 1], [0, 0, 1, 1, 1]), 'free bits from the first update').toBe(0);
    expect(of([0, 0, 0, 0, 0]), 'z₁ alone').toBe(0);
    expect(deadestOf([{ x: [1, 99], y: [0, 0] }])).toBeUndefined();
  });

  test('readings by level, and how many levels are dead', () => {
    const known = {
      report: null,
      heldOut: null,
      published: null,
      kl: [],
      levels: 3,
      normalised: false,
      ...uncured,
    };
    const nothing = readingsOf(known);
    expect(nothing).not.toHaveProperty('dead');
    expect(nothing).not.toHaveProperty('kl');
    expect(readingsOf({ ...known, kl: [20, 0.01, 0] })).toMatchObject({
      kl1: 20,
      kl2: 0.01,
      kl3: 0,
      dead: 2,
      batchNorm: 0,
      warmup: 0,
      freeBits: 0,
    });
    expect(readingsOf({ ...known, published: models[0]! })).toMatchObject({
      kl: 28,
      reconstruction: 62,
    });
  });
});

describe('the sixteen samples', () => {
  test('are told by what they share, of whom, and what is drawn', () => {
    const of = (levels: number, holding: number) =>
      heldWords({ levels, holding, source: 'sample', prior: 'round', temperatures: [], passes: 0 });
    expect(of(3, 0)).toMatch(/^Every level is drawn\. .* z₃\.$/);
    expect(of(3, 1)).toBe('All share z₃ of the sample chosen; z₂ and z₁ are drawn for each.');
    expect(of(3, 2)).toBe('All share z₃ and z₂ of the sample chosen; z₁ is drawn for each.');
    expect(of(3, 3)).toMatch(/^All of z is held/);
    expect(of(1, 0)).toContain('N(0, I)');
  });

  test('are equal, and no samples of the model, where every level that is drawn is at its prior’s mean', () => {
    const of = (holding: number, temperatures: readonly number[]) =>
      heldWords({ levels: 3, holding, source: 'mean', prior: 'round', temperatures, passes: 0 });
    expect(of(0, [0, 0, 0])).toBe(
      'z₃, z₂ and z₁ are at their priors’ means: the decoder’s means are equal.',
    );
    expect(of(0, [1, 0, 0])).toBe('z₃ is drawn; z₂ and z₁ are at their priors’ means.');
    expect(of(1, [1, 0, 0])).toBe(
      'All share z₃ of x; z₂ and z₁ are at their priors’ means: the decoder’s means are equal.',
    );
    expect(of(1, [0, 1.5, 0])).toBe(
      'All share z₃ of x; z₂ is drawn for each, z₁ is at its prior’s mean.',
    );
  });

  test('are told to have passed through the network, where no level is held', () => {
    const of = (holding: number, passes: number) =>
      heldWords({ levels: 3, holding, source: 'mean', prior: 'round', temperatures: [], passes });
    expect(of(0, 1)).toBe(`${of(0, 0)} Each has passed once through encoder and decoder.`);
    expect(of(0, 16)).toBe(`${of(0, 0)} Each has passed 16 times through encoder and decoder.`);
    expect(of(1, 16)).toBe(`${of(1, 0)} No passes while a level is held.`);
  });

  test('are of p only where the model’s own prior is what they are drawn from', () => {
    const of = (
      holding: number,
      temperatures: readonly number[],
      prior: TopPriorName = 'round',
      passes = 0,
    ) => sampledFrom({ levels: 3, holding, prior, temperatures, passes });
    expect(of(0, [])).toBe('p(x)');
    expect(of(2, [])).toBe('p(x|z₃, z₂)');
    expect(of(0, [1, 0.5])).toBe('');
    expect(of(2, [1, 0.5]), 'of a level that is held').toBe('p(x|z₃, z₂)');
    expect(of(0, [], 'fitted')).toBe('');
    expect(of(1, [], 'fitted')).toBe('p(x|z₃)');
    expect(of(0, [], 'round', 1)).toBe('');
    expect(of(1, [], 'round', 1), 'which no sample below a level held makes').toBe('p(x|z₃)');
  });

  test('are asked for as soon as there are weights, before there is an image to encode', async () => {
    const session = new FakeSession();
    const view = new LevelView(
      () => session,
      'main',
      () => undefined,
    );
    view.setLevels(spansOf(ladder));
    await view.refresh();
    expect(session.asked).toEqual([]);
    view.weighted = true;
    await view.refresh();
    expect(session.asked).toEqual(['descend']);
    expect(session.payloads[0]).toMatchObject({
      given: [false, false, false],
      temperatures: [1, 1, 1],
    });
  });
});

describe('temperatures', () => {
  test('are given up for a network of other levels, and kept for one of as many', async () => {
    const five = recipeOf('ladder-mnist').spec;
    const lab = new HierarchicalLab(() => new FakeSession(), {
      models: [...models, model('ladder-mnist', five)],
      data: {},
      poster: null,
      recording: null,
    });
    await lab.a.run.open();
    lab.a.view.drawWith({ temperatures: [1, 1.5, 1.5] });
    lab.choose(lab.a, preset('ladder-without-norm'));
    expect(lab.a.view.temperatures).toEqual([1, 1.5, 1.5]);
    lab.choose(lab.a, { kind: 'published', model: lab.models[2]! });
    expect(lab.a.view.temperatures).toEqual([]);
  });

  test('go by place from the top down, and by level, z₁ first, to the worker', () => {
    expect(temperaturesOf([], 3)).toEqual([1, 1, 1]);
    expect(temperaturesOf([0.5, 0], 3)).toEqual([1, 0, 0.5]);
    expect(temperaturesOf([0.5, 0], 1)).toEqual([0.5]);
  });

  test('are told as shortly as they can be', () => {
    expect(tempered([], 2, 0)).toEqual([1, 1, 0]);
    expect(tempered([1, 1, 0], 0, 0.5)).toEqual([0.5, 1, 0]);
    expect(tempered([0.5, 1, 0], 2, 1)).toEqual([0.5]);
    expect(tempered([0.5], 0, 1)).toEqual([]);
  });

  test('are named as the levels are', () => {
    expect(temperatureName(2, 3)).toBe('τ₃');
    expect(temperatureName(0, 1)).toBe('τ');
  });

  test('of a second network are those of the first, and a level is drawn at its own', async () => {
    const lab = labOf();
    lab.a.view.drawWith({ temperatures: [1, 0.25] });
    await lab.compare('same');
    expect(lab.b?.view.temperatures).toEqual([1, 0.25]);
    const session = new FakeSession();
    const view = new LevelView(
      () => session,
      'main',
      () => undefined,
    );
    view.setLevels(spansOf(ladder));
    view.weighted = true;
    view.drawWith({ temperatures: [1, 0.25] });
    await view.refresh();
    expect(session.payloads.at(-1)).toMatchObject({ temperatures: [1, 0.25, 1] });
  });
});

describe('two side by side', () => {
  test('samples are a panel of their own only beside a second network', () => {
    const values = (comparing: boolean) => tabsOf(comparing).map(({ value }) => value);
    expect(values(true)).toEqual(['samples', ...values(false)]);
    expect(values(false)).not.toContain('samples');
  });

  test('every pair has its title, and a plain VAE is only compared in what it has', () => {
    expect(arrangementNames).toEqual(Object.keys(arrangements));
    const { a } = labOf();
    expect(arrangementsFor(a)).toEqual(arrangementNames);
    a.network = preset('plain');
    expect(arrangementsFor(a)).not.toContain('norm');
  });

  test('a plain VAE has no free bits, whatever the dial says', () => {
    const { a } = labOf();
    expect(a.settings['freeBits']).toBe(cured.freeBits);
    a.network = preset('plain');
    expect(a.settings['freeBits']).toBe(0);
  });
});

describe('the address', () => {
  test('a lab as it begins needs none', () => {
    const lab = labOf();
    const codec = codecOf(lab);
    expect(codec.write(stateOf(lab), '')).toBe('');
  });

  test('what is set stands in it, and sets another lab alike', () => {
    const lab = labOf();
    lab.a.network = preset('ladder-without-norm');
    lab.a.set(uncured);
    lab.seed = 12;
    lab.show('rates');
    lab.a.view.drawWith({ temperatures: [1, 0.35] });
    const hash = codecOf(lab).write(stateOf(lab), '');
    expect(hash).toMatch(/^#hierarchical-vae\.v1:/);
    expect(decodeURIComponent(hash)).toContain('tau=1,0.35');
    const other = labOf();
    const { state, problems } = codecOf(other).read(hash);
    expect(problems).toEqual([]);
    adopt(other, state);
    expect(stateOf(other)).toEqual(stateOf(lab));
    expect(other.a.network).toEqual(preset('ladder-without-norm'));
    expect(other.a.warmupSteps).toBe(0);
    expect(other.a.view.temperatures).toEqual([1, 0.35]);
  });

  test('the panel of two networks’ samples is not shown beside none', () => {
    const lab = labOf();
    const { state } = codecOf(lab).read('#hierarchical-vae.v1:tab=samples');
    adopt(lab, state);
    expect(lab.tab).toBe('levels');
  });

  test('a network that is none gives the first, and says so', () => {
    const { state, problems } = codecOf(labOf()).read('#hierarchical-vae.v1:net=unknown');
    expect(state.net).toBeNull();
    expect(problems).toHaveLength(1);
  });
});

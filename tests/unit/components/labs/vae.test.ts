// The VAE lab's sets of codes, its words and its readings.
import { describe, expect, test } from 'vitest';
import { MANIFOLD_SIDE } from '../../../../src/lib/metrics/arrays/plane.ts';
import { dimensionName, nameOf } from '../../../../src/components/labs/shared/data-sets.ts';
import { nearestPoint, otherSlot } from '../../../../src/components/labs/shared/compare/duo.ts';
import { titleOf } from '../../../../src/components/labs/vae/names.ts';
import {
  byInformation,
  manifoldCodes,
  withPoint,
} from '../../../../src/components/labs/shared/plane-codes.ts';
import {
  PATH_LENGTH,
  pathCodes,
  traversalCodes,
} from '../../../../src/components/labs/vae/plane.ts';
import { statusOf } from '../../../../src/components/labs/shared/instrument/progress.ts';
import { adviceOf, looksDead, readingsOf } from '../../../../src/components/labs/vae/readings.ts';

describe('codes for pictures', () => {
  test('the manifold runs from the top left to the bottom right, tile centres inside the plane', () => {
    const codes = manifoldCodes(new Float32Array(2), [0, 1], 4);
    expect(codes).toHaveLength(2 * MANIFOLD_SIDE ** 2);
    const edge = 4 * (1 - 1 / MANIFOLD_SIDE);
    expect([...codes.slice(0, 2)]).toEqual([-edge, edge]);
    expect([...codes.slice(-2)]).toEqual([edge, -edge]);
  });

  test('dimensions that are not shown keep the value they are held at', () => {
    const base = Float32Array.of(1, 2, 3, 4);
    expect([...withPoint(base, [3, 1], 9, 8)]).toEqual([1, 8, 3, 9]);
    const codes = manifoldCodes(base, [3, 1], 2);
    for (let i = 0; i < codes.length; i += 4) expect([codes[i], codes[i + 2]]).toEqual([1, 3]);
  });

  test('a path begins and ends at its ends and is straight', () => {
    const codes = pathCodes(Float32Array.of(0, 10), Float32Array.of(2, -10));
    expect([...codes.slice(0, 2)]).toEqual([0, 10]);
    expect([...codes.slice(-2)]).toEqual([2, -10]);
    expect([...codes.slice(PATH_LENGTH - 1, PATH_LENGTH + 1)]).toEqual([1, 0]);
  });

  test('a traversal moves one dimension in each row', () => {
    const base = Float32Array.of(5, 6, 7);
    const codes = traversalCodes(base, [2, 0], 3);
    expect(codes).toHaveLength(2 * PATH_LENGTH * 3);
    expect([...codes.slice(0, 3)]).toEqual([5, 6, -3]);
    expect([...codes.slice(-3)]).toEqual([3, 6, 7]);
  });

  test('dimensions are ordered by KL, or by variance where there is no KL', () => {
    expect(byInformation([0.1, 3, 0.5], [9, 9, 9])).toEqual([1, 2, 0]);
    expect(byInformation([], [1, 0, 2])).toEqual([2, 0, 1]);
  });
});

describe('words of the lab', () => {
  test('an image is called by its class, a drawing the reader’s own', () => {
    expect(nameOf('mnist', { label: 7 })).toBe('a 7');
    expect(nameOf('mnist', { label: 8 })).toBe('an 8');
    expect(nameOf('fashion', { label: 9 })).toBe('an ankle boot');
    expect(nameOf('fashion', { label: 1 })).toBe('trousers');
    expect(nameOf('mnist', { label: -1 })).toBe('your drawing');
  });

  test('dimensions count from one, in subscripts', () => {
    expect([0, 9, 19].map(dimensionName)).toEqual(['z₁', 'z₁₀', 'z₂₀']);
  });

  test('the title says what the network does', () => {
    expect(titleOf('mnist', true, 2)).toContain('a digit as a distribution');
    expect(titleOf('fashion', false, 20)).toContain('a garment as a point');
  });

  test('the guided collapse says when it has happened, and when it is undone', () => {
    expect(adviceOf('none', 0, 20)).toBe('');
    expect(adviceOf('collapse', 12, 20)).toContain('12 of 20 units still active');
    expect(adviceOf('collapse', 0, 20)).toMatch(/^Collapsed/);
    expect(adviceOf('cure', 20, 20)).toContain('20 of 20 units carry information');
  });

  test('progress has the word only where there is some', () => {
    expect(statusOf('ready', 'vae-mnist-2d')).toContain('vae-mnist-2d');
    expect(statusOf('ready', '')).toContain('Untrained');
    expect(statusOf('training', '')).toBeUndefined();
  });
});

describe('readings that exercises are graded by', () => {
  const report = {
    slot: 'main',
    run: 1,
    step: 40,
    epoch: 0.25,
    stepsPerEpoch: 156,
    objective: 130,
    terms: { reconstruction: 120, kl: 10 },
    examplesPerSecond: 1,
    msPerStep: 1,
    memory: { tensors: 1, bytes: 1 },
  };
  const none = {
    report: null,
    heldOut: null,
    published: null,
    activeUnits: undefined,
    beta: 1,
    latentDim: 2,
  };

  test('nothing is read before there is something, not even a zero', () => {
    expect(readingsOf(none)).toEqual({ beta: 1, latentDim: 2 });
  });

  test('the terms are held-out ones: figures of the training batches do not stand in for them', () => {
    expect(readingsOf({ ...none, report })).toEqual({
      beta: 1,
      latentDim: 2,
      objective: 130,
      epoch: 0.25,
    });
    const heldOut = {
      terms: { reconstruction: 125, kl: 9 },
      objective: 134,
      klPerDimension: [],
      codeVariance: [],
      images: 500,
    };
    expect(readingsOf({ ...none, report, heldOut })).toMatchObject({
      reconstruction: 125,
      kl: 9,
      objective: 130,
    });
  });
});

test('a network counts as dead by its step size alone: not early, not at a small rate, not under a dear code', () => {
  const dead = { step: 500, alive: 100, learningRate: 0.1, beta: 1 };
  expect(looksDead(dead)).toBe(true);
  expect(looksDead({ ...dead, step: 350 })).toBe(false);
  expect(looksDead({ ...dead, learningRate: 0.001 })).toBe(false);
  expect(looksDead({ ...dead, beta: 100 })).toBe(false);
});

describe('two side by side', () => {
  test('each slot keeps abreast of the other one', () => {
    const slots = { a: 'main', b: 'beside' };
    expect(otherSlot(slots, 'main')).toBe('beside');
    expect(otherSlot(slots, 'beside')).toBe('main');
  });

  test('the nearest code is found within reach, and none beyond it', () => {
    const points = Float32Array.of(0, 0, 1, 1, 1.2, 1);
    expect(nearestPoint(points, 1.15, 1, 0.3)).toBe(2);
    expect(nearestPoint(points, 1.05, 1, 0.3)).toBe(1);
    expect(nearestPoint(points, 3, 3, 0.3)).toBe(-1);
    expect(nearestPoint(new Float32Array(0), 0, 0, 1)).toBe(-1);
  });
});

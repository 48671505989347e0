// The published models as files: what each manifest says is what its weights are, and what the course promises of it.
// The figures themselves are recomputed by `npm run evaluate -- --quick`, a stage of `npm test`.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parameterCount } from '../../../src/lib/models/dense.config.ts';
import { loadFamily } from '../../../src/lib/train/families.ts';
import type { Manifest } from '../../../src/lib/weights/manifest.ts';
import { checkShapes, readSafetensors } from '../../../src/lib/weights/safetensors.ts';

const folder = path.resolve('public/models');
const ids = existsSync(folder) ? readdirSync(folder).sort() : [];

const manifestOf = (id: string) =>
  JSON.parse(readFileSync(path.join(folder, id, 'manifest.json'), 'utf8')) as Manifest;
const valueOf = (id: string, name: string) => manifestOf(id).metrics[name]?.value;

test('the five models of the chapter are published', () => {
  expect(ids).toEqual(
    expect.arrayContaining([
      'ae-mnist-20d',
      'ae-mnist-2d',
      'vae-fashion-2d',
      'vae-mnist-20d',
      'vae-mnist-2d',
    ]),
  );
});

describe.each(ids)('%s', (id) => {
  const manifest = manifestOf(id);
  const file = readFileSync(path.join(folder, id, manifest.weights));

  test('the weights are the file that the manifest names, by size and hash', () => {
    expect(manifest.id).toBe(id);
    expect(manifest.bytes).toBe(file.length);
    expect(manifest.sha256).toBe(createHash('sha256').update(file).digest('hex'));
  });

  test('the weights hold exactly the tensors of the network that the manifest describes', async () => {
    const family = await loadFamily(manifest.spec.family);
    const shapes = family.shapes(family.parse(manifest.spec.config));
    const tensors = readSafetensors(new Uint8Array(file));
    expect(() => checkShapes(id, tensors, shapes)).not.toThrow();
    expect(manifest.architecture).toEqual(shapes);
    expect(manifest.parameters).toBe(parameterCount(shapes));
  });

  // The likelihood models are annealed to the end of a long run: there the last fifth gains most by design.
  test.runIf(manifest.chapter === '/variational/vae/')(
    'it was trained until the last fifth of its epochs gained less than 0.2 nat',
    () => {
      expect(manifest.training.lastFifthGain).toBeLessThan(0.2);
    },
  );

  test('every metric states its unit, its protocol and how far a recomputation may be off', () => {
    const metrics = Object.values(manifest.metrics);
    expect(metrics.length).toBeGreaterThan(1);
    for (const { value, unit, protocol, tolerance } of metrics) {
      expect(Number.isFinite(value)).toBe(true);
      expect(unit).not.toBe('');
      expect(protocol).toMatch(/test images/);
      expect(tolerance).toBeLessThanOrEqual(0.01);
    }
  });

  test('it says how it was made and under which licence', () => {
    expect(manifest.command).toBe(`npm run train -- ${id}`);
    expect(manifest.licence).not.toBe('');
    expect(manifest.seed).toBeGreaterThanOrEqual(0);
    expect(manifest.steps).toBeGreaterThan(0);
  });
});

test('the negative ELBO of each VAE is its reconstruction plus its KL', () => {
  for (const id of ids.filter((each) => each.startsWith('vae'))) {
    const parts = (valueOf(id, 'reconstruction-nats') ?? NaN) + (valueOf(id, 'kl-nats') ?? NaN);
    expect(valueOf(id, 'neg-elbo-nats')).toBeCloseTo(parts, 3);
  }
});

test('the importance-weighted models reach the likelihoods that the course asks of them, by 5,000 samples', () => {
  for (const [id, limit] of [
    ['iwae-mnist-k1', 87.5],
    ['iwae-mnist-k5', 86.5],
  ] as const) {
    const { parameters, metrics } = manifestOf(id);
    expect(parameters).toBe(425_284);
    expect(metrics['nll-nats']?.value).toBeLessThanOrEqual(limit);
    expect(metrics['nll-nats']?.protocol).toMatch(
      /1–10,000, dynamic binarisation.* 5,000 importance/,
    );
    expect(metrics['nll-nats']?.standardError).toBeGreaterThan(0);
  }
});

test('the 20-dimensional VAE reaches a negative ELBO of at most 98.5 nats on the test digits', () => {
  expect(valueOf('vae-mnist-20d', 'neg-elbo-nats')).toBeLessThanOrEqual(98.5);
});

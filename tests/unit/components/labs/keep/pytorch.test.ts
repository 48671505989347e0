// The PyTorch lines, run: a file that a lab writes, loaded by the very program that stands beside it, gives the same
// bits, codes and pictures. Where there is no Python with torch and safetensors, the programs' sizes are checked alone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pytorchSnippet } from '../../../../../src/components/labs/shared/keep/pytorch.ts';
import { nodeAssets } from '../../../../../src/lib/backends/node.ts';
import { startBackend } from '../../../../../src/lib/backends/start.ts';
import { aeSpec } from '../../../../../src/lib/models/ae.config.ts';
import { caeSpec, type CaeConfig } from '../../../../../src/lib/models/cae.config.ts';
import { hvaeSpec, type HvaeConfig } from '../../../../../src/lib/models/hvae.config.ts';
import { iwaeSpec } from '../../../../../src/lib/models/iwae.config.ts';
import { vaePresets, vaeSpec } from '../../../../../src/lib/models/vae.config.ts';
import { tensor2d, tidy } from '../../../../../src/lib/ops/tf.ts';
import type { ModelSpec } from '../../../../../src/lib/protocol/model.ts';
import { loadFamily } from '../../../../../src/lib/train/families.ts';
import { Trainer } from '../../../../../src/lib/train/trainer.ts';
import { writeModelFile } from '../../../../../src/lib/weights/model-file.ts';
import { writeSafetensors } from '../../../../../src/lib/weights/safetensors.ts';

const small = { inputDim: 12, hidden: [9, 7], latentDim: 3 } as const;
const specs: readonly (readonly [name: string, spec: ModelSpec])[] = [
  ['the chapter’s smallest VAE', vaeSpec(vaePresets['784-256-2'])],
  ['its deepest', vaeSpec({ ...vaePresets['784-400-400-200'], hidden: [20, 10] })],
  ['an autoencoder', aeSpec({ ...small, activation: 'tanh', likelihood: 'bernoulli' })],
  ['a linear autoencoder', aeSpec({ ...small, activation: 'linear', likelihood: 'mse-linear' })],
  ['a Gaussian VAE', vaeSpec({ ...small, activation: 'relu', likelihood: 'gaussian' })],
  [
    'an IWAE',
    iwaeSpec({ ...small, hidden: [8], samples: 5, activation: 'tanh', likelihood: 'bernoulli' }),
  ],
];
const ladder: HvaeConfig = {
  inputDim: 12,
  levels: [
    { latent: 4, hidden: [9, 8] },
    { latent: 3, hidden: [6] },
    { latent: 2, hidden: [5] },
  ],
  inference: 'top-down',
  posterior: 'residual',
  activation: 'leaky-relu',
  normalisation: 'batch',
  skip: true,
};
const bare = { normalisation: 'none', skip: false } as const;
const hierarchies: readonly (readonly [name: string, spec: ModelSpec])[] = [
  ['the ladder', hvaeSpec(ladder)],
  ['a ladder of products', hvaeSpec({ ...ladder, ...bare, posterior: 'product' })],
  [
    'a VAE of three layers, inferred bottom-up',
    hvaeSpec({ ...ladder, ...bare, inference: 'bottom-up', activation: 'tanh' }),
  ],
  ['a hierarchy of one level', hvaeSpec({ ...ladder, levels: ladder.levels.slice(0, 1) })],
];
const maps: CaeConfig = {
  inputDim: 64,
  channels: [2, 3],
  bottleneck: 0,
  resampling: 'stride',
  skip: false,
};
const convolutions: readonly (readonly [name: string, spec: ModelSpec])[] = [
  ['a convolutional autoencoder', caeSpec(maps)],
  ['one with a bottleneck', caeSpec({ ...maps, bottleneck: 5 })],
  ['one that pools', caeSpec({ ...maps, resampling: 'pool' })],
  ['one with a skip', caeSpec({ ...maps, bottleneck: 5, skip: true })],
];
const all = [...specs, ...hierarchies, ...convolutions];
const ROWS = 4;

const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import torch, safetensors.torch']).status === 0,
);
const folder = mkdtempSync(path.join(os.tmpdir(), 'bottleneck-pytorch-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(specs)('the lines of %s name every layer with its sizes', async (_, spec) => {
  const family = await loadFamily(spec.family);
  const lines = pytorchSnippet(spec, 'weights.safetensors');
  for (const { name, shape } of family.shapes(family.parse(spec.config))) {
    if (name.endsWith('.weight')) expect(lines).toContain(`nn.Linear(${shape[1]}, ${shape[0]})`);
    expect(lines).toContain(`self.${name.split('.')[0]} = nn.`);
  }
});

test.each(hierarchies)('the lines of %s name every layer with its sizes', async (_, spec) => {
  const family = await loadFamily(spec.family);
  const lines = pytorchSnippet(spec, 'weights.safetensors').replaceAll(
    /(\d+) \+ (\d+)/g,
    (_sum, a: string, b: string) => String(Number(a) + Number(b)),
  );
  for (const { name, shape } of family.shapes(family.parse(spec.config))) {
    const [list = '', , head] = name.split('.');
    const made = list === 'pixels' ? 'nn.Linear' : head === 'mean' ? 'Heads' : 'Dense';
    if (shape.length === 2 && head !== 'log_var') {
      expect(lines).toContain(`${made}(${shape[1]}, ${shape[0]})`);
    }
    expect(lines).toContain(`self.${list} = nn.`);
  }
});

test('a file’s name cannot leave its quotes', () => {
  expect(pytorchSnippet(vaeSpec(vaePresets['784-256-2']), 'a"); import os #')).toContain(
    String.raw`load_file("a\"); import os #")`,
  );
});

interface Found {
  readonly sha256: string;
  readonly code: readonly number[];
  readonly means: readonly number[];
  /** Codes drawn from a hierarchy's priors; of the other families none. */
  readonly drawn: readonly number[];
}

/** Runs each program as a reader would, and asks the network that it leaves in `model`. */
const DRIVER = `
import hashlib, json, runpy, sys, torch
found = []
for case in json.load(open("cases.json")):
    model = runpy.run_path(case["program"])["model"]
    digest = hashlib.sha256()
    for name in case["names"]:
        digest.update(model.state_dict()[name].numpy().tobytes())
    with torch.no_grad():
        code = model.encode(torch.tensor(case["x"]))
        mean = code[0] if isinstance(code, tuple) else code
        means = model.decode(torch.tensor(case["z"]))
        drawn = model.sample(torch.tensor(case["z"])) if hasattr(model, "sample") else torch.zeros(0)
    parts = {"code": mean, "means": means, "drawn": drawn}
    found.append({"sha256": digest.hexdigest(), **{name: part.flatten().tolist() for name, part in parts.items()}})
json.dump(found, open("found.json", "w"))
`;

describe.skipIf(python === undefined)('in PyTorch', () => {
  const expected: Found[] = [];
  let found: readonly Found[] = [];

  beforeAll(async () => {
    await startBackend('wasm', nodeAssets());
    const cases: object[] = [];
    for (const [i, [, spec]] of all.entries()) {
      const trainer = new Trainer(await loadFamily(spec.family), spec, 7 + i);
      const tensors = await trainer.export();
      const file = writeModelFile(writeSafetensors(tensors, 'F32'), {
        spec,
        seed: 7 + i,
        step: 0,
        data: 'MNIST',
        settings: {},
        loss: null,
      });
      writeFileSync(path.join(folder, `model-${i}.safetensors`), file);
      writeFileSync(
        path.join(folder, `model_${i}.py`),
        pytorchSnippet(spec, `model-${i}.safetensors`),
      );

      const pixels = trainer.family.inputDim(trainer.config);
      const latent = trainer.family.latentDim(trainer.config);
      const x = rows(pixels, (n) => ((n * 7) % 11) / 10);
      const z = rows(latent, (n) => Math.fround(Math.sin(n + 1) * 2));
      const { family, config, parameters } = trainer;
      const levels = family.levels?.(config) ?? [];
      const [code, means, drawn] = tidy(() => [
        [...trainer.encode(tensor2d(x)).mean.dataSync()],
        [...trainer.decode(tensor2d(z)).dataSync()],
        [
          ...(family
            .descend?.(config, parameters, {
              codes: tensor2d(z),
              noise: tensor2d(z),
              given: levels.map(() => false),
              temperatures: levels.map(() => 1),
            })
            .codes.dataSync() ?? []),
        ],
      ]);
      const digest = createHash('sha256');
      for (const { values } of tensors.values()) digest.update(values);
      expected.push({ sha256: digest.digest('hex'), code, means, drawn });
      cases.push({ program: `model_${i}.py`, names: [...tensors.keys()], x, z });
      trainer.dispose();
    }
    writeFileSync(path.join(folder, 'cases.json'), JSON.stringify(cases));
    writeFileSync(path.join(folder, 'driver.py'), DRIVER);
    const { status, stderr } = spawnSync(python ?? '', ['driver.py'], { cwd: folder });
    expect(status, String(stderr)).toBe(0);
    found = JSON.parse(readFileSync(path.join(folder, 'found.json'), 'utf8')) as Found[];
  }, 120_000);

  test.each(all.map(([name], i) => [name, i] as const))(
    'the weights of %s are the same bits',
    (_, i) => {
      expect(found[i]?.sha256).toBe(expected[i]?.sha256);
    },
  );

  test.each(all.map(([name], i) => [name, i] as const))(
    '%s encodes, decodes and samples alike, to 1e-5',
    (_, i) => {
      for (const what of ['code', 'means', 'drawn'] as const) {
        const [ours, theirs] = [expected[i]?.[what] ?? [], found[i]?.[what] ?? []];
        expect(theirs).toHaveLength(ours.length);
        ours.forEach((value, n) => {
          expect(Math.abs(value - (theirs[n] ?? NaN))).toBeLessThan(1e-5);
        });
      }
    },
  );
});

function rows(width: number, value: (n: number) => number): number[][] {
  return Array.from({ length: ROWS }, (_, r) =>
    Array.from({ length: width }, (__, c) => value(r * width + c)),
  );
}

// A reader's model as a file: what goes in comes out bit for bit, and nothing else gets in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseVae, vaeShapes, vaeSpec } from '../../../src/lib/models/vae.config.ts';
import type { LayerShape, ModelSpec } from '../../../src/lib/protocol/model.ts';
import {
  readModelFile,
  writeModelFile,
  type ModelFacts,
} from '../../../src/lib/weights/model-file.ts';
import {
  metadataOf,
  readHeader,
  readSafetensors,
  withMetadata,
  WeightsError,
  writeSafetensors,
} from '../../../src/lib/weights/safetensors.ts';

const config = {
  inputDim: 3,
  hidden: [2],
  latentDim: 1,
  activation: 'relu',
  likelihood: 'bernoulli',
} as const;
const spec = vaeSpec(config);
const facts: ModelFacts = {
  spec,
  seed: 12,
  step: 340,
  data: 'MNIST',
  settings: { beta: 4, learningRate: 1e-3 },
  loss: 151.5,
};
const shapesOf = ({ config: found }: ModelSpec): readonly LayerShape[] =>
  vaeShapes(parseVae(found));

const weights = (value: (i: number) => number) =>
  writeSafetensors(
    new Map(
      vaeShapes(config).map(({ name, shape }) => [
        name,
        {
          shape,
          values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i)),
        },
      ]),
    ),
    'F32',
  );
const plain = weights((i) => Math.sin(i + 1));
const file = writeModelFile(plain, facts, 'https://example.org/vae/');

const data = (bytes: Uint8Array) => bytes.slice(readHeader(bytes).start);
const changed = (entries: Record<string, string>) =>
  withMetadata(file, { ...Object.fromEntries(metadataOf(file)), ...entries });

test('the weights stay byte for byte as the worker gave them', () => {
  expect(data(file)).toEqual(data(plain));
  expect(readSafetensors(file)).toEqual(readSafetensors(plain));
  expect(readHeader(file).start % 8).toBe(0);
});

test('any finite float32 comes back as the same bits, −0 and the smallest included', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const bytes = weights((i) => (i % 2 === 0 ? number : -number));
      const again = readModelFile(writeModelFile(bytes, facts), shapesOf);
      expect(data(again.bytes)).toEqual(data(bytes));
    }),
    { numRuns: 50 },
  );
});

test('what is known of the model comes back with it', () => {
  expect(readModelFile(file, shapesOf)).toEqual({ ...facts, bytes: file });
  expect(metadataOf(file).get('site')).toBe('https://example.org/vae/');
});

test('a name in any script survives, since the header is escaped to ASCII', () => {
  const named = writeModelFile(plain, { ...facts, data: 'рукописные «7», 数字 🙂' });
  expect(readModelFile(named, shapesOf).data).toBe('рукописные «7», 数字 🙂');
  expect(Math.max(...named.subarray(8, readHeader(named).start))).toBeLessThan(128);
});

test.each<[why: string, bytes: Uint8Array<ArrayBuffer>, says: RegExp]>([
  ['weights of another tool', plain, /not one that a lab of this course/],
  ['a spec that is no JSON', changed({ spec: '{' }), /"spec" is not JSON/],
  ['a spec of another kind', changed({ spec: '[]' }), /not "family" and "config"/],
  [
    'a spec nested without end',
    changed({ spec: `{"family":"vae","config":{"a":${'['.repeat(2000)}${']'.repeat(2000)}}}` }),
    /not "family" and "config"/,
  ],
  [
    'another network than its tensors are',
    changed({ spec: JSON.stringify(vaeSpec({ ...config, latentDim: 2 })) }),
    /"mean.weight" is \[1,2\], the config needs \[2,2\].*download it again/,
  ],
  [
    'a network that is none',
    changed({ spec: JSON.stringify({ ...spec, config: { ...spec.config, hidden: [] } }) }),
    /hidden/,
  ],
  ['a negative seed', changed({ seed: '-1' }), /"seed" is "-1"/],
  ['a step that is no number', changed({ step: 'many' }), /"step" is "many"/],
  ['a setting that is no number', changed({ settings: '{"beta":"x"}' }), /"beta" is no number/],
  [
    'weights that are not finite',
    writeModelFile(
      weights(() => NaN),
      facts,
    ),
    /not finite/,
  ],
])('%s is refused with its reason', (_, bytes, says) => {
  expect(() => readModelFile(bytes, shapesOf)).toThrow(says);
});

test('no change of one byte of the header makes anything but a model or an error with a name', () => {
  const { start } = readHeader(file);
  fc.assert(
    fc.property(fc.nat(start - 1), fc.nat(255), (at, byte) => {
      const hurt = Uint8Array.from(file);
      hurt[at] = byte;
      try {
        readModelFile(hurt, shapesOf);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        if (!(error instanceof WeightsError)) expect(error).toHaveProperty('name', 'ConfigError');
      }
    }),
    { numRuns: 500 },
  );
});

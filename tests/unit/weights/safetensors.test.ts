// The weights' file format: what is written is read again, and a damaged or hostile file is refused with its reason.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkShapes,
  readSafetensors,
  WeightsError,
  writeSafetensors,
  type NamedTensor,
} from '../../../src/lib/weights/safetensors.ts';

const tensor = (shape: number[], values: number[]): NamedTensor => ({
  shape,
  values: Float32Array.from(values),
});

const two = new Map([
  ['mean.weight', tensor([2, 3], [1, -2, 0.5, 4, 5, 6])],
  ['mean.bias', tensor([2], [0.25, -1])],
]);

/** A file with this header (an object, or text as it is) and this many bytes of data. */
function file(header: unknown, dataBytes: number, declared?: bigint): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  return bytes;
}

const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: offsets,
});

test('tensors written as F32 are read again bit for bit, whatever their names, shapes and values', () => {
  const named = fc.tuple(
    fc.stringMatching(/^[a-z_.0-9]{1,20}$/).filter((name) => name !== '__proto__'),
    fc.array(fc.nat(4), { maxLength: 4 }),
    fc.float({ noNaN: true }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(named, { selector: ([name]) => name }), (list) => {
      const tensors = new Map(
        list.map(([name, shape, start]) => {
          const count = shape.reduce((a, b) => a * b, 1);
          const values = Float32Array.from({ length: count }, (_, i) => start + i);
          return [name, { shape, values }];
        }),
      );
      const again = readSafetensors(writeSafetensors(tensors, 'F32'));
      expect(Object.fromEntries(again)).toEqual(Object.fromEntries(tensors));
    }),
  );
});

test('half precision keeps eleven bits', () => {
  const again = readSafetensors(writeSafetensors(two, 'F16'));
  expect([...again.get('mean.weight')!.values]).toEqual([1, -2, 0.5, 4, 5, 6]);
  const third = readSafetensors(writeSafetensors(new Map([['a', tensor([1], [1 / 3])]]), 'F16'));
  expect(Math.abs(third.get('a')!.values[0]! - 1 / 3)).toBeLessThan(2 ** -12 / 3);
});

test('a file inside a larger buffer is read from its own first byte', () => {
  const whole = writeSafetensors(two, 'F32');
  const shifted = new Uint8Array(whole.length + 13);
  shifted.set(whole, 13);
  expect(readSafetensors(shifted.subarray(13))).toEqual(two);
});

test('data begin at a multiple of eight, as the format advises', () => {
  const header = new DataView(writeSafetensors(two, 'F32').buffer).getBigUint64(0, true);
  expect(Number(header) % 8).toBe(0);
});

test('every truncation of a good file is refused', () => {
  const whole = writeSafetensors(two, 'F32');
  for (let length = 0; length < whole.length; length++) {
    expect(() => readSafetensors(whole.subarray(0, length)), `${length} bytes`).toThrow(
      WeightsError,
    );
  }
});

test('no random change of one byte of the header makes anything but tensors or a WeightsError', () => {
  const whole = writeSafetensors(two, 'F32');
  const header = Number(new DataView(whole.buffer).getBigUint64(0, true));
  fc.assert(
    fc.property(fc.nat(8 + header - 1), fc.nat(255), (at, byte) => {
      const hurt = Uint8Array.from(whole);
      hurt[at] = byte;
      try {
        readSafetensors(hurt);
      } catch (error) {
        expect(error).toBeInstanceOf(WeightsError);
      }
    }),
    { numRuns: 500 },
  );
});

test.each<[why: string, bytes: Uint8Array, says: RegExp]>([
  ['seven bytes', new Uint8Array(7), /7 bytes/],
  ['a header larger than the file', file('{}', 0, 1000n), /header claims 1000/],
  ['a header of 2⁶³ bytes', file('{}', 0, 2n ** 63n), /header claims 9223372036854775808/],
  ['a header that is no JSON', file('{"a":', 0), /not JSON/],
  ['a header that is a list', file('[]', 0), /not an object/],
  ['a header that is null', file('null', 0), /not an object/],
  ['a tensor without a description', file({ a: 1 }, 0), /"a" has no description/],
  ['another number type', file({ a: entry([1], [0, 8], 'F64') }, 8), /"F64"/],
  ['a negative size', file({ a: entry([-1], [0, 4]) }, 4), /shape \[-1\]/],
  ['a size that is no integer', file({ a: entry([1.5], [0, 6]) }, 6), /shape \[1.5\]/],
  [
    'sizes whose product overflows',
    file({ a: entry([2 ** 30, 2 ** 30], [0, 4]) }, 4),
    /expected sizes/,
  ],
  ['offsets that run backwards', file({ a: entry([1], [4, 0]) }, 4), /offsets \[4,0\]/],
  ['offsets of three numbers', file({ a: entry([1], [0, 2, 4]) }, 4), /offsets/],
  ['offsets beyond the data', file({ a: entry([4], [0, 16]) }, 8), /truncated/],
  ['a shape that its bytes do not hold', file({ a: entry([3], [0, 8]) }, 8), /12 bytes.*span 8/],
  [
    'tensors that overlap',
    file({ a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, 12),
    /"b" overlaps/,
  ],
  [
    'a hole between tensors',
    file({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12),
    /hole of 4 bytes before "b"/,
  ],
  ['bytes that no tensor owns', file({ a: entry([1], [0, 4]) }, 12), /8 bytes that no tensor owns/],
])('%s is refused with its reason', (_, bytes, says) => {
  expect(() => readSafetensors(bytes)).toThrow(WeightsError);
  expect(() => readSafetensors(bytes)).toThrow(says);
});

const layers = [
  { name: 'mean.weight', shape: [2, 3] },
  { name: 'mean.bias', shape: [2] },
];

test('tensors that fit the config pass', () => {
  expect(() => checkShapes('vae', two, layers)).not.toThrow();
});

test.each<[why: string, tensors: Map<string, NamedTensor>, says: string]>([
  ['a missing tensor', new Map([...two].slice(1)), '"mean.weight" is missing'],
  [
    'a tensor of another shape',
    new Map([...two, ['mean.weight', tensor([3, 2], [1, 2, 3, 4, 5, 6])]]),
    '"mean.weight" is [3,2], the config needs [2,3]',
  ],
  ['a tensor too many', new Map([...two, ['extra', tensor([0], [])]]), 'the config has no "extra"'],
  [
    'a value that is not finite',
    new Map([...two, ['mean.bias', tensor([2], [NaN, 0])]]),
    'not finite',
  ],
])('%s is refused with what the config needs and how to make it again', (_, tensors, says) => {
  expect(() => checkShapes('vae', tensors, layers)).toThrow(says);
  expect(() => checkShapes('vae', tensors, layers)).toThrow('npm run train -- vae');
});

// A lab's state in the address: what is written is read back, and whatever else stands there does no harm.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  choice,
  flag,
  integer,
  number,
  numbers,
  optional,
} from '../../../../../src/components/labs/shared/share/fields.ts';
import {
  MOST_CHARACTERS,
  segmentsOf,
  stateCodec,
} from '../../../../../src/components/labs/shared/share/state-codec.ts';

const codec = stateCodec('vae', 1, {
  net: choice(['vae-mnist-2d', '784-256-2', 'odd;name&=%'], 'vae-mnist-2d'),
  beta: number(1, { min: 0, max: 100 }),
  seed: integer(7, { min: 0, max: 2 ** 31 - 1 }),
  z: optional(numbers([], { min: -1e3, max: 1e3, most: 3, single: true })),
  axes: numbers([0, 1], { min: 0, max: 199, most: 2, whole: true }),
  both: flag(false),
});
const { defaults } = codec;

const states = fc.record({
  net: fc.constantFrom('vae-mnist-2d', '784-256-2', 'odd;name&=%'),
  beta: fc.double({ min: 0, max: 100, noNaN: true }),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  z: fc.option(
    fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 3 }),
  ),
  axes: fc.array(fc.integer({ min: 0, max: 199 }), { minLength: 1, maxLength: 2 }),
  both: fc.boolean(),
} as const);

test('a state of defaults needs no address, and leaves an anchor as it is', () => {
  expect(codec.write(defaults, '')).toBe('');
  expect(codec.write(defaults, '#exercises')).toBe('#exercises');
  expect(codec.read('')).toEqual({ said: false, state: defaults, problems: [] });
  expect(codec.read('#exercises')).toEqual({ said: false, state: defaults, problems: [] });
});

test('only what differs from the defaults is written, in plain sight', () => {
  const state = { ...defaults, net: '784-256-2', beta: 4, z: [0.5, -1.2] } as const;
  expect(codec.write(state, '')).toBe('#vae.v1:net=784-256-2&beta=4&z=0.5,-1.2');
});

test('every state is read back as it was written', () => {
  fc.assert(
    fc.property(states, (state) => {
      const { problems, state: again } = codec.read(codec.write(state, ''));
      expect(problems).toEqual([]);
      // 32-bit numbers come back as those bits; −0 as 0.
      const z = again.z?.map((value) => Math.fround(value)) ?? null;
      expect({ ...again, z }).toEqual({
        ...state,
        beta: state.beta + 0,
        z: state.z?.map((value) => value + 0) ?? null,
      });
    }),
  );
});

test('the longest decimals that a number has are read back', () => {
  for (const beta of [1e-6 * (1 + Number.EPSILON), 1 / 3e6, 0.1 + 0.2, Number.MIN_VALUE]) {
    expect(codec.read(codec.write({ ...defaults, beta }, '')).state.beta).toBe(beta);
  }
});

test('several labs share a hash without treading on each other', () => {
  const other = stateCodec('outlier', 2, { k: integer(100, { min: 1, max: 5000 }) });
  const both = other.write({ k: 500 }, codec.write({ ...defaults, seed: 12 }, '#some-heading'));
  expect(both).toBe('#vae.v1:seed=12;outlier.v2:k=500');
  expect(codec.read(both).state.seed).toBe(12);
  expect(other.read(both).state.k).toBe(500);
  expect(codec.write(defaults, both)).toBe('#outlier.v2:k=500');
  expect(other.write(other.defaults, '#outlier.v2:k=500')).toBe('');
  expect(segmentsOf(both).map(({ lab }) => lab)).toEqual(['vae', 'outlier']);
});

test.each<[why: string, hash: string, says: RegExp]>([
  ['an unknown version', '#vae.v9:beta=4', /version 9.*reads version 1/],
  ['an unknown field', '#vae.v1:gamma=4', /“gamma” is no setting/],
  ['a field of every object', '#vae.v1:constructor=4', /“constructor” is no setting/],
  ['a number out of range', '#vae.v1:beta=101', /“beta=101” was ignored: expected a number from 0/],
  ['a number that is none', '#vae.v1:beta=Infinity', /“beta=Infinity” was ignored/],
  ['an empty value', '#vae.v1:beta=', /“beta=” was ignored/],
  ['a field without a value', '#vae.v1:beta', /“beta” was ignored/],
  ['half a seed', '#vae.v1:seed=1.5', /whole number/],
  ['a hexadecimal seed', '#vae.v1:seed=0x10', /whole number/],
  ['an unknown name', '#vae.v1:net=gpt', /one of vae-mnist-2d, 784-256-2/],
  ['a code of too many numbers', '#vae.v1:z=1,2,3,4', /at most 3 numbers/],
  ['a code with a hole', '#vae.v1:z=1,,3', /at most 3 numbers/],
  ['a fractional axis', '#vae.v1:axes=0.5,1', /whole numbers/],
  ['a flag of another kind', '#vae.v1:both=yes', /1 or 0/],
  ['a broken escape', '#vae.v1:net=%E0%A4%A', /was ignored/],
])('%s gives the default, and is named', (_, hash, says) => {
  const { state, problems } = codec.read(hash);
  expect(state).toEqual(defaults);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(says);
});

test('what stands beside a mistake is taken all the same', () => {
  const { said, state, problems } = codec.read('#vae.v1:beta=4&seed=-1&net=784-256-2');
  expect(said).toBe(true);
  expect(state).toEqual({ ...defaults, beta: 4, net: '784-256-2' });
  expect(problems).toHaveLength(1);
});

test('a setting or a lab that is said twice counts once', () => {
  const twice = codec.read('#vae.v1:seed=1&seed=2;vae.v1:seed=3');
  expect(twice.state.seed).toBe(1);
  expect(twice.problems).toHaveLength(2);
});

test('a hundred kilobytes are not read, and named only by the lab they speak of', () => {
  const garbage = `#vae.v1:${'beta=4&'.repeat(15_000)}`;
  const { said, state, problems } = codec.read(garbage);
  expect({ said, state }).toEqual({ said: false, state: defaults });
  expect(problems.join()).toMatch(/105008 characters long; at most 4000/);
  expect(codec.read(`#${'x'.repeat(100_000)}`).problems).toEqual([]);
  expect(codec.write({ ...defaults, seed: 1 }, garbage)).toBe('#vae.v1:seed=1');
});

test('no text throws, fills a page with complaints or makes a state that cannot be written', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 300 }).map((text) => `#vae.v1:${text}`),
    fc
      .array(
        fc.tuple(fc.constantFrom('net', 'beta', 'seed', 'z', 'axes', '__proto__'), fc.string()),
      )
      .map((pairs) => `#vae.v1:${pairs.map((pair) => pair.join('=')).join('&')}`),
    fc.string({ minLength: MOST_CHARACTERS + 1, maxLength: MOST_CHARACTERS + 9 }),
  );
  fc.assert(
    fc.property(hostile, (hash) => {
      const { state, problems } = codec.read(hash);
      expect(problems.length).toBeLessThanOrEqual(4);
      expect(problems.join('').length).toBeLessThan(900);
      const written = codec.write(state, hash);
      const again = codec.read(written);
      if (written !== hash) expect(again.problems).toEqual([]);
      expect(codec.write(again.state, '')).toBe(codec.write(state, ''));
    }),
    { numRuns: 500 },
  );
});

test('a 32-bit number is written no longer than it must be', () => {
  const z = Float32Array.of(0.1, -1.2, 3);
  expect(codec.write({ ...defaults, z: [...z] }, '')).toBe('#vae.v1:z=0.1,-1.2,3');
});

test('a value that could not be read back is not written', () => {
  expect(codec.write({ ...defaults, beta: NaN, seed: -3 }, '')).toBe('');
  expect(codec.write({ ...defaults, beta: -0 }, '')).toBe('#vae.v1:beta=0');
});

// Equations out of the worker: letters apart from words, indices where they belong, nothing lost.
import { expect, test } from 'vitest';
import {
  parseEquation,
  spokenEquation,
  type Sign,
} from '../../../../src/components/labs/shared/equation.ts';

/** With indices and powers in brackets; italics between slashes. */
const written = (signs: readonly Sign[]): string =>
  signs
    .map(({ text, italic, low, high }) => {
      const base = italic ? `/${text}/` : text;
      return `${base}${low.length ? `[${written(low)}]` : ''}${high.length ? `<${written(high)}>` : ''}`;
    })
    .join('');

const one = (equation: string): readonly Sign[] => parseEquation(equation)[0] ?? [];

test('letters are italic, words and numbers upright', () => {
  expect(written(one('h = relu(W_1 x + b_1)'))).toBe('/h/ = relu(/W/[1] /x/ + /b/[1])');
});

test('an index and a power may both stand on a sign, and may be several', () => {
  expect(written(one('log σ^2 = W_{σ} h'))).toBe('log /σ/<2> = /W/[/σ/] /h/');
  expect(written(one('a_{i j}^2'))).toBe('/a/[/i/ /j/]<2>');
});

test('a power after an index hangs on the sign, not on the index', () => {
  expect(written(one('Δ log σ_l^2'))).toBe('/Δ/ log /σ/[/l/]<2>');
});

test('mean and spread of a prior have the colour of the decoder', () => {
  const parts = one('μ_{q,l} = μ_{p,l} + Δμ_l').map(({ text, part }) => `${text} ${part}`);
  expect(parts.filter((each) => each.startsWith('μ'))).toEqual(['μ enc', 'μ dec']);
});

test('an accent stays on its letter, which is still one', () => {
  const [sign] = one('x̂ = g');
  expect(sign).toMatchObject({ text: 'x̂', italic: true, part: 'dec' });
});

test('symbols have the colour of their part of the model, words have none', () => {
  const parts = one('q_φ(z|x) ‖ p_θ').flatMap(({ text, part, low }) => [
    [text, part],
    ...low.map((each) => [each.text, each.part]),
  ]);
  expect(Object.fromEntries(parts)).toMatchObject({
    φ: 'enc',
    z: 'lat',
    x: 'data',
    θ: 'dec',
    q: null,
  });
});

test('each line is one, and nothing of the text is lost', () => {
  const equation = 'm ← β_1 m + (1 − β_1) g,  v ← β_2 v\nw ← w − η m̂ / (√v̂ + ϵ)';
  const text = (signs: readonly Sign[]): string =>
    signs.map((sign) => sign.text + text(sign.low) + text(sign.high)).join('');
  expect(parseEquation(equation).map(text)).toEqual(equation.replaceAll('_', '').split('\n'));
  expect(spokenEquation('log σ^2\nz_1')).toBe('log σ²; z1');
});

test('a mark without anything after it does not stop the reading', () => {
  expect(() => parseEquation('x_')).not.toThrow();
  expect(() => parseEquation('x_{a')).not.toThrow();
});

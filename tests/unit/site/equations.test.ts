// Numbered equations and the references to them.
import { describe, expect, test } from 'vitest';
import { renderTex } from '../../../src/markdown/katex.ts';
import {
  findEquation,
  numberEquations,
  referenceIn,
  takeLabel,
} from '../../../src/markdown/equations.ts';

describe('numbers of equations', () => {
  const page = '$$\na \\label{first}\n$$\n\ntext\n\n$$\nb\n$$\n\n$$c \\label{second}$$\n';

  test('count labelled equations in the order of the text', () => {
    const numbers = [...numberEquations(page, 7, 'vae.mdx').values()];
    expect(numbers.map(({ label, number, id }) => [label, number, id])).toEqual([
      ['first', '7.1', 'eq-first'],
      ['second', '7.2', 'eq-second'],
    ]);
  });

  test('leave the chapter out where a page has none', () => {
    expect(numberEquations(page, undefined, 'notation.mdx').get('second')?.number).toBe('2');
  });

  test('ignore labels inside code', () => {
    const source = '```tex\n\\label{example}\n```\n\nas in `\\label{other}`\n';
    expect(numberEquations(source, 7, 'a.mdx').size).toBe(0);
  });

  test('refuse one label on two equations, naming file and label', () => {
    expect(() => numberEquations('\\label{x} \\label{x}', 7, 'a.mdx')).toThrow(/a\.mdx.*"x"/);
  });
});

describe('references', () => {
  test('are recognised only when they stand alone', () => {
    expect(referenceIn(' \\eqref{elbo} ')).toBe('elbo');
    expect(referenceIn('x = \\eqref{elbo}')).toBeUndefined();
  });

  test('to an unknown label fail with the file, the label and what there is', () => {
    const equations = numberEquations('\\label{elbo}', 7, 'a.mdx');
    expect(() => findEquation(equations, 'elb', 'a.mdx')).toThrow(/a\.mdx.*elb.*Labels here: elbo/);
  });

  test('of a display are taken out of its TeX', () => {
    expect(takeLabel('a = b \\label{one}', 'a.mdx')).toEqual({ tex: 'a = b ', label: 'one' });
    expect(() => takeLabel('\\label{a}\\label{b}', 'a.mdx')).toThrow(/2 labels/);
  });
});

describe('rendering', () => {
  test('puts the colour class on a symbol', () => {
    expect(renderTex('\\enc{\\phi}', false, 'a.mdx')).toContain('class="enclosing enc"');
  });

  test('keeps the visual copy and the TeX out of the search index', () => {
    const html = renderTex('x', false, 'a.mdx');
    expect(html.match(/data-pagefind-ignore/g)).toHaveLength(2);
    expect(html).toContain('<math');
  });

  test('of broken TeX fails with the file and the formula', () => {
    expect(() => renderTex('\\frac{1}', false, 'a.mdx')).toThrow(/a\.mdx[\s\S]*\\frac\{1\}/);
  });

  test('leaves no macro of one formula to the next', () => {
    renderTex('\\gdef\\mine{1}\\mine', false, 'a.mdx');
    expect(() => renderTex('\\mine', false, 'a.mdx')).toThrow(/mine/);
  });
});

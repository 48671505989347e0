// Parts of real files as code listings show them: found by name or region, refused when they are gone.
import { describe, expect, test } from 'vitest';
import { excerpt } from '../../../src/site/excerpt.ts';

const typescript = `// What the file is for.
import { x } from './x.ts';

/** Adds. */
// And says so.
export function add(a: number, b: number): number {
  // #region sum
  const sum = a + b;
  // #endregion
  return sum;
}

export const answer = 42; // units: none

export interface Pair {
  readonly a: number;
}
`;

const python = `import torch


class Vae(torch.nn.Module):
    """A VAE."""

    def encode(self, x):
        return self.mean(x)

    # The likelihood's parameter.
    @staticmethod
    def decode(
        z,
    ):
        return z


def loss(x):
    return x
`;

describe('an excerpt of TypeScript', () => {
  test('is a declaration with the comments that belong to it, without region marks', () => {
    expect(excerpt(typescript, 'a.ts', 'add')).toBe(
      [
        '/** Adds. */',
        '// And says so.',
        'export function add(a: number, b: number): number {',
        '  const sum = a + b;',
        '  return sum;',
        '}',
      ].join('\n'),
    );
  });

  test('is a region, moved to the left edge', () => {
    expect(excerpt(typescript, 'a.ts', 'sum')).toBe('const sum = a + b;');
  });

  test('is a constant or an interface', () => {
    expect(excerpt(typescript, 'a.ts', 'answer')).toBe('export const answer = 42;');
    expect(excerpt(typescript, 'a.ts', 'Pair')).toMatch(/^export interface Pair \{[^]*\}$/);
  });

  test('is the whole file when no part is asked for', () => {
    expect(excerpt(typescript, 'a.ts')).toMatch(/^\/\/ What the file is for\./);
  });

  test('of an unknown part fails with the parts there are', () => {
    expect(() => excerpt(typescript, 'a.ts', 'sub')).toThrow(
      /a\.ts has no part "sub"\. Parts there: sum, add, answer, Pair/,
    );
  });
});

describe('an excerpt of Python', () => {
  test('is a function', () => {
    expect(excerpt(python, 'a.py', 'loss')).toBe('def loss(x):\n    return x');
  });

  test('is a method with its decorator and comment, moved to the left edge', () => {
    expect(excerpt(python, 'a.py', 'Vae.decode')).toBe(
      "# The likelihood's parameter.\n@staticmethod\ndef decode(\n    z,\n):\n    return z",
    );
  });

  test('is a whole class', () => {
    expect(excerpt(python, 'a.py', 'Vae')).toMatch(/^class Vae[^]*return z$/);
  });
});

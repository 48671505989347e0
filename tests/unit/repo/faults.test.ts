// tests/FAULTS.md says which test injects each fault; the tests it names are there, by these names.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Row {
  readonly fault: string;
  readonly file: string;
  readonly name: string;
}

/** Rows whose last cell is `file`: name of the test. */
const rows: readonly Row[] = read('tests/FAULTS.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`tests/'))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(cells.at(-2) ?? '') ?? [];
    return { fault: cells[1] ?? '', file, name };
  });

/** The titles in a spec as patterns: what is filled in at run time matches anything. */
function titles(source: string): RegExp[] {
  return [...source.matchAll(/\btest\(\s*(['`])(.*?)\1,/gs)].map(([, , title = '']) => {
    const parts = title
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`);
  });
}

describe('the table of faults', () => {
  test('has a row for each fault that the labs promise to survive', () => {
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(rows.every(({ fault, file, name }) => fault && file && name)).toBe(true);
  });

  test.each(rows.map(({ fault, file, name }) => [fault, file, name] as const))(
    '%s: its test exists',
    (_fault, file, name) => {
      expect(
        titles(read(file)).some((title) => title.test(name)),
        `no test "${name}"`,
      ).toBe(true);
    },
  );
});

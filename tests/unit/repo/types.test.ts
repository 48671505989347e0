// tsconfig.lib.json keeps the engine free of the browser and of Node: a line that uses either must not compile under it.
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** Compiler messages for one line, as if it stood in a file of src/lib/ops. */
function problems(code: string): string[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.lib.json'), (file) =>
    ts.sys.readFile(file),
  ) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const file = path.join(root, 'src/lib/ops/line.ts');
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, code, version) : read(name, version);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

test('plain arithmetic compiles under the engine’s tsconfig', () => {
  expect(problems('export const two = Math.hypot(1, Math.sqrt(3));')).toEqual([]);
});

test.each(['document.title', 'window.name', 'fetch("x")', 'process.env', 'Buffer.from("x")'])(
  '%s does not compile under the engine’s tsconfig',
  (expression) => {
    expect(problems(`export const value = ${expression};`).join()).toMatch(/Cannot find name/);
  },
);

test('an index that may miss is not a number', () => {
  expect(problems('export const first = (xs: number[]): number => xs[0];').join()).toMatch(
    /undefined/,
  );
});

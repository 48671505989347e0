// What every file and every chapter of the repository has, read from the files themselves.
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

async function files(...patterns: string[]): Promise<string[]> {
  const made = (file: string) =>
    /(?:^|\/)(?:node_modules|dist|generated|build|\.astro)\//.test(file);
  const found: string[] = [];
  for await (const file of glob(patterns, { cwd: root })) if (!made(file)) found.push(file);
  return found.sort();
}

const code = await files('*.{js,mjs,ts}', '{src,scripts,tests}/**/*.{js,mjs,ts,svelte,astro,py}');
// A name that starts with "_" is a draft, which Astro leaves out.
const chapters = (await files('src/content/docs/**/[!_]*.mdx')).filter((file) =>
  /^chapter:\s*\d/m.test(read(file)),
);

test('the repository has code and chapters to look at', () => {
  expect(code.length).toBeGreaterThan(50);
  expect(chapters.length).toBeGreaterThan(0);
});

test('every file opens with a comment on what it is for', () => {
  const opening = {
    svelte: /^(?:<!--|<script[^>]*>\s*\/[/*])/,
    astro: /^---\s*\n\s*\/[/*]|^<!--/,
    py: /^(?:#|""")/,
  };
  const silent = code.filter((file) => {
    const kind = path.extname(file).slice(1);
    const pattern = kind in opening ? opening[kind as keyof typeof opening] : /^(?:#!.*\n)?\/[/*]/;
    return !pattern.test(read(file).replace(/^# -\*-.*\n/, ''));
  });
  expect(silent).toEqual([]);
});

test('no file has 400 lines', () => {
  expect(code.filter((file) => read(file).split('\n').length > 400)).toEqual([]);
});

test('no comment leaves work for later', () => {
  const left = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`);
  expect(code.filter((file) => left.test(read(file)))).toEqual([]);
});

test('chapters import components only', async () => {
  const pages = await files('src/content/docs/**/*.mdx');
  const wrong = pages.flatMap((file) =>
    [...read(file).matchAll(/^import\s.*?from\s+['"](.+?)['"]/gms)]
      .map((match) => match[1] ?? '')
      .filter((from) => !/^@astrojs\/starlight\/components$|\/components\//.test(from))
      .map((from) => `${file}: ${from}`),
  );
  expect(wrong).toEqual([]);
});

test('every chapter has its PyTorch file and its end-to-end test', () => {
  const missing = chapters.flatMap((file) => {
    const name = path.basename(file, '.mdx');
    return [`src/content/pytorch/${name}.py`, `tests/e2e/labs/${name}.spec.ts`];
  });
  expect(missing.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  const manifest = JSON.parse(read('package.json')) as {
    devDependencies: Record<string, string>;
    dependencies?: Record<string, string>;
  };
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('continuous integration runs what a contributor runs', () => {
  expect(read('.ci/run').split('\n')).toContain('npm ci && npm test');
  expect(read('.github/workflows/check.yml')).toContain('.ci/run');
});

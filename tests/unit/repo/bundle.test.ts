// Reading a built site: what counts as a page's own weight, what as its islands', what can reach the main thread.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Bundle, gzipped } from '../../../scripts/lib/bundle.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'page/index.html':
    '<link rel="stylesheet" href="/b/_astro/s.css"><script type="module" src="/b/_astro/page.js"></script>' +
    '<astro-island component-url="/b/_astro/lab.js" renderer-url="/b/_astro/client.js"></astro-island>',
  '_astro/s.css': 'body{}',
  '_astro/page.js': 'import{a as b}from"./shared.js";b();',
  '_astro/shared.js': 'export const a=1;',
  '_astro/lab.js':
    'import"./shared.js";const p=()=>import("./plot.js");new Worker(new URL("engine.worker-x.js",import.meta.url));',
  '_astro/client.js': 'export default 1;',
  '_astro/plot.js': 'export const plot=1;',
  '_astro/engine.worker-x.js': 'const w=()=>import("./wasm.js");',
  '_astro/wasm.js': 'registerBackend("wasm");',
};
for (const [name, content] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}
const site = new Bundle(folder, '/b/');

test('a page weighs its styles, its scripts and what these import, not its islands', () => {
  const own = ['_astro/s.css', '_astro/page.js', '_astro/shared.js'] as const;
  const expected = own.reduce((sum, file) => sum + gzipped(files[file]), gzipped(''));
  expect(site.pageWeight('page/index.html')).toBe(expected);
});

test('the main thread reaches islands and their lazy parts, and never the worker’s scripts', () => {
  expect(site.mainThread().sort()).toEqual([
    '_astro/client.js',
    '_astro/lab.js',
    '_astro/page.js',
    '_astro/plot.js',
    '_astro/shared.js',
  ]);
});

test('a worker is found with the chunks that it loads lazily', () => {
  expect(site.workers()).toEqual(['_astro/engine.worker-x.js']);
  expect(site.closure(site.workers(), () => true)).toContain('_astro/wasm.js');
});

test('an address of another site has no file', () => {
  expect(site.fileOf('https://elsewhere.example/x.js', 'page/index.html')).toBeNull();
});

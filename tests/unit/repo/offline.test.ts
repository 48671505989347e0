// The service worker of a built site: what it keeps at the first visit, and what makes it another one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeServiceWorker } from '../../../scripts/lib/offline.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'offline-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

async function made(base = '/b/'): Promise<string> {
  await writeServiceWorker(folder, base);
  return readFileSync(path.join(folder, 'sw.js'), 'utf8');
}

let first: string;

// Bundling the worker takes a second, and much longer on a machine that is busy.
beforeAll(async () => {
  const styles = '<link rel="stylesheet" href="/b/_astro/shell.A1.css">';
  const island = '<astro-island component-url="/b/_astro/lab.B2.js"></astro-island>';
  put('offline/index.html', styles);
  put('page/index.html', styles + island);
  put('_astro/shell.A1.css', 'body{}');
  put('_astro/lab.B2.js', 'const p=()=>import("./plot.C3.js");');
  put('_astro/plot.C3.js', 'export const plot=1;');
  put('models/m/weights.safetensors', 'weights');
  first = await made();
}, 60_000);

/** What the project's own part of the worker was given; the rest is workbox's. */
function own(code: string): { files: string[]; parts: Record<string, number[]> } {
  return JSON.parse(/\(self, (\{.*\})\);/.exec(code)?.[1] ?? '') as ReturnType<typeof own>;
}

test('the offline page and what it loads are kept at once; labs and weights are not', () => {
  const precached = [...first.matchAll(/\burl:\s*"([^"]+)"/g)].map((match) => match[1]);
  expect(precached.sort()).toEqual(['_astro/shell.A1.css', 'offline/index.html']);
});

test('it knows the parts of a page, lazy ones too, and files by the hash they are asked with', () => {
  const { files, parts } = own(first);
  const page = (parts['page/'] ?? []).map((place) => files[place]);
  expect(page.sort()).toEqual(['_astro/lab.B2.js', '_astro/plot.C3.js']);
  expect(files.find((file) => file.startsWith('models/'))).toMatch(/\?v=[0-9a-f]{12}$/);
});

test('the same site gives the same worker; a change of any file gives another', async () => {
  expect(await made()).toBe(first);
  put('page/index.html', 'another text');
  expect(await made()).not.toBe(first);
}, 60_000);

test('sites at two base paths of one origin keep apart', async () => {
  const names = (code: string): string[] =>
    code.match(/bottleneck:\/[^"]*?:(?:pages|hashed)/g) ?? [];
  const other = names(await made('/b/c/'));
  expect(names(first).length).toBeGreaterThan(0);
  expect(names(first).filter((name) => other.includes(name))).toEqual([]);
}, 60_000);

// The static server of the tests: base path, headers from `_headers`, and nothing outside its folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../../scripts/lib/serve.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'serve-'));
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  mkdirSync(path.join(folder, 'site/page'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
  writeFileSync(path.join(folder, 'site/page/index.html'), 'a page');
  writeFileSync(path.join(folder, 'site/404.html'), 'no such page');
  writeFileSync(
    path.join(folder, 'site/_headers'),
    '/*\n  X-Everywhere: yes\n/page/*\n  X-Page: only\n',
  );
  site = await serve({ folder: path.join(folder, 'site'), base: '/a/b/' });
});

afterAll(() => {
  site.close();
  rmSync(folder, { recursive: true });
});

test('a page is served under the base path, with the headers of its pattern', async () => {
  const response = await fetch(`${site.url}page/`);
  expect(await response.text()).toBe('a page');
  expect(response.headers.get('x-everywhere')).toBe('yes');
  expect(response.headers.get('x-page')).toBe('only');
});

test('a folder without its last slash is redirected, as static hosts do', async () => {
  const response = await fetch(`${site.url}page`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([301, '/a/b/page/']);
});

test('an address outside the base path is not found', async () => {
  expect((await fetch(new URL('/page/', site.url))).status).toBe(404);
});

test('a missing page shows the site’s own 404 with its status', async () => {
  const response = await fetch(`${site.url}nowhere/`);
  expect([response.status, await response.text()]).toEqual([404, 'no such page']);
});

test('no address reaches outside the folder', async () => {
  const response = await fetch(`${site.url}%2e%2e%2fsecret.txt`);
  expect(response.status).toBe(404);
});

test('closed, it answers nothing more, on a connection that is busy neither', async () => {
  writeFileSync(path.join(folder, 'site/large.bin'), Buffer.alloc(32 * 2 ** 20));
  const other = await serve({ folder: path.join(folder, 'site') });
  const response = await fetch(`${other.url}large.bin`);
  other.close();
  await expect(response.arrayBuffer().then((body) => body.byteLength)).rejects.toThrow();
});

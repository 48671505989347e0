// The built files: links, sizes, and what can reach the main thread. No browser is opened.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { budgets, gzipped } from '../../../scripts/lib/bundle.mjs';
import { expect, test } from '../lib/fixtures.ts';
import { base, bundle, folder, pagesWithLabs } from '../lib/site.ts';

/** Strings that survive minification in tfjs-core's own messages. */
const tfjsMarks = ['not registered for backend', 'TensorFlow.js'];
const containsTfjs = (file: string) => tfjsMarks.some((mark) => bundle.read(file).includes(mark));

test('every link, picture, script, style and anchor of every page leads somewhere', () => {
  const ids = new Map<string, Set<string>>();
  const idsOf = (file: string) => {
    const known =
      ids.get(file) ??
      new Set([...bundle.read(file).matchAll(/\s(?:id|name)="([^"]+)"/g)].map((m) => m[1]!));
    ids.set(file, known);
    return known;
  };
  const dead: string[] = [];
  let followed = 0;
  for (const page of bundle.pages()) {
    const html = bundle
      .read(page)
      .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, (tag) =>
        tag.slice(0, tag.indexOf('>') + 1),
      );
    const found = [
      ...html.matchAll(/\s(?:href|src|poster|component-url|renderer-url)="([^"]*)"/g),
    ].map((m) => m[1]!.replaceAll('&amp;', '&'));
    const sets = [...html.matchAll(/\ssrcset="([^"]+)"/g)].flatMap((m) =>
      m[1]!.split(',').map((part) => part.trim().split(/\s/)[0]!),
    );
    for (const address of [...found, ...sets]) {
      if (/^(?:https?:|mailto:|data:|doi:)/.test(address)) continue;
      followed++;
      const target = bundle.fileOf(address, page);
      if (target === null) {
        dead.push(`${page}: ${address} leaves the base path ${base}`);
        continue;
      }
      const file = [target, `${target}index.html`, `${target}.html`].find(
        (name) => name !== '' && existsSync(path.join(folder, name)) && !name.endsWith('/'),
      );
      const anchor = decodeURIComponent(new URL(address, 'http://x/').hash.slice(1));
      if (!file) dead.push(`${page}: ${address} is missing`);
      else if (anchor && file.endsWith('.html') && anchor !== '_top' && !idsOf(file).has(anchor))
        dead.push(`${page}: ${address} has no such anchor`);
    }
  }
  expect(followed).toBeGreaterThan(50);
  expect(dead).toEqual([]);
});

test('a page weighs at most 120 KB of scripts and styles before its lab wakes', () => {
  const heavy = bundle
    .pages()
    .map((page) => ({ page, bytes: bundle.pageWeight(page) }))
    .filter(({ bytes }) => bytes > budgets.page);
  expect(heavy).toEqual([]);
});

const backends = ['wasm', 'webgl', 'webgpu'];
for (const backend of backends) {
  test(`the engine with ${backend} weighs at most 160 KB of scripts`, () => {
    const isOf = (name: string) => (file: string) => path.basename(file).startsWith(`${name}-`);
    const others = backends.filter((name) => name !== backend);
    const engines = bundle
      .workers()
      .map((worker) => bundle.closure([worker], (file) => !others.some((name) => isOf(name)(file))))
      .filter((files) => files.some(isOf(backend)));
    expect(engines.length).toBeGreaterThan(0);
    for (const files of engines) {
      const bytes = files.reduce((sum, file) => sum + gzipped(bundle.read(file)), 0);
      expect(bytes, files.join(', ')).toBeLessThanOrEqual(budgets.engine);
    }
  });
}

test('no script that the main thread can reach contains tfjs, and the worker’s do', () => {
  const worker = bundle.closure(bundle.workers(), () => true);
  expect(worker.filter(containsTfjs).length).toBeGreaterThan(0);
  const main = bundle.mainThread();
  expect(main.length).toBeGreaterThan(5);
  expect(main.filter(containsTfjs)).toEqual([]);
});

test('weights are small: 1 MB for the model a chapter opens with, 4 MB for any', () => {
  const weights = bundle.weights();
  expect(weights.length).toBeGreaterThan(0);
  expect(weights.filter(({ bytes }) => bytes > budgets.weights)).toEqual([]);
  for (const { file } of pagesWithLabs) {
    const first = /data-model="([^"]+)"/.exec(bundle.read(file))?.[1];
    if (!first) continue;
    const opened = weights.find((each) => each.file.includes(`/${first}/`));
    expect(opened?.bytes, first).toBeLessThanOrEqual(budgets.firstWeights);
  }
});

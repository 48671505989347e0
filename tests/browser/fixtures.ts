// Builds the engine's test page with Vite, as the site's worker is built, and its twin for Node with esbuild,
// as the scripts are; serves the page under a sub-path. Once per run.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { test as base } from 'playwright/test';
import { build as buildPage } from 'vite';
import { serve } from '../../scripts/lib/serve.mjs';
import { writeFiles } from './files.ts';
import type { Scenarios } from './scenarios.ts';

export { expect } from 'playwright/test';

const root = path.resolve(import.meta.dirname, '../..');
const out = path.join(root, 'node_modules/.cache/engine-page');
const banner =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);' +
  'const __filename = import.meta.filename; const __dirname = import.meta.dirname;';

interface Engine {
  readonly url: string;
  readonly inNode: Scenarios;
}

export const test = base.extend<object, { engine: Engine }>({
  engine: [
    // Playwright reads a fixture's needs from this pattern; it needs none.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await buildPage({
        root: path.join(root, 'tests/browser/page'),
        configFile: false,
        base: './',
        logLevel: 'warn',
        worker: { format: 'es' },
        build: { outDir: out, emptyOutDir: true, target: 'es2024' },
      });
      const outfile = path.join(root, 'node_modules/.cache/engine-node.mjs');
      await bundle({
        entryPoints: [path.join(root, 'tests/browser/node.ts')],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        mainFields: ['module', 'main'],
        banner: { js: banner },
        logLevel: 'warning',
      });
      const { inNode } = (await import(pathToFileURL(outfile).href)) as { inNode: Scenarios };
      const files = writeFiles(out, '/engine/');
      writeFileSync(path.join(out, 'files.json'), JSON.stringify(files));
      const site = await serve({ folder: out, base: '/engine/' });
      await use({ url: site.url, inNode });
      site.close();
    },
    { scope: 'worker' },
  ],
});

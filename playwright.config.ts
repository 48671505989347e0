// The browser's tests over a built site. `npm test` builds it under a sub-path and says where in TEST_SITE and
// TEST_BASE; by hand, after `npm run build`: npx playwright test (the site in dist, at /).
import path from 'node:path';
import { defineConfig } from 'playwright/test';
import { launchOptions } from './scripts/lib/browser.mjs';

const folder = process.env.TEST_SITE ?? path.resolve('dist');
const base = process.env.TEST_BASE ?? '/';
const port = Number(process.env.TEST_PORT ?? 43117);
// Set by `npm test`, which runs the projects one by one.
const stage = process.env['TEST_STAGE'] ?? 'e2e';

const webServer = {
  command: `node scripts/lib/serve.mjs "${folder}" ${base} ${port}`,
  url: `http://127.0.0.1:${port}${base}`,
  reuseExistingServer: false,
};

const launch = launchOptions();

/** The lab tests that hold milliseconds. */
const TIMED = /(?:^|\/)(?:checkpoints|contract|drag|main-thread|vae|vae-by-hand)\.spec\.ts$/;

export default defineConfig({
  outputDir: `test-results/${stage}`,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  globalTimeout: 1_200_000,
  workers: 2,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: `test-results/${stage}.json` }]],
  // The engine's tests bring a page of their own.
  ...(stage === 'engine' ? {} : { webServer }),
  use: {
    baseURL: `http://127.0.0.1:${port}${base}`,
    viewport: { width: 1280, height: 720 },
    // Every test meets what the server has, not what an earlier page has kept; tests/e2e/lib/deployed.ts lets them in.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    launchOptions: launch,
  },
  projects: [
    // Reads pages: many short tests, side by side.
    { name: 'pages', testDir: 'tests/e2e/pages', fullyParallel: true, workers: 2 },
    // Trains and times: one at a time, or they would measure each other.
    // A second try, since a noisy machine may take a core away in the middle of a timed press.
    { name: 'labs', testDir: 'tests/e2e/labs', testMatch: TIMED, workers: 1, retries: 1 },
    // Trains and breaks: what counts is how it ends, so two at a time.
    { name: 'instruments', testDir: 'tests/e2e/labs', testIgnore: TIMED, workers: 2, retries: 1 },
    // The engine in a page of its own, without the site.
    // Chromium offers WebGPU in software to those who say that they know.
    {
      name: 'engine',
      testDir: 'tests/browser',
      testMatch: '**/*.spec.ts',
      workers: 1,
      use: { launchOptions: { ...launch, args: [...launch.args, '--enable-unsafe-webgpu'] } },
    },
  ],
});

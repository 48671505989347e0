// Finding a browser: an explicit wish is obeyed or refused, never ignored.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { findBrowser } from '../../../scripts/lib/browser.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'browser-'));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

test('a wished browser that does not exist is an error that names it', () => {
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
  expect(() => findBrowser()).toThrow('/nowhere/chromium');
});

test('the browser on the PATH is found', () => {
  const program = path.join(folder, 'chromium');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  vi.stubEnv('CHROMIUM_PATH', undefined);
  vi.stubEnv('PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', undefined);
  vi.stubEnv('PATH', folder);
  expect(findBrowser()).toBe(program);
});

// Unit tests: plain Node, TypeScript imported directly. The browser's tests are Playwright's.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // tfjs's "main" files are CommonJS; the site and the scripts run its ES modules, so the tests do too.
  resolve: { mainFields: ['module', 'main'] },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    testTimeout: 20_000,
    server: { deps: { inline: [/@tensorflow\//] } },
  },
});

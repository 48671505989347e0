// Unit tests: plain Node, TypeScript imported directly. The browser's tests are Playwright's.
import { compileModule } from 'svelte/compiler';
import { defineConfig } from 'vitest/config';

/** Compiles the runes of `.svelte.ts` modules, after their types are stripped, as a build renders them: without a DOM. */
const runes = {
  name: 'runes',
  enforce: 'post' as const,
  transform(code: string, file: string) {
    if (!file.endsWith('.svelte.ts')) return;
    const { js } = compileModule(code, { filename: file, generate: 'server' });
    return { code: js.code, map: js.map };
  },
};

export default defineConfig({
  plugins: [runes],
  // tfjs's "main" files are CommonJS; the site and the scripts run its ES modules, so the tests do too.
  resolve: { mainFields: ['module', 'main'] },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    setupFiles: ['tests/properties.ts'],
    // Machines that share their cores are slow at times; no test waits without reason.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    server: { deps: { inline: [/@tensorflow\//] } },
  },
});

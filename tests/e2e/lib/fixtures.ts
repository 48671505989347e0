// The `test` of every browser test: a page that fails its test on any console error, uncaught exception,
// failed request or request to another origin. A test that provokes faults names what it expects.
import { test as base } from 'playwright/test';

export { expect } from 'playwright/test';

interface Guard {
  /** Console and network complaints that this test provokes; everything else fails it. */
  readonly allow: (pattern: RegExp) => void;
}

export const test = base.extend<{ guard: Guard }>({
  guard: [
    async ({ page, baseURL }, use) => {
      const complaints: string[] = [];
      const allowed: RegExp[] = [];
      const origin = new URL(baseURL ?? '').origin;
      page.on('console', (message) => {
        if (message.type() === 'error') {
          complaints.push(`console error: ${message.text()} (${message.location().url})`);
        }
      });
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (/^https?:|^wss?:/.test(url.protocol) && url.origin !== origin) {
          complaints.push(`other origin: ${request.url()}`);
        }
      });
      page.on('response', (response) => {
        if (response.status() >= 400) {
          complaints.push(`status ${response.status()}: ${response.url()}`);
        }
      });
      await use({ allow: (pattern) => allowed.push(pattern) });
      const unexpected = complaints.filter(
        (text) => !allowed.some((pattern) => pattern.test(text)),
      );
      if (unexpected.length > 0) throw new Error(`The page complained:\n${unexpected.join('\n')}`);
    },
    { auto: true },
  ],
});

// Every page as a visitor meets it: wide and narrow, light and dark. Accessible by axe's default rules, nothing
// excluded; no sideways scrolling on a phone; no error, warning or foreign request (the fixture's guard).
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { addresses, pagesWithLabs } from '../lib/site.ts';

test('the site has its pages', () => {
  expect(addresses).toEqual(expect.arrayContaining(['', '404.html', 'variational/vae/']));
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test.describe(`${colorScheme}, ${width} pixels`, () => {
      test.use({ colorScheme, viewport: { width, height: 720 }, hasTouch: width === 360 });

      for (const address of addresses) {
        test(`/${address} is accessible and fits`, async ({ page }) => {
          test.slow(); // axe measures the contrast of every symbol of every equation
          await page.goto(address);
          await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
          if (pagesWithLabs.some((each) => each.address === address)) {
            const lab = page.locator('[data-lab]').first();
            await lab.scrollIntoViewIfNeeded();
            await expect(lab).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
          }
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, 'pixels of sideways scrolling').toBe(0);
          expect(await lastingViolations(page)).toEqual([]);
        });
      }
    });
  }
}

/**
 * What axe finds, by rule and place. Code blocks become focusable only once a script has measured them, so a
 * violation counts when a second look finds it too.
 */
async function lastingViolations(page: Page): Promise<string[]> {
  let found: string[] = [];
  for (const wait of [0, 2000]) {
    await page.waitForTimeout(wait);
    const { violations } = await new AxeBuilder({ page }).analyze();
    found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
    if (found.length === 0) break;
  }
  return found;
}

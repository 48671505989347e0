// What is left without a network after one visit, and what a new deployment makes of it.
import type { Page } from 'playwright/test';
import { expect, kept, test } from '../lib/deployed.ts';
import { VaePage, vaeAddress } from '../lib/vae-lab.ts';

test.describe.configure({ timeout: 180_000 });

/** Waits until files like all of these are kept. */
async function allKept(page: Page, ...wanted: RegExp[]): Promise<void> {
  await expect
    .poll(
      async () => {
        const files = Object.values(await kept(page)).flat();
        return wanted.filter((pattern) => !files.some((file) => pattern.test(file)));
      },
      { timeout: 30_000 },
    )
    .toEqual([]);
}

const shell = [/^offline\/index\.html/, /^_astro\/common\..*\.css$/];
const engine = [/lab\.worker/, /\.wasm$/, /weights\.safetensors/, /-gallery-images\.pack/];

test('after one visit the page and its lab work without a network, training included', async ({
  page,
  site,
}) => {
  const lab = new VaePage(page);
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.trainsTo(1);
  await allKept(page, ...shell, ...engine, /-train-images\.pack/, /^variational\/vae\/$/);
  site.cut();

  await lab.open(vaeAddress);
  expect(await lab.pixels(lab.mean)).not.toBe('poster');
  await lab.press('Train');
  await lab.trainsTo(20);
  expect(await lab.loss()).toBeGreaterThan(0);
});

test('parts of a page that nobody has scrolled to work without a network too', async ({
  page,
  site,
}) => {
  const parts = site.files(/^_astro\/(?:VaeLab|Predict|line-plot)\..*\.js$/);
  expect(parts.length).toBeGreaterThan(2);
  await page.setViewportSize({ width: 1280, height: 300 });
  await page.goto(vaeAddress);
  await allKept(page, ...parts.map((file) => new RegExp(file)));
});

test('a page that was not visited says so, and names those that were', async ({ page, site }) => {
  await page.goto('');
  await allKept(page, ...shell, /^$/);
  site.cut();
  await page.goto(vaeAddress);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are offline');
  await page.getByRole('main').getByRole('link', { name: 'Bottleneck' }).click();
  await expect(page).toHaveURL(site.url);
});

test('a new deployment replaces the old one: its pages, and the files that it no longer has', async ({
  page,
  site,
}) => {
  await page.goto('glossary/');
  await allKept(page, ...shell, /^glossary\/$/);
  const before = await kept(page);
  const [chunk = ''] = site.files(/^_astro\/common\..*\.css$/);
  await site.redeploy(() => {
    // As a build does it: other content, another name, and the pages ask for the new one.
    const renamed = chunk.replace('common.', 'common.new-');
    site.rename(chunk, renamed);
    for (const file of site.files(/\.html$/)) {
      site.rewrite(file, (html) =>
        html.replaceAll(chunk, renamed).replace('<h1', '<p>The second version</p><h1'),
      );
    }
  });

  await page.goto('glossary/');
  await expect(page.getByText('The second version')).toBeVisible();
  await allKept(page, /common\.new-/, /^glossary\/$/);
  await expect.poll(async () => Object.values(await kept(page)).flat()).not.toContain(chunk);
  const after = Object.keys(await kept(page));
  const dropped = Object.keys(before).filter((name) => /:(?:pages|others):/.test(name));
  expect(dropped.length).toBeGreaterThan(0);
  expect(after.filter((name) => dropped.includes(name))).toEqual([]);

  site.cut();
  await page.goto('glossary/');
  await expect(page.getByText('The second version')).toBeVisible();
});

test('an island that a new deployment has removed asks the reader to reload', async ({
  page,
  site,
  guard,
}) => {
  guard.allow(/status 404/);
  guard.allow(/Failed to load resource/);
  guard.allow(/Error hydrating/);
  for (const file of site.files(/^_astro\/VaeLab\./)) site.remove(file);
  await page.goto(vaeAddress);
  await page.locator('[data-lab="vae"]').scrollIntoViewIfNeeded();
  // Astro tries a second time, a second later.
  await expect(page.getByText('The site was updated. Reload the page.')).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('a kept file that is not what was published is fetched again', async ({ page, site }) => {
  const lab = new VaePage(page);
  await lab.open(vaeAddress);
  await allKept(page, ...shell, ...engine);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        if (request.url.includes('.safetensors')) await cache.put(request, new Response('spoilt'));
      }
    }
  });
  await lab.open(vaeAddress);
  site.cut();
  await lab.open(vaeAddress);
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');
});

test('a browser that asks to save data is left without a service worker', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
  });
  await page.goto('');
  await page.waitForLoadState('networkidle');
  expect(
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length),
  ).toBe(0);
});

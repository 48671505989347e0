// Where nothing can compute (no WebAssembly, no WebGL, no WebGPU) the lab is a recorded run of itself, and says so.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { buttonNames, type Lab } from '../lib/lab.ts';
import { LevelPage, levelAddress } from '../lib/level-lab.ts';
import { UnitPage, unitAddress } from '../lib/unit-lab.ts';
import { VaePage, vaeAddress } from '../lib/vae-lab.ts';

test.describe.configure({ timeout: 120_000 });

/** Takes from the training worker all that a backend could be made of. */
async function withoutBackends(page: Page): Promise<void> {
  await page.route(/\/lab\.worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const nothing = `for (const name of ['WebAssembly', 'OffscreenCanvas', 'WorkerNavigator']) self[name] = undefined;
      Object.defineProperty(navigator, 'gpu', { value: undefined });`;
    await route.fulfill({ response, body: `${nothing}\n${await response.text()}` });
  });
}

async function openRecorded<L extends Lab>(lab: L, address: string): Promise<L> {
  await withoutBackends(lab.page);
  await lab.page.goto(address);
  // Its place, since the lab itself is replaced meanwhile.
  await lab.page.locator(`#lab-${lab.slug}`).scrollIntoViewIfNeeded();
  await lab.reaches('recorded', 30_000);
  await expect(lab.button('Train')).toBeEnabled();
  return lab;
}

test('a recorded run takes the lab’s place, labelled, and its buttons play it', async ({
  page,
}) => {
  const lab = await openRecorded(new VaePage(page), vaeAddress);
  await expect(lab.root).toContainText(
    'Nothing here can compute. This is a recorded run of the same lab.',
  );
  for (const name of buttonNames) await expect(lab.button(name)).toBeEnabled();
  expect(await lab.step()).toBe(0);
  expect(await lab.attribute('loss')).toBe('');

  const before = await lab.pixels(lab.mean);
  await lab.press('Train');
  await lab.trainsTo(3);
  expect(await lab.attribute('state')).toBe('recorded');
  expect(await lab.loss()).toBeGreaterThan(100);
  await lab.press('Pause');
  const paused = await lab.step();
  await page.waitForTimeout(1500);
  expect(await lab.step()).toBe(paused);
  expect(await lab.changed(lab.mean, before)).not.toBe('poster');

  await lab.press('Step');
  expect(await lab.step()).toBeGreaterThan(paused);
  await lab.press('Reset');
  expect(await lab.step()).toBe(0);
  expect(await lab.attribute('loss')).toBe('');
  expect(await lab.changed(lab.mean, 'poster')).toBe(before);
});

test('the recorded pictures answer the reader: another image, another moment, a place on the plane', async ({
  page,
}) => {
  const lab = await openRecorded(new VaePage(page), vaeAddress);
  await lab.slider('Recorded moment').press('End');
  expect(await lab.step()).toBeGreaterThan(1000);
  expect(await lab.loss()).toBeLessThan(170);
  const zero = await lab.settled(lab.mean);
  await lab.action('The 7').click();
  await lab.changed(lab.mean, zero);
  await expect(lab.x).toHaveAccessibleName('x: a 7');
  await lab.plane.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(lab.image(/nearest to the cursor/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(lab.image('Decoder mean of a 7')).toBeVisible();
});

test('a hierarchy’s recording shows its samples and the KL of every level, and its loss falls', async ({
  page,
}) => {
  const lab = await openRecorded(new LevelPage(page), levelAddress);
  const samples = lab.image('Decoder means of 16 codes drawn from the priors');
  const before = await lab.settled(samples);
  await lab.press('Step');
  expect(await lab.step()).toBe(1);
  expect(await lab.loss()).toBeGreaterThan(400);
  await lab.slider('Recorded moment').press('End');
  expect(await lab.step()).toBeGreaterThan(1000);
  expect(await lab.loss()).toBeLessThan(125);
  expect(await lab.changed(samples, before)).not.toBe('poster');
  await expect(lab.root).toContainText('KL per level');
  await expect(lab.root).toContainText('z₃');
});

test('the recorded run of the first lab shows what each unit is worth, and its error falls', async ({
  page,
}) => {
  const lab = await openRecorded(new UnitPage(page), unitAddress);
  const units = lab.image(/without each unit of the code/);
  const before = await lab.settled(units);
  await lab.press('Step');
  expect(await lab.step()).toBe(1);
  const early = await lab.loss();
  await lab.slider('Recorded moment').press('End');
  expect(await lab.step()).toBeGreaterThan(1000);
  expect(await lab.loss()).toBeLessThan(early / 2);
  const late = await lab.changed(units, before);
  await lab.action('The 3').click();
  await lab.changed(units, late);
});

for (const [slug, open] of [
  ['autoencoder', (page: Page) => openRecorded(new UnitPage(page), unitAddress)],
  ['vae', (page: Page) => openRecorded(new VaePage(page), vaeAddress)],
  ['hierarchical-vae', (page: Page) => openRecorded(new LevelPage(page), levelAddress)],
] as const) {
  test(`on a phone the recorded lab "${slug}" fits and is accessible`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    const lab = await open(page);
    await lab.press('Step');
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide, 'pixels of sideways scrolling').toBe(0);
    const { violations } = await new AxeBuilder({ page }).include(`[data-lab="${slug}"]`).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`)).toEqual([]);
  });
}

// The lab on likelihood and outliers in the page: the report's picture first, live scores that agree with the report,
// bins and probes, the other direction, and the lab at 360 pixels.
import { readFile } from 'node:fs/promises';
import { expect, test } from '../lib/fixtures.ts';
import { Lab } from '../lib/lab.ts';
import { vaeAddress } from '../lib/vae-lab.ts';

test.setTimeout(120_000);

class Outliers extends Lab {
  constructor(page: ConstructorParameters<typeof Lab>[0]) {
    super(page, 'outlier');
  }

  action(name: string) {
    return this.root.getByRole('button', { name, exact: true });
  }

  get histogram() {
    return this.root.getByRole('img', { name: /^Histograms of/ });
  }

  async score(images: number): Promise<void> {
    await this.action('Score images').click();
    await expect(this.root).toContainText(`${images} of ${images} images scored`, {
      timeout: 90_000,
    });
  }

  /** The area under the ROC curve of a score by its name. */
  async area(name: string): Promise<number> {
    const row = this.root.locator('label', { hasText: name });
    return Number((await row.innerText()).replace(name, '').trim());
  }
}

test('the static page shows the report’s histograms and its area', async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    ...(baseURL ? { baseURL } : {}),
  });
  const page = await context.newPage();
  await page.goto(vaeAddress);
  const lab = new Outliers(page);
  await expect(lab.root).toHaveAttribute('data-state', 'idle');
  await expect(lab.action('Score images')).toBeDisabled();
  await expect(lab.histogram).toHaveAttribute('aria-label', /clothes, 10000 images/);
  expect(await lab.histogram.locator('path').count()).toBe(2);
  await context.close();
});

test('live scores agree with the report, likelihood fails and squared error does not', async ({
  page,
}) => {
  const report = JSON.parse(await readFile('src/content/reports/vae-outliers.json', 'utf8')) as {
    readings: Record<string, { value: number } | undefined>;
  };
  const lab = new Outliers(page);
  await lab.open(vaeAddress);
  await lab.score(400);
  // Two hundred of each: a standard error of 0.03, taken thrice.
  const published = report.readings['auc']?.value ?? NaN;
  expect(Math.abs((await lab.area('negative ELBO')) - published)).toBeLessThan(0.09);
  const kl = report.readings['kl-auc']?.value ?? NaN;
  expect(Math.abs((await lab.area('KL to the prior')) - kl)).toBeLessThan(0.09);
  expect(await lab.area('−log p(x)')).toBeLessThan(0.65);
  expect(await lab.area('squared error')).toBeGreaterThan(0.9);
  await expect(lab.root).toHaveAttribute('data-model', 'vae-fashion-2d');
});

test('a bin shows its images, by click and by key; a probe and a drawing are scored', async ({
  page,
}) => {
  const lab = new Outliers(page);
  await lab.open(vaeAddress);
  await lab.root.getByRole('slider', { name: 'Images of each kind' }).press('ArrowLeft');
  await lab.score(200);
  const inBin = () => lab.root.getByRole('region', { name: 'Images in the bin' }).innerText();
  const before = await inBin();
  const box = await lab.histogram.boundingBox();
  await lab.histogram.click({ position: { x: 0.35 * (box?.width ?? 0), y: 60 } });
  await expect.poll(inBin).not.toBe(before);
  const clicked = await inBin();
  await lab.root.getByRole('slider', { name: 'Look into the bin from' }).press('ArrowRight');
  await expect.poll(inBin).not.toBe(clicked);

  const probes = lab.root.getByRole('region', { name: 'Images that are in no data set' });
  await expect(probes).toContainText(/empty, all 0\s*\d+ nats; above 0 of 100 garments/);
  const pad = lab.root.getByRole('application', { name: 'Draw an image to score' });
  await pad.scrollIntoViewIfNeeded();
  const sheet = await pad.boundingBox();
  if (!sheet) throw new Error('There is no pad to draw on');
  await page.mouse.move(sheet.x + 0.5 * sheet.width, sheet.y + 0.2 * sheet.height);
  await page.mouse.down();
  await page.mouse.move(sheet.x + 0.5 * sheet.width, sheet.y + 0.8 * sheet.height, { steps: 5 });
  await page.mouse.up();
  await expect(probes).toContainText(/your drawing\s*\d+ nats/);
});

test('turned round it works, which answers the exercise', async ({ page }) => {
  const lab = new Outliers(page);
  await lab.open(vaeAddress);
  const exercise = page.locator('[data-predict="vae-outlier-reverse"]');
  await exercise.scrollIntoViewIfNeeded(); // it wakes when it is in sight
  await exercise.getByRole('radio', { name: /^close to 1/ }).check();
  await exercise.getByRole('button', { name: 'Commit to this answer' }).click();
  await lab.root.scrollIntoViewIfNeeded();
  await lab.root.getByLabel('Model').selectOption('vae-mnist-2d');
  await expect(lab.root).toHaveAttribute('data-model', 'vae-mnist-2d');
  await lab.reaches('ready', 20_000);
  await lab.root.getByRole('slider', { name: 'Images of each kind' }).press('ArrowLeft');
  await lab.score(200);
  expect(await lab.area('−log p(x)')).toBeGreaterThan(0.98);
  await expect(exercise).toHaveAttribute('data-stage', 'answered');
  await expect(exercise).toContainText('As you predicted');
});

test('Stop keeps what is scored, and going on finishes it', async ({ page }) => {
  const lab = new Outliers(page);
  await lab.open(vaeAddress);
  await lab.action('Score images').click();
  await expect(lab.root).toContainText(/\d+ of 400 images scored/, { timeout: 30_000 });
  await lab.action('Stop').click();
  await page.waitForTimeout(1500);
  const text = /(\d+) of 400 images scored/.exec(await lab.root.innerText())?.[0] ?? '';
  await page.waitForTimeout(1000);
  expect(await lab.root.innerText()).toContain(text);
  await lab.score(400);
});

test.describe('360 pixels wide', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('nothing reaches over the edge', async ({ page }) => {
    const lab = new Outliers(page);
    await lab.open(vaeAddress);
    await lab.action('Score images').tap();
    await expect(lab.root).toContainText(/\d+ of 400 images scored/, { timeout: 30_000 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });
});

// The convolutional lab: maps of every layer answer the image and the pointer, receptive fields are outlined by hand and by
// key, the meter counts, a skip empties the code, maps move by fours, and a fully connected network stands beside.
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { Lab } from '../lib/lab.ts';

const address = 'foundations/convolutional/';
test.describe.configure({ timeout: 180_000 });

class ConvolutionalPage extends Lab {
  constructor(page: Page) {
    super(page, 'convolutional');
  }

  tab(name: string): Locator {
    return this.root.getByRole('tab', { name, exact: true });
  }

  /** A layer's maps, by the layer's name on the page. */
  maps(name: string): Locator {
    return this.root.getByRole('application', { name: new RegExp(`^${name},`) });
  }

  choice(group: string, name: string): Locator {
    return this.root
      .getByRole('group', { name: group, exact: true })
      .getByRole('radio', { name, exact: true });
  }

  async network(id: string): Promise<void> {
    await this.root.getByRole('combobox', { name: 'Network', exact: true }).selectOption(id);
    await expect(this.root).toHaveAttribute('data-model', id, { timeout: 30_000 });
  }

  /** A squared error that the lab reads out: of x, or of the ten images. */
  async error(of: 'x' | 'the ten'): Promise<number> {
    const title = of === 'x' ? /^Of this x/ : /^Of the ten images/;
    const text = await this.root.getByTitle(title).innerText();
    return Number(/\d\.\d+/.exec(text)?.[0] ?? NaN);
  }
}

let lab: ConvolutionalPage;
test.beforeEach(({ page }) => {
  lab = new ConvolutionalPage(page);
});

const pixelsOf = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node) => (node as HTMLCanvasElement).toDataURL());

test('every layer’s maps are there, and another image has others', async () => {
  await lab.open(address);
  for (const name of ['x', 'encoder 1', 'encoder 2', 'code z', 'unflattened', 'decoder 1']) {
    await expect(lab.maps(name)).toBeVisible();
  }
  const canvas = lab.maps('encoder 1').locator('canvas');
  await expect(canvas).toBeVisible();
  const before = await pixelsOf(canvas);
  await lab.root.getByRole('button', { name: 'Another 3' }).click();
  await expect.poll(() => pixelsOf(canvas)).not.toBe(before);
  expect(await lab.error('x')).toBeLessThan(0.03);
});

test('what a unit sees is outlined, by pointer and by key, and said', async ({ page }) => {
  await lab.open(address);
  const sheet = lab.maps('encoder 2');
  const box = await sheet.boundingBox();
  if (!box) throw new Error('The maps are not on the page.');
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.3 * box.height); // within a map, not between two
  await expect(lab.maps('x').locator('rect')).toHaveCount(1);
  await expect(lab.maps('encoder 1').locator('rect')).toHaveCount(16);
  await page.mouse.move(5, 5);
  await expect(lab.maps('x').locator('rect')).toHaveCount(0);

  await sheet.focus();
  await page.keyboard.press('ArrowRight');
  await expect(sheet).toHaveAccessibleName(/Map 1, row 4, column 4/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('PageDown');
  await expect(sheet).toHaveAccessibleName(/Map 2, row 4, column 5/);
  await expect(lab.root).toContainText('It depends on 7 × 7 pixels of x.');
  const field = await lab
    .maps('x')
    .locator('rect')
    .first()
    .evaluate((rect) => [
      rect.getAttribute('x'),
      rect.getAttribute('y'),
      rect.getAttribute('width'),
      rect.getAttribute('height'),
    ]);
  expect(field).toEqual(['13', '9', '7', '7']);
  await page.keyboard.press('Escape');
  await expect(lab.maps('x').locator('rect')).toHaveCount(0);
});

test('the meter counts the code against the image: fewer, or four times as many', async () => {
  await lab.open(address);
  await expect(lab.root).toContainText('24.5 times fewer than the image has pixels');
  await expect(lab.root).toContainText('111,521 parameters');
  await lab.network('cae-mnist-32-64');
  await expect(lab.root).toContainText(
    '3,136 numbers in the code, 4 times as many as the image has pixels: no bottleneck.',
  );
  await expect(lab.root).toContainText('37,569 parameters');
});

test('another digit’s code paints that digit; with a skip around it, it changes hardly anything', async () => {
  await lab.open(address);
  await expect.poll(() => lab.error('the ten')).toBeLessThan(0.01);
  await lab.choice('Swap', 'Code').check({ force: true });
  await expect(lab.root.getByRole('img', { name: 'The image that lends it: a 3' })).toBeVisible();
  await expect.poll(() => lab.error('the ten')).toBeGreaterThan(0.05);
  await lab.choice('Skip', 'On').check({ force: true });
  await expect(lab.root).toHaveAttribute('data-model', 'cae-mnist-d32-skip', { timeout: 30_000 });
  await expect(lab.choice('Swap', 'Code')).toBeChecked();
  await expect.poll(() => lab.error('the ten')).toBeLessThan(0.005);
  await lab.choice('Swap', 'Skip').check({ force: true });
  await expect.poll(() => lab.error('the ten')).toBeGreaterThan(0.05);
});

test('the last maps agree after four pixels and not after three', async () => {
  await lab.open(address);
  await lab.tab('Shift').click();
  const bars = lab.root.getByRole('img', { name: /^Moved back/ });
  await expect(bars).toBeVisible({ timeout: 20_000 });
  const label = (await bars.getAttribute('aria-label')) ?? '';
  const at = (by: number) => Number(new RegExp(`\\b${by}: ([\\d.]*\\d)`).exec(label)?.[1]);
  expect(at(4)).toBeLessThan(0.005);
  expect(at(3)).toBeGreaterThan(0.05);
});

test('kernels and the painted pattern are the network’s own', async () => {
  await lab.open(address);
  await lab.tab('Kernels').click();
  await expect(lab.root.getByText('all 16').first()).toBeVisible({ timeout: 20_000 });
  await lab.network('cae-mnist-16-32');
  await lab.tab('Checkerboard').click();
  await expect(lab.root.getByText(/of the range from paper to ink/)).toBeVisible();
  await expect(
    lab.root.getByRole('img', { name: /^Decoder mean of the levelled code/ }),
  ).toBeVisible();
});

test('a fully connected network of equal code size stands beside it, and both train abreast', async () => {
  await lab.open(address);
  await lab.root.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(lab.root.getByRole('group', { name: 'Comparison' })).toBeVisible();
  const b = lab.root.getByRole('region', { name: 'Network B' });
  await expect(b).toContainText('ae 784-128-64-32');
  await expect(b).toContainText('222,384');
  await lab.press('Train');
  await lab.trainsTo(10, 90_000);
  await lab.press('Pause');
  await lab.reaches('paused');
  for (const letter of ['A', 'B']) {
    const side = lab.root.getByRole('region', { name: `Network ${letter}` });
    await expect(side.locator('dd').nth(3)).toHaveText(/^\d/); // milliseconds a step
  }
  await lab.root.getByRole('button', { name: 'Close B' }).click();
  await expect(lab.root.getByRole('group', { name: 'Comparison' })).toHaveCount(0);
});

test('strides and pooling stand side by side with as many parameters', async () => {
  await lab.open(address);
  await lab.root.getByRole('button', { name: 'Compare', exact: true }).click();
  await lab.root
    .getByRole('combobox', { name: 'Compare', exact: true })
    .selectOption({ label: 'Strides beside pooling' });
  for (const letter of ['A', 'B']) {
    await expect(lab.root.getByRole('region', { name: `Network ${letter}` })).toContainText(
      '9,569',
      {
        timeout: 30_000,
      },
    );
  }
});

test('x is shown where it was moved to', async () => {
  await lab.open(address);
  const canvas = lab.root.getByRole('img', { name: /^x: / }).locator('canvas');
  await expect(canvas).toBeVisible();
  const before = await pixelsOf(canvas);
  await lab.root.getByRole('slider', { name: /^Move x/ }).press('ArrowRight');
  await expect.poll(() => pixelsOf(canvas)).not.toBe(before);
});

test('the network with pooling trains on wasm, from the seed', async () => {
  await lab.open(address);
  await lab.root
    .getByRole('combobox', { name: 'Network', exact: true })
    .selectOption({ label: '16 and 32 maps, pooling' });
  await expect(lab.root).toHaveAttribute('data-model', '', { timeout: 30_000 });
  await lab.press('Train');
  await lab.trainsTo(3, 90_000);
  await lab.press('Pause');
  await lab.reaches('paused', 20_000);
  expect(Number.isFinite(await lab.loss())).toBe(true);
});

test('the address brings the state back', async ({ page, context }) => {
  await lab.open(address);
  await lab.tab('Shift').click();
  await lab.choice('Swap', 'Code').check({ force: true });
  for (const part of [/^#convolutional\.v1:/, /tab=shift/, /swap=code/]) {
    await expect.poll(() => new URL(page.url()).hash).toMatch(part);
  }
  const other = new ConvolutionalPage(await context.newPage());
  await other.page.goto(page.url());
  await other.wake();
  await expect(other.tab('Shift')).toHaveAttribute('aria-selected', 'true');
  await expect(other.choice('Swap', 'Code')).toBeChecked();
});

test('on a phone it fits, and every panel is accessible', async ({ page }) => {
  test.slow(); // five analyses
  await page.setViewportSize({ width: 360, height: 740 });
  await lab.open(address);
  for (const name of ['Sizes', 'Loss', 'Kernels', 'Shift', 'Checkerboard']) {
    await lab.tab(name).click();
    await page.waitForTimeout(400);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide, `pixels of sideways scrolling with ${name}`).toBe(0);
    const { violations } = await new AxeBuilder({ page })
      .include('[data-lab="convolutional"]')
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`)).toEqual([]);
  }
});

test('it fits a laptop’s screen', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await lab.open(address);
  const box = await lab.root.boundingBox();
  expect(box?.height).toBeLessThanOrEqual(720);
});

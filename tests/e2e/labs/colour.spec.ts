// A CIFAR-10 file in the fully connected lab: taken in colour, trained from scratch, looked at in every panel, and left
// again with nothing lost.
import { writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from 'playwright/test';
import { DensePage } from '../lib/dense-lab.ts';
import { expect, test } from '../lib/fixtures.ts';
import { mainThreadTasks } from '../lib/trace.ts';

const address = 'foundations/fully-connected/';

let lab: DensePage;
let panel: Locator;

test.beforeEach(async ({ page }) => {
  test.setTimeout(360_000); // axe looks at the lab six times
  lab = new DensePage(page);
  await lab.open(address);
  await lab.root.getByRole('tab', { name: 'Your data' }).click();
  panel = lab.root.getByRole('tabpanel');
  await expect(panel.getByRole('button', { name: 'Choose files' })).toBeVisible();
});

/** Records as CIFAR-10's: a red disc on dark blue, elsewhere in each. */
function cifar(count: number): Buffer {
  const file = Buffer.alloc(3073 * count);
  for (let i = 0; i < count; i++) {
    file[3073 * i] = i % 10;
    for (let p = 0; p < 1024; p++) {
      const disc = Math.hypot((p % 32) - 10 - (i % 12), Math.floor(p / 32) - 16) < 9;
      const colour = disc ? [230, 40, 30] : [20, 30, 120];
      colour.forEach((value, channel) => (file[3073 * i + 1 + 1024 * channel + p] = value));
    }
  }
  return file;
}

/** A file on the disc: one handed over in memory would be decoded by the page's main thread. */
function give(name: string, bytes: Buffer): Promise<void> {
  const file = test.info().outputPath(name);
  writeFileSync(file, bytes);
  return panel.locator('input[type=file]').setInputFiles(file);
}
const choice = (name: string | RegExp) => panel.getByRole('radio', { name });
const reconstruction = () => lab.image(/^Reconstruction, decoded from/);

async function toColour(count = 150): Promise<void> {
  await give('data_batch_1.bin', cifar(count));
  await expect(panel.getByText(/data_batch_1\.bin: kept in colour, 32 × 32/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(panel.getByText(/a network of 3,072 inputs.*with new weights/)).toBeVisible();
  await choice(/^CIFAR-10, colour/).check({ force: true });
  await expect(lab.root).toHaveAttribute('data-model', '');
  await lab.reaches('ready');
}

/** Mean red, green and blue of a picture's canvas. */
const meanColour = (picture: Locator) =>
  picture.evaluate((element) => {
    const canvas = element.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) throw new Error('There is no picture');
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const sums = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      for (const channel of [0, 1, 2]) sums[channel]! += data[i + channel]!;
    }
    return { side: canvas.width, mean: sums.map((sum) => (4 * sum) / data.length) };
  });

test('it is learnt in colour from scratch, the reconstruction is coloured, and the way back loses nothing', async ({
  page,
}) => {
  await toColour();
  await expect(lab.root.getByText('3072-128-64-32')).not.toHaveCount(0);
  await expect(lab.root.getByText('810,400 parameters')).toBeVisible();
  await expect(panel.getByText(/120 to train on, 30 held out/)).toBeVisible();
  await expect(lab.root.getByText(/No PCA of these images is here/).first()).toBeVisible();
  await expect(lab.root.getByRole('radio', { name: 'Draw', exact: true })).toBeDisabled();
  const x = await meanColour(lab.image(/^x: /));
  expect(x.side).toBe(32);
  expect(x.mean[2]).toBeGreaterThan(x.mean[1]! + 20); // blue ground

  await lab.press('Train');
  await lab.trainsTo(5, 60_000);
  const early = await lab.loss();
  await lab.trainsTo(80, 150_000);
  await lab.press('Pause');
  await lab.reaches('paused');
  expect(await lab.loss()).toBeLessThan(0.6 * early);
  await expect
    .poll(async () => {
      const { side, mean } = await meanColour(reconstruction());
      return side === 32 && Math.min(mean[0]!, mean[2]!) - mean[1]! > 15;
    })
    .toBe(true); // red and blue, little green: no grey picture is that

  // An address holds no images: it says the same network on digits.
  expect(page.url()).not.toContain('3072');

  await choice('MNIST').click({ force: true });
  await expect(lab.root.getByText(/updates of this run will be lost/)).toBeVisible();
  await lab.root.getByRole('button', { name: 'Keep it' }).click();
  await expect(choice(/^CIFAR-10, colour/)).toBeChecked();
  expect(await lab.step()).toBeGreaterThanOrEqual(80);
  await choice('MNIST').click({ force: true });
  await lab.root.getByRole('button', { name: 'Throw it away' }).click();
  await expect(lab.root).toHaveAttribute('data-model', 'ae-mnist-d32', { timeout: 20_000 });
  await lab.reaches('ready');
  expect((await meanColour(reconstruction())).side).toBe(28);
  await expect(lab.root.getByText('222,384 parameters')).toBeVisible();
  await expect(panel.getByText('CIFAR-10, colour (150)')).toBeVisible();
  await choice(/^CIFAR-10, colour/).check({ force: true });
  await lab.reaches('ready');
  await expect(lab.root.getByText('3072-128-64-32')).not.toHaveCount(0);
});

test('every panel shows colour, on a phone too, and axe finds nothing', async ({ page }) => {
  await toColour(120);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 20_000 });
  await lab.root.getByRole('button', { name: 'Another cat, class 3' }).click();
  await expect(lab.root.getByText('a cat, held out')).toBeVisible();
  for (const [tab, shows] of [
    ['Pictures', lab.grid('Held-out images')],
    ['Neighbours', lab.grid(/^Held-out images whose codes are nearest/)],
    ['Between', lab.grid(/^Decoded codes on the line/)],
    ['Noise', lab.grid('Decoded draws from N(0, I)')],
    ['Error', lab.root.getByRole('img', { name: /^Error against code size. No PCA/ })],
    ['Your data', lab.grid('Your colour images')],
  ] as const) {
    await lab.root.getByRole('tab', { name: tab, exact: true }).click();
    await expect(shows.first()).toBeVisible();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 720 });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide, `sideways scrolling with ${tab} at ${String(width)}`).toBe(0);
    }
    const { violations } = await new AxeBuilder({ page })
      .include('[data-lab="fully-connected"]')
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 720 });
  }
  await panel
    .getByRole('button', { name: /^Colour image \d+ of 120/ })
    .first()
    .click();
  await expect(lab.image(/^x: /)).toBeVisible();
  await lab.root.getByRole('tab', { name: 'Slow motion', exact: true }).click();
  await lab.root.getByRole('button', { name: 'One update, slowly' }).click();
  await expect(panel.getByText(/red, green, blue/).first()).toBeVisible({ timeout: 20_000 });
});

test('weights of colour are shown again where such images are, and else the lab says what is missing', async ({
  page,
}) => {
  await toColour(60);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 20_000 });
  await lab.root.getByRole('tab', { name: 'Keep', exact: true }).click();
  const arrives = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Weights', exact: true }).click();
  const file = await (await arrives).path();
  await panel.getByText('Load them in PyTorch').click();
  await expect(panel.getByText(/permute\(0, 2, 3, 1\)/).first()).toBeVisible();

  await page.reload();
  await lab.wake();
  await lab.root.getByRole('tab', { name: 'Keep', exact: true }).click();
  const open = () => panel.locator('input[type=file]').setInputFiles(file);
  await expect(panel.getByRole('button', { name: 'Open a file' })).toBeVisible();
  await open();
  await expect(
    panel.getByText(/32 × 32 in colour, and none are here\. Drop a CIFAR/),
  ).toBeVisible();
  expect(await lab.attribute('model')).toBe('ae-mnist-d32');

  await lab.root.getByRole('tab', { name: 'Your data' }).click();
  await give('data_batch_1.bin', cifar(60));
  await expect(panel.getByText('60 images added.')).toBeVisible({ timeout: 30_000 });
  await lab.root.getByRole('tab', { name: 'Keep', exact: true }).click();
  await open();
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 20_000 });
  await expect.poll(async () => (await meanColour(reconstruction())).side).toBe(32);
});

test('the same file may be taken in grey; too few images in colour, and wrong files, are told', async () => {
  await panel.getByText('How pictures are taken, and limits').click();
  await choice('In grey').check({ force: true });
  await give('batch.bin', cifar(12));
  await expect(panel.getByText(/batch\.bin: 32 × 32 colour turned to 28 × 28 grey/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(panel.getByText('My images (12)')).toBeVisible();
  await choice('In colour').check({ force: true });
  await give('few.bin', cifar(5));
  await expect(panel.getByText(/At least 10 are needed/)).toBeVisible({ timeout: 30_000 });
  await expect(choice(/^CIFAR-10, colour \(5\)/)).toBeDisabled();
  await panel.getByRole('button', { name: 'Remove colour images' }).click();
  await panel.getByRole('button', { name: 'Bring 5 colour images back' }).click();
  await expect(choice(/^CIFAR-10, colour \(5\)/)).toBeDisabled();
  const wrong = cifar(3);
  wrong[3073] = 77;
  await give('wrong.bin', wrong);
  await expect(panel.getByRole('alert')).toContainText(/wrong\.bin Record 2 has the label 77/);
});

test('the page stays free while 10,000 images in colour are chosen and learnt', async ({
  browser,
  page,
}) => {
  await give('data_batch_1.bin', cifar(10_000));
  await expect(panel.getByText('10,000 images added.')).toBeVisible({ timeout: 30_000 });
  const tasks = await mainThreadTasks(browser, page, async () => {
    await choice(/^CIFAR-10, colour/).check({ force: true });
    await expect(lab.root).toHaveAttribute('data-model', '');
    await lab.reaches('ready');
    await lab.press('Train');
    await lab.trainsTo(20, 90_000);
    await page.waitForTimeout(5_000);
  });
  expect(
    tasks.filter(({ cpu }) => cpu > 50).map(({ cpu, what }) => `${cpu.toFixed(0)} ms: ${what}`),
  ).toEqual([]);
});

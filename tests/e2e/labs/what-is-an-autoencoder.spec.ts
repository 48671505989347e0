// The course's first lab over a newcomer's path: a digit goes through the code and comes back, units are switched off and
// moved, codes of other sizes are tried, something is drawn, the network learns from nothing, and the address keeps it all.
import { expect, test } from '../lib/fixtures.ts';
import { UnitPage, unitAddress } from '../lib/unit-lab.ts';

test.describe.configure({ timeout: 120_000 });

let lab: UnitPage;

test.beforeEach(async ({ page }) => {
  lab = new UnitPage(page);
  await lab.open(unitAddress);
});

test('the pretrained network of eight units is shown, and a digit goes in and comes back', async () => {
  expect(await lab.attribute('model')).toBe('ae-mnist-d8');
  await expect(lab.switches).toHaveCount(8);
  let [x, picture] = [await lab.settled(lab.x), await lab.settled(lab.picture)];
  for (const digit of ['3', '8']) {
    await lab.action(`Another ${digit}`).click();
    x = await lab.changed(lab.x, x);
    picture = await lab.changed(lab.picture, picture);
  }
  expect(await lab.error()).toBeGreaterThan(0.001);
  expect(await lab.error()).toBeLessThan(0.1);
  expect(await lab.fromAllOn()).toBe(await lab.error());
});

test('each unit that is switched off changes the picture and the error at once; Back to x undoes it', async () => {
  const whole = await lab.settled(lab.picture);
  const error = await lab.error();
  const seen = new Set([whole]);
  for (const unit of [1, 4, 8]) {
    const before = await lab.pixels(lab.picture);
    await lab.unit(unit).uncheck();
    seen.add(await lab.changed(lab.picture, before));
  }
  expect(seen.size).toBe(4);
  expect(await lab.error()).toBeGreaterThan(error);
  expect(await lab.fromAllOn()).toBe(error);
  await lab.action('Back to x').click();
  await expect.poll(() => lab.pixels(lab.picture)).toBe(whole);
  expect(await lab.error()).toBe(error);
  await expect(lab.unit(4)).toBeChecked();
});

test('off is the mean or zero, and these are two pictures', async () => {
  const before = await lab.settled(lab.picture);
  await lab.unit(2).uncheck();
  const mean = await lab.changed(lab.picture, before);
  await lab.choose('Off means', 'zero');
  const zero = await lab.changed(lab.picture, mean);
  expect(zero).not.toBe(before);
  await expect(lab.root.getByText('with the same unit off')).toBeVisible();
  await expect(lab.root.getByText(/^1 unit off: [\d.]+ × as large/)).toBeVisible();
});

test('a unit is moved by the keyboard, and stays where it was put', async ({ page }) => {
  const before = await lab.settled(lab.picture);
  await lab.value(3).focus();
  await page.keyboard.press('End');
  await lab.changed(lab.picture, before);
  const most = Number(await lab.value(3).inputValue());
  await page.keyboard.press('Home');
  await expect.poll(async () => Number(await lab.value(3).inputValue())).toBeLessThan(most);
});

test('a code of two units, one of 32 and one of 800, each with its own way to switch units off', async () => {
  await lab.choose('Code size', '2');
  await expect(lab.root).toHaveAttribute('data-model', 'ae-mnist-d2');
  await expect(lab.switches).toHaveCount(2);
  for (const size of ['32', '800']) {
    await lab.choose('Code size', size);
    await expect(lab.root).toHaveAttribute('data-model', `ae-mnist-d${size}`);
    await expect(lab.root.getByText(`0 of ${size} off`)).toBeVisible();
    const before = await lab.settled(lab.picture);
    await lab.action('Switch it off').click();
    await expect(lab.root.getByText(`1 of ${size} off`)).toBeVisible();
    await expect(lab.action('Switch it on')).toBeVisible();
    if (size === '32') await lab.changed(lab.picture, before);
    await lab.map.click({ position: { x: 300, y: 20 } });
    await expect(lab.root.getByText(`2 of ${size} off`)).toBeVisible();
    await lab.action('Half off').click();
    await expect(lab.root.getByText(`${Number(size) / 2} of ${size} off`)).toBeVisible();
    await lab.changed(lab.picture, before);
  }
});

test('what is drawn with the mouse is encoded and decoded', async ({ page }) => {
  const before = await lab.settled(lab.picture);
  await lab.root.getByRole('radio', { name: 'Draw' }).click();
  const box = await lab.pad.boundingBox();
  if (!box) throw new Error('There is no pad to draw on.');
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.2 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.7 * box.width, box.y + 0.8 * box.height, { steps: 8 });
  await page.mouse.up();
  await lab.changed(lab.picture, before);
  expect(await lab.error()).toBeGreaterThan(0);
});

test('what the encoder gets of a drawing stands beside it: scaled, and centred by its mass', async ({
  page,
}) => {
  await lab.root.getByRole('radio', { name: 'Draw' }).click();
  const made = lab.image('x as 28 × 28 pixels');
  await expect(made).toBeVisible();
  expect(await lab.pixels(made)).toBe('poster');
  const box = await lab.pad.boundingBox();
  if (!box) throw new Error('There is no pad to draw on.');
  // A small stroke in a corner.
  await page.mouse.move(box.x + 0.1 * box.width, box.y + 0.1 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.1 * box.width, box.y + 0.35 * box.height, { steps: 8 });
  await page.mouse.up();
  await lab.settled(made);
  const ink = await made.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, 28, 28).data ?? [];
    const paper = data[0]!;
    const rows: number[] = [];
    let [mass, across] = [0, 0];
    for (let i = 0; i < 784; i += 1) {
      const value = Math.abs(data[4 * i]! - paper);
      mass += value;
      across += value * ((i % 28) + 0.5);
      if (value > 99) rows.push(Math.floor(i / 28));
    }
    return { centre: across / mass, height: 1 + Math.max(...rows) - Math.min(...rows) };
  });
  expect(ink.centre).toBeCloseTo(14.5, 0);
  expect(ink.height).toBeGreaterThanOrEqual(19);
});

test('trained from nothing, the picture gets better', async () => {
  await lab.press('Reset');
  await expect(lab.root).toHaveAttribute('data-model', '');
  await lab.settled(lab.picture);
  const grey = await lab.error();
  await lab.press('Train');
  await lab.trainsTo(250, 90_000);
  await lab.press('Pause');
  await lab.reaches('paused');
  await lab.settled(lab.picture);
  expect(await lab.error()).toBeLessThan(0.6 * grey);
});

test('two networks get the same digit side by side', async () => {
  await lab.action('Compare').click();
  for (const name of ['A', 'B']) {
    await expect(
      lab.root.getByRole('group', { name: `Network ${name}`, exact: true }),
    ).toBeVisible();
    await lab.settled(lab.image(new RegExp(`^x̂ of ${name}, made from`)));
  }
  await expect(lab.image('x̂ of B, made from 32 numbers')).toBeVisible();
  await lab.action('Close B').click();
  await expect(lab.root.getByRole('group', { name: 'Network B', exact: true })).toHaveCount(0);
});

test('the address names the network and the units that are off, and opens them elsewhere', async ({
  page,
  context,
}) => {
  await lab.unit(2).uncheck();
  await lab.unit(7).uncheck();
  await lab.choose('Off means', 'zero');
  await expect.poll(() => new URL(page.url()).hash).toMatch(/off=2,7.*means=zero/);
  const picture = await lab.settled(lab.picture);
  const other = new UnitPage(await context.newPage());
  await other.page.goto(page.url());
  await other.wake();
  await expect(other.unit(2)).not.toBeChecked();
  await expect(other.unit(7)).not.toBeChecked();
  await expect(other.unit(1)).toBeChecked();
  await expect.poll(() => other.pixels(other.picture)).toBe(picture);
});

test('the instrument fits a laptop’s screen', async () => {
  const box = await lab.root.boundingBox();
  expect(box?.height).toBeLessThanOrEqual(720);
});

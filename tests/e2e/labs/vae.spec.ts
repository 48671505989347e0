// The VAE lab over a visitor's whole path with a mouse: encode, walk the plane, sample, train, collapse, cure.
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

let lab: VaePage;

test.beforeEach(({ page }) => {
  lab = new VaePage(page);
});

test('the pretrained two-dimensional model is shown, and a digit is encoded and decoded', async () => {
  await lab.open(vaeAddress);
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');
  let [x, mean] = [await lab.settled(lab.x), await lab.settled(lab.mean)];
  for (const digit of ['3', '8']) {
    await lab.chooseClass(digit);
    x = await lab.changed(lab.x, x);
    mean = await lab.changed(lab.mean, mean);
    await expect(lab.action(`Another ${digit}`)).toHaveAttribute('aria-pressed', 'true');
  }
  expect(await lab.reading('KL')).toBeGreaterThan(0);
  expect(await lab.reading('−log p(x|z)')).toBeGreaterThan(0);
});

test('wherever the pointer is on the plane, that code is decoded', async ({ page }) => {
  await lab.open(vaeAddress);
  const start = await lab.settled(lab.mean);
  const [left, right] = [await lab.placeOnPlane(0.25, 0.5), await lab.placeOnPlane(0.75, 0.3)];
  await page.mouse.move(left.x, left.y);
  const there = await lab.changed(lab.mean, start);
  await page.mouse.move(right.x, right.y);
  const elsewhere = await lab.changed(lab.mean, there);
  expect(elsewhere).not.toBe(there);
  await page.mouse.move(left.x, left.y);
  await expect.poll(() => lab.pixels(lab.mean), 'the same code gives the same picture').toBe(there);
  await lab.action('Back to μ').click();
  await expect.poll(() => lab.pixels(lab.mean)).toBe(start);
});

test('resampling ε moves the mean, resampling x only the sample', async () => {
  await lab.open(vaeAddress);
  const [mean, sample] = [await lab.settled(lab.mean), await lab.settled(lab.sample)];
  await lab.action('Resample x').click();
  const other = await lab.changed(lab.sample, sample);
  expect(other).not.toBe(sample);
  expect(await lab.pixels(lab.mean)).toBe(mean);
  await lab.action('Resample ε').click();
  await lab.changed(lab.mean, mean);
});

test('a digit drawn with the mouse is encoded and decoded', async ({ page }) => {
  await lab.open(vaeAddress);
  const before = await lab.settled(lab.mean);
  await lab.root.getByRole('radio', { name: 'Draw' }).click();
  const { pad } = lab;
  const box = await pad.boundingBox();
  if (!box) throw new Error('There is no pad to draw on');
  const at = (right: number, down: number) =>
    [box.x + right * box.width, box.y + down * box.height] as const;
  await page.mouse.move(...at(0.5, 0.2));
  await page.mouse.down();
  for (let i = 1; i <= 10; i++) await page.mouse.move(...at(0.5, 0.2 + 0.06 * i));
  await page.mouse.up();
  const one = await lab.changed(lab.mean, before);
  await page.mouse.move(...at(0.3, 0.3));
  await page.mouse.down();
  for (let i = 1; i <= 10; i++) await page.mouse.move(...at(0.3 + 0.04 * i, 0.3));
  await page.mouse.up();
  await lab.changed(lab.mean, one);
});

test('interpolation, prior samples and their draws are pictures that set z', async () => {
  await lab.open(vaeAddress);
  const before = await lab.settled(lab.mean);
  await lab.root.getByRole('tab', { name: 'Interpolate' }).click();
  await expect(lab.grid(/^Decoder means from x to/)).toBeVisible();
  await lab.root.getByRole('tab', { name: 'Prior samples' }).click();
  const means = lab.grid(/^Decoder means of codes from the prior/);
  const first = await lab.settled(means);
  await lab.action('Draw again').click();
  await lab.changed(means, first);
  await lab.root.getByRole('button', { name: 'Set z to draw 3' }).click();
  await lab.changed(lab.mean, before);
});

test('training from scratch brings the loss below 170 nats within a minute', async () => {
  test.setTimeout(120_000);
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.reaches('training');
  await expect.poll(() => lab.loss(), { timeout: 60_000, intervals: [500] }).toBeLessThan(170);
});

test('continuing from the pretrained model starts where it was, not afresh', async () => {
  await lab.open(vaeAddress);
  await lab.action('Continue from pretrained').click();
  await lab.trainsTo(20);
  expect(await lab.attribute('model')).toBe('');
  expect(await lab.loss()).toBeLessThan(165);
});

test('a seed of one’s own gives another run, and the first seed the first run again', async () => {
  await lab.open(vaeAddress);
  const seed = lab.root.getByRole('spinbutton', { name: /seed/i });
  const first = await seed.inputValue();
  const losses: string[] = [];
  for (const value of [first, '123', first]) {
    await seed.fill(value);
    await seed.press('Enter');
    await lab.press('Reset');
    await expect(lab.root).toHaveAttribute('data-step', '0');
    await lab.press('Step');
    await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 15_000 });
    losses.push(await lab.attribute('loss'));
  }
  expect(losses[1]).not.toBe(losses[0]);
  expect(losses[2]).toBe(losses[0]);
});

test('β moves during the run: a dear code collapses, and a cheap one comes back', async () => {
  test.setTimeout(120_000);
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.trainsTo(100);
  const active = lab.root.getByText(/active \d+ of 2/).first();
  await lab.slider('β').press('End');
  await expect(lab.root).toHaveAttribute('data-state', 'training');
  await expect(active).toHaveText(/active 0 of 2/, { timeout: 40_000 });
  await lab.action('Cure it').click();
  await expect(active).toHaveText(/active [12] of 2/, { timeout: 60_000 });
  await expect(lab.root).toHaveAttribute('data-state', 'training');
});

test('another network asks before it throws a live run away', async () => {
  await lab.open(vaeAddress);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 15_000 });
  const twenty = lab.root.getByRole('radio', { name: '20' });
  await twenty.click();
  await lab.action('Keep it').click();
  expect(await lab.step()).toBe(1);
  await twenty.click();
  await lab.action('Throw it away').click();
  await expect(lab.root).toHaveAttribute('data-model', 'vae-mnist-20d');
  await lab.reaches('ready');
  await expect(lab.root.getByText(/active \d+ of 20/).first()).toBeVisible();
});

test('clothes are another data set with a model of their own', async () => {
  await lab.open(vaeAddress);
  const x = await lab.settled(lab.x);
  await lab.root.getByRole('combobox', { name: /^Data/ }).selectOption({ label: 'Fashion-MNIST' });
  await expect(lab.root).toHaveAttribute('data-model', 'vae-fashion-2d');
  await lab.changed(lab.x, x);
  await expect(lab.action('Another ankle boot, class 9')).toBeVisible();
});

test('the tensors held stay as many while it trains', async () => {
  await lab.open(vaeAddress);
  await lab.press('Train');
  const held = async () => {
    const text = await lab.root
      .getByText(/[\d,]+ tensors/)
      .first()
      .innerText();
    return Number(/([\d,]+) tensors/.exec(text)?.[1]?.replaceAll(',', ''));
  };
  await lab.trainsTo(50);
  const early = await held();
  await lab.trainsTo(400);
  expect(early).toBeGreaterThan(0);
  expect(await held()).toBe(early);
});

test('the instrument fits into a window of 1280 × 720', async () => {
  await lab.open(vaeAddress);
  const box = await lab.root.boundingBox();
  expect(box?.height).toBeLessThanOrEqual(720);
  expect(box?.width).toBeGreaterThanOrEqual(880);
});

test('an exercise is graded from the live run, and the answer is kept for the next visit', async ({
  page,
}) => {
  test.setTimeout(150_000);
  await lab.open(vaeAddress);
  const exercise = page.locator('[data-predict="vae-collapse"]');
  await exercise.scrollIntoViewIfNeeded();
  await exercise.getByRole('radio', { name: /decodes to nearly the same average/ }).check();
  await exercise.getByRole('button', { name: 'Commit to this answer' }).click();
  await expect(exercise).toHaveAttribute('data-stage', 'committed');
  await lab.root.scrollIntoViewIfNeeded();
  await lab.root.getByRole('radio', { name: '20' }).click();
  await lab.reaches('ready');
  await lab.press('Train');
  await lab.slider('β').press('End');
  await expect(exercise).toHaveAttribute('data-stage', 'answered', { timeout: 90_000 });
  await expect(exercise).toContainText('As you predicted.');
  await page.reload();
  await exercise.scrollIntoViewIfNeeded();
  await expect(exercise).toContainText('As you predicted.');
});

test.describe('files that do not come', () => {
  test('without the weights the lab says so, the page lives, and a retry brings them', async ({
    page,
    guard,
  }) => {
    guard.allow(/weights\.safetensors|status of 404/);
    let missing = true;
    await page.route('**/weights.safetensors*', (route) =>
      missing ? route.fulfill({ status: 404, body: '' }) : route.fallback(),
    );
    await page.goto(`${vaeAddress}?backend=wasm`);
    await lab.root.scrollIntoViewIfNeeded();
    await lab.reaches('failed', 30_000);
    await expect(lab.root.getByText(/weights\.safetensors could not be fetched/)).toBeVisible();
    await page
      .getByRole('link', { name: /variational autoencoder/i })
      .first()
      .focus();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    missing = false;
    await lab.action('Try again').click();
    await lab.reaches('ready');
    await expect(lab.root).toHaveAttribute('data-model', 'vae-mnist-2d');
  });

  test('truncated weights are refused with what was expected', async ({ page }) => {
    await page.route('**/weights.safetensors*', async (route) => {
      const whole = await (await route.fetch()).body();
      await route.fulfill({ body: whole.subarray(0, 5000) });
    });
    await page.goto(`${vaeAddress}?backend=wasm`);
    await lab.root.scrollIntoViewIfNeeded();
    await lab.reaches('failed', 30_000);
    await expect(lab.root.getByText(/has 5000 bytes, expected \d+/)).toBeVisible();
    // What needs no weights still works.
    await lab.action('Start over from the seed').click();
    await lab.reaches('ready');
  });

  test('without the training data, Train says so and the pretrained model is still there to play with', async ({
    page,
    guard,
  }) => {
    guard.allow(/train|status of 503/);
    let missing = true;
    await lab.open(vaeAddress);
    await page.route('**/data/*train*', (route) =>
      missing ? route.fulfill({ status: 503, body: '' }) : route.fallback(),
    );
    await lab.press('Train');
    await lab.reaches('failed', 15_000);
    await expect(lab.root.getByText(/could not be fetched/)).toBeVisible();
    missing = false;
    await lab.action('Try again').click();
    await expect.poll(() => lab.attribute('state')).toMatch(/^(?:training|ready)$/);
    await lab.press('Train');
    await lab.trainsTo(3);
  });
});

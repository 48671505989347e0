// The inference-gap microscope in the page: its first picture, an optimisation and what it must find, other images and
// models, a worker that dies under it, and the lab by keyboard and by touch.
import { expect, test } from '../lib/fixtures.ts';
import { Lab } from '../lib/lab.ts';
import { vaeAddress } from '../lib/vae-lab.ts';

test.setTimeout(120_000);

class Microscope extends Lab {
  constructor(page: ConstructorParameters<typeof Lab>[0]) {
    super(page, 'inference-gap');
  }

  action(name: string) {
    return this.root.getByRole('button', { name, exact: true });
  }

  get split() {
    return this.root.getByRole('img', { name: /^The gap between the encoder’s ELBO/ });
  }

  get posterior() {
    return this.root.getByRole('img', { name: /^The exact posterior/ });
  }

  /** The amortisation and the approximation gap of a kind of q, nats. */
  async gaps(kind: 'diagonal' | 'full covariance') {
    const told = (await this.split.getAttribute('aria-label')) ?? '';
    const numbers = new RegExp(
      `${kind} q: amortisation gap ([−\\d.]+)[^,]*, approximation gap ([−\\d.]+)`,
    ).exec(told);
    const [amortisation, approximation] = [numbers?.[1], numbers?.[2]].map((text) =>
      Number(text?.replace('−', '-')),
    );
    return { amortisation: amortisation ?? NaN, approximation: approximation ?? NaN };
  }

  async optimise(updates: number): Promise<void> {
    await this.action('Optimise q').click();
    await expect
      .poll(
        async () =>
          (await this.step()) >= updates || (await this.attribute('state')) !== 'training',
        {
          timeout: 60_000,
        },
      )
      .toBe(true);
    await this.action('Pause').click();
    await this.reaches('paused');
  }
}

test('the static page shows the posterior, the encoder’s q and the gap, its buttons asleep', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    ...(baseURL ? { baseURL } : {}),
  });
  const page = await context.newPage();
  await page.goto(vaeAddress);
  const lab = new Microscope(page);
  await expect(lab.root).toHaveAttribute('data-state', 'idle');
  for (const name of ['Optimise q', 'Pause', 'Step', 'Reset']) {
    await expect(lab.action(name)).toBeDisabled();
  }
  expect(await lab.posterior.locator('path.true').count()).toBe(2);
  expect(await lab.posterior.locator('ellipse').count()).toBe(2);
  await expect(lab.split).toContainText('gap');
  await context.close();
});

test('optimising q closes most of the gap, and a full covariance the rest', async ({ page }) => {
  const lab = new Microscope(page);
  await lab.open(vaeAddress);
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');
  await expect(lab.posterior.locator('path.true')).toHaveCount(2);
  await lab.optimise(150);
  await expect.poll(async () => (await lab.gaps('diagonal')).amortisation).toBeGreaterThan(1);
  const diagonal = await lab.gaps('diagonal');
  expect(diagonal.approximation).toBeGreaterThan(0.1);
  expect(diagonal.approximation).toBeLessThan(1);
  expect(Number.isFinite(await lab.loss())).toBe(true);

  await lab.root.getByRole('radio', { name: 'full covariance' }).check({ force: true });
  await lab.optimise(200);
  await expect
    .poll(async () => (await lab.gaps('full covariance')).approximation)
    .toBeLessThan(diagonal.approximation / 2);
  expect(await lab.posterior.locator('ellipse').count()).toBe(6);
});

test('Step makes one update, Reset goes back to the encoder’s q', async ({ page }) => {
  const lab = new Microscope(page);
  await lab.open(vaeAddress);
  for (const step of [1, 2]) {
    await lab.action('Step').click();
    await expect(lab.root).toHaveAttribute('data-step', String(step));
  }
  await lab.action('Reset').click();
  await expect(lab.root).toHaveAttribute('data-step', '0');
  await expect(lab.root).toHaveAttribute('data-loss', '');
  await lab.reaches('ready');
});

test('a garment under a model of digits: the amortisation gap is the large one, and answers the exercise', async ({
  page,
}) => {
  const lab = new Microscope(page);
  await lab.open(vaeAddress);
  await lab.root.getByRole('radio', { name: 'Clothes' }).check({ force: true });
  await expect(lab.root).toContainText('ankle boot, test set');
  await lab.root.getByRole('button', { name: /^trousers, image 3$/ }).click();
  await expect(lab.root).toContainText('trousers, test set');

  const exercise = page.locator('[data-predict="vae-gap-garment"]');
  await exercise.scrollIntoViewIfNeeded(); // it wakes when it is in sight
  await exercise.getByRole('radio', { name: /^The amortisation gap/ }).check();
  await exercise.getByRole('button', { name: 'Commit to this answer' }).click();
  await lab.root.scrollIntoViewIfNeeded();
  await lab.optimise(250);
  await expect.poll(async () => (await lab.gaps('diagonal')).amortisation).toBeGreaterThan(30);
  await expect(exercise).toHaveAttribute('data-stage', 'answered');
  await expect(exercise).toContainText('As you predicted');
});

test('twenty dimensions have bars instead of a plane, and an approximation gap of nats', async ({
  page,
}) => {
  const lab = new Microscope(page);
  await lab.open(vaeAddress);
  await lab.root.getByLabel('Model').selectOption('vae-mnist-20d');
  await expect(lab.root).toHaveAttribute('data-model', 'vae-mnist-20d');
  await lab.reaches('ready', 20_000);
  await lab.optimise(150);
  await expect.poll(async () => (await lab.gaps('diagonal')).approximation).toBeGreaterThan(0.5);
  await expect(
    lab.root.getByRole('img', { name: /^KL from q\* to the encoder’s q, by dimension/ }),
  ).toBeVisible();
});

test('a worker that dies under it is replaced, and the optimisation goes on from its last update', async ({
  page,
}) => {
  const lab = new Microscope(page);
  await lab.open(vaeAddress);
  await lab.action('Optimise q').click();
  await lab.trainsTo(40);
  const before = await lab.step();
  await page.workers()[0]?.evaluate(() => {
    self.close();
  });
  await expect.poll(() => lab.step(), { timeout: 60_000 }).toBeGreaterThan(before + 20);
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');
});

test.describe('360 pixels wide, by touch', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('nothing reaches over the edge, and q is optimised by thumb', async ({ page }) => {
    const lab = new Microscope(page);
    await lab.open(vaeAddress);
    await lab.action('Optimise q').tap();
    await lab.trainsTo(10);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    for (const name of ['Optimise q', 'Pause', 'Step', 'Reset']) {
      const box = await lab.action(name).boundingBox();
      expect(box?.height, name).toBeGreaterThanOrEqual(44);
    }
  });
});

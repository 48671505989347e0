// Faults of the worker and of the run, put into the VAE lab from outside. Each ends as tests/FAULTS.md says, and none
// loses more than the last two seconds of training.
import { expect, test } from '../lib/fixtures.ts';
import { beforeWorker, strike, wentOn, workerOf } from '../lib/faults.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

let lab: VaePage;
test.beforeEach(({ page }) => {
  lab = new VaePage(page);
});

test.describe('a worker that is gone', () => {
  test.slow(); // a silent one is given five seconds, and another has to start
  test.beforeEach(async () => {
    await lab.open(vaeAddress);
    await lab.press('Train');
    await lab.trainsTo(40);
  });

  test('killed: noticed within seconds, and the run goes on from its last checkpoint', async () => {
    const least = await strike(lab, async (worker) => {
      await worker.evaluate(() => {
        setTimeout(() => {
          self.close();
        }, 50); // after the answer to the test
      });
    });
    const { step, backend } = await wentOn(lab, 'The training worker stopped answering.', 60_000);
    expect(step).toBeGreaterThanOrEqual(least);
    expect(backend).toBe('wasm');
    await lab.reaches('training');
    await lab.trainsTo(step + 20);
    expect(Number.isFinite(await lab.loss())).toBe(true);
  });

  test('hung in an endless loop: the same', async () => {
    const least = await strike(lab, async (worker) => {
      await worker.evaluate(() => {
        setTimeout(() => {
          for (;;);
        }, 50);
      });
    });
    const { step } = await wentOn(lab, 'The training worker stopped answering.', 60_000);
    expect(step).toBeGreaterThanOrEqual(least);
    await lab.trainsTo(step + 20);
    await expect.poll(() => lab.page.workers().length, 'the hung one is ended').toBe(1);
  });

  test('failed by an error of its own: the same, at once', async () => {
    const least = await strike(lab, async (worker) => {
      await worker.evaluate(() => {
        setTimeout(() => {
          throw new Error('out of something');
        });
      });
    });
    const { step } = await wentOn(lab, 'The training worker failed.', 20_000);
    expect(step).toBeGreaterThanOrEqual(least);
    await lab.trainsTo(step + 20);
  });

  test('killed while paused: the next press brings the run back where it was', async () => {
    await lab.press('Pause');
    await lab.reaches('paused');
    const step = await lab.step();
    const worker = await workerOf(lab.page);
    await worker.evaluate(() => {
      setTimeout(() => {
        self.close();
      }, 50);
    });
    await lab.page.waitForTimeout(500);
    await lab.press('Step');
    await expect(lab.root).toHaveAttribute('data-step', String(step + 1), { timeout: 30_000 });
    await lab.reaches('paused');
  });
});

test('numbers that are none: the run stops, names the quantity, and goes back to its last good checkpoint', async ({
  page,
}) => {
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.trainsTo(40);
  const least = await strike(lab, async (worker) => {
    await worker.evaluate(() => {
      Math.cos = () => NaN; // of which the noise is made
    });
  });
  await lab.reaches('failed');
  await expect(lab.root.getByText(/^The run stopped: the .+ left its range\.$/)).toBeVisible();
  await expect(lab.root.getByText(/became NaN at step \d+/)).toBeVisible();
  await expect(lab.root.getByText(/lower the learning rate/i)).toBeVisible();
  const back = lab.root.getByRole('button', { name: /^Go back to step [\d,]+$/ });
  const step = Number((await back.innerText()).replace(/\D/g, ''));
  expect(step).toBeGreaterThanOrEqual(least);
  // The page's own clockwork goes on all the while.
  await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  const worker = await workerOf(page);
  await worker.evaluate(() => {
    Math.cos = (x) => Math.sin(x + Math.PI / 2);
  });
  await back.click();
  await lab.reaches('paused');
  expect(await lab.step()).toBe(step);
  expect(Number.isFinite(await lab.loss())).toBe(true);
  await lab.press('Train');
  await lab.trainsTo(step + 20);
});

test('a reset of a long run can be undone', async () => {
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.trainsTo(60);
  await lab.press('Pause');
  await lab.reaches('paused');
  const [step, loss] = [await lab.step(), await lab.attribute('loss')];
  await lab.press('Reset');
  await lab.reaches('ready');
  expect(await lab.step()).toBe(0);
  await lab.action('Undo Reset').click();
  await lab.reaches('paused');
  expect(await lab.step()).toBe(step);
  expect(await lab.attribute('loss')).toBe(loss);
});

test.describe('a deployment that took a chunk away', () => {
  test.slow(); // the page is opened twice
  for (const [what, chunk] of [
    ['the worker', /lab\.worker[^/]*\.js/],
    ['a backend', /\/wasm[.-][^/]*\.js/],
    ['a model family', /\/vae-[^/]*\.js/],
    ['the compiled engine', /tfjs-backend-wasm[^/]*\.wasm/],
  ] as const) {
    test(`${what}: the lab says that the site was updated, and the page lives`, async ({
      page,
      guard,
    }) => {
      guard.allow(/status (?:of )?404/);
      await page.route(chunk, (route) => route.fulfill({ status: 404, body: '' }));
      await page.goto(`${vaeAddress}?backend=wasm`);
      await lab.root.scrollIntoViewIfNeeded();
      await lab.reaches('failed', 30_000);
      await expect(lab.root.getByText(/site was updated.*reload the page/i)).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.unroute(chunk);
      await page.reload();
      await lab.wake();
      expect(await lab.attribute('model')).toBe('vae-mnist-2d');
    });
  }
});

test('a worker that is busy for long while it opens is not taken for dead', async ({ page }) => {
  // Nine seconds in one go before it answers anything: an engine that compiles on a slow phone.
  await beforeWorker(
    page,
    'const end = performance.now() + 9000; while (performance.now() < end);',
  );
  let workers = 0;
  page.on('worker', () => (workers += 1));
  await lab.open(vaeAddress);
  expect(await lab.attribute('state')).toBe('ready');
  expect(workers).toBe(1);
});

test('a hidden tab pauses the run and says so; it goes on when the reader is back', async ({
  page,
}) => {
  const hide = (hidden: boolean) =>
    page.evaluate((away) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => away });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.trainsTo(20);
  await hide(true);
  await lab.reaches('paused');
  await expect(lab.root.getByText('Paused while this tab is hidden.')).toBeVisible();
  const step = await lab.step();
  await page.waitForTimeout(1000);
  expect(await lab.step()).toBe(step);
  await hide(false);
  await lab.reaches('training');
  await lab.trainsTo(step + 10);
  await expect(lab.root.getByText('Paused while this tab is hidden.')).toHaveCount(0);
});

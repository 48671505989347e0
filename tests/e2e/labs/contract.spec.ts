// The contract that every lab keeps, tried on every page that holds one. Knows nothing of what a lab teaches.
import { expect, test } from '../lib/fixtures.ts';
import { buttonNames, Lab } from '../lib/lab.ts';
import { pagesWithLabs } from '../lib/site.ts';

test('the site has a lab to try', () => {
  expect(pagesWithLabs.flatMap(({ slugs }) => slugs)).toContain('vae');
});

for (const { address, slugs } of pagesWithLabs.filter(({ address }) => address !== '')) {
  const slug = slugs[0]!;

  test.describe(`the lab "${slug}" of /${address}`, () => {
    test('shows the pretrained model first, without having fetched training data', async ({
      page,
    }) => {
      const fetched: string[] = [];
      page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
      const lab = new Lab(page, slug);
      await lab.open(address);
      expect(await lab.attribute('model')).not.toBe('');
      expect(await lab.attribute('backend')).toBe('wasm');
      expect(await lab.attribute('step')).toBe('0');
      expect(await lab.attribute('loss')).toBe('');
      for (const name of buttonNames) await expect(lab.button(name)).toBeEnabled();
      await page.waitForTimeout(1000);
      expect(fetched.filter((path) => /\/data\/.*train/.test(path))).toEqual([]);
    });

    test('trains afresh: the pretrained model goes, the loss is exact and falls', async ({
      page,
    }) => {
      const lab = new Lab(page, slug);
      await lab.open(address);
      await lab.press('Train');
      await lab.reaches('training');
      expect(await lab.attribute('model')).toBe('');
      await lab.trainsTo(20);
      const early = await lab.loss();
      const digits = await lab.attribute('loss');
      await lab.trainsTo(200);
      const late = await lab.loss();
      expect(Number.isFinite(early) && Number.isFinite(late)).toBe(true);
      expect(digits.replace(/\D/g, '').length, `"${digits}" looks rounded`).toBeGreaterThan(6);
      expect(late).toBeLessThan(early * 0.95);
    });

    test('pauses within half a second, keeps still, and resumes where it was', async ({ page }) => {
      const lab = new Lab(page, slug);
      await lab.open(address);
      await lab.press('Train');
      await lab.trainsTo(10);
      const log = await lab.pressAndRecord('Pause', 1500);
      const paused = log.find(({ state }) => state === 'paused');
      expect(paused?.at).toBeLessThan(500);
      const after = log.filter(({ at }) => at > 500).map(({ step }) => step);
      expect(new Set(after).size, 'steps counted after the pause').toBe(1);
      const step = await lab.step();
      expect(step).toBeGreaterThanOrEqual(10);
      await lab.press('Train');
      await lab.reaches('training');
      expect(await lab.step()).toBeGreaterThanOrEqual(step);
      await lab.trainsTo(step + 10);
    });

    test('Step makes exactly one update within a second, from fresh and from paused', async ({
      page,
    }) => {
      const lab = new Lab(page, slug);
      await lab.open(address);
      await lab.press('Reset');
      await expect(lab.root).toHaveAttribute('data-model', '');
      for (const expected of [1, 2, 3]) {
        if (expected === 1) await page.waitForTimeout(500);
        const log = await lab.pressAndRecord('Step', 2000);
        const done = log.find(({ step, loss }) => step === expected && loss !== '');
        // The first update fetches the training data, which the second is no longer excused by.
        if (expected > 1) expect(done?.at).toBeLessThan(1000);
        expect(log.at(-1)).toMatchObject({ step: expected });
        expect(Number.isFinite(await lab.loss())).toBe(true);
      }
    });

    test('Reset restores the seed’s weights within a second: the same run comes again', async ({
      page,
    }) => {
      const lab = new Lab(page, slug);
      await lab.open(address);
      const losses: string[] = [];
      for (let round = 0; round < 2; round++) {
        const log = await lab.pressAndRecord('Reset', 1500);
        const reset = log.find(
          ({ state, step, loss, model }) =>
            state === 'ready' && step === 0 && loss === '' && model === '',
        );
        expect(reset?.at).toBeLessThan(1000);
        await lab.press('Step');
        await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 15_000 });
        await expect(lab.root).not.toHaveAttribute('data-loss', '');
        losses.push(await lab.attribute('loss'));
      }
      expect(losses[1]).toBe(losses[0]);
    });

    test('Reset during training stops it and restores', async ({ page }) => {
      const lab = new Lab(page, slug);
      await lab.open(address);
      await lab.press('Train');
      await lab.trainsTo(5);
      const log = await lab.pressAndRecord('Reset', 2000);
      expect(log.find(({ state, step }) => state === 'ready' && step === 0)?.at).toBeLessThan(1000);
      expect(log.at(-1)).toMatchObject({ state: 'ready', step: 0, loss: '', model: '' });
    });

    test('a button with nothing to do does nothing', async ({ page }) => {
      const lab = new Lab(page, slug);
      await lab.open(address);
      const model = await lab.attribute('model');
      const log = await lab.pressAndRecord('Pause', 800);
      expect(log.at(-1)).toMatchObject({ state: 'ready', step: 0, loss: '', model });
    });

    test('runs on WebGL when the address asks for it', async ({ page }) => {
      test.slow();
      const lab = new Lab(page, slug);
      await page.goto(`${address}?backend=webgl`);
      await lab.root.scrollIntoViewIfNeeded();
      await lab.reaches('ready', 60_000);
      expect(await lab.attribute('backend')).toBe('webgl');
      await lab.press('Train');
      await lab.trainsTo(3, 90_000);
      expect(Number.isFinite(await lab.loss())).toBe(true);
    });

    test('is whole before any script runs', async ({ browser, baseURL }) => {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        ...(baseURL ? { baseURL } : {}),
      });
      const page = await context.newPage();
      await page.goto(address);
      const lab = new Lab(page, slug);
      await expect(lab.root).toHaveAttribute('data-state', 'idle');
      for (const name of buttonNames) await expect(lab.button(name)).toBeDisabled();
      const drawn = await lab.root
        .locator('img')
        .evaluateAll(
          (images) =>
            images.filter(
              (image) =>
                image instanceof HTMLImageElement &&
                image.complete &&
                image.naturalWidth > 0 &&
                image.getBoundingClientRect().width > 50,
            ).length,
        );
      expect(drawn, 'pictures that are really there').toBeGreaterThan(0);
      await context.close();
    });
  });
}

// The VAE lab without a mouse: by touch on a small phone, and by keyboard alone.
import type { Page } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { buttonNames } from '../lib/lab.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

test.describe('by touch, 360 pixels wide', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('a digit is picked, the plane is tapped and dragged, and a run is started and paused', async ({
    page,
  }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    const x = await lab.settled(lab.x);
    await lab.action('Another 4').tap();
    await lab.changed(lab.x, x);
    const before = await lab.settled(lab.mean);
    const place = await lab.placeOnPlane(0.3, 0.6);
    await page.touchscreen.tap(place.x, place.y);
    const there = await lab.changed(lab.mean, before);
    await drag(page, await lab.placeOnPlane(0.3, 0.6), await lab.placeOnPlane(0.7, 0.3));
    await lab.changed(lab.mean, there);
    await lab.button('Train').tap();
    await lab.trainsTo(5);
    await lab.button('Pause').tap();
    await lab.reaches('paused');
  });

  test('a finger draws a digit and does not scroll the page away', async ({ page }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    const before = await lab.settled(lab.mean);
    await lab.root.getByRole('radio', { name: 'Draw' }).tap();
    const { pad } = lab;
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    if (!box) throw new Error('There is no pad to draw on');
    const scrolled = await page.evaluate(() => window.scrollY);
    const at = (right: number, down: number) => ({
      x: box.x + right * box.width,
      y: box.y + down * box.height,
    });
    await drag(page, at(0.5, 0.15), at(0.5, 0.85));
    await lab.changed(lab.mean, before);
    expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);
  });

  test('the four buttons are large enough for a thumb and stay in sight while the lab is', async ({
    page,
  }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    for (const part of [
      lab.plane,
      lab.slider('Learning rate'),
      lab.root.getByRole('spinbutton', { name: 'Seed' }),
    ]) {
      await page.evaluate(() => {
        window.scrollTo({ top: 0, behavior: 'instant' });
      });
      await part.focus();
      for (const name of buttonNames) {
        await expect(lab.button(name)).toBeInViewport();
        const box = await lab.button(name).boundingBox();
        expect(box?.height, name).toBeGreaterThanOrEqual(44);
        const [focused, bar] = [await part.boundingBox(), box?.y ?? 0];
        expect(
          (focused?.y ?? 0) + (focused?.height ?? 0),
          'what has the focus is not covered',
        ).toBeLessThanOrEqual(bar);
      }
    }
  });

  test('nothing reaches over the edge, whichever part of the lab is open', async ({ page }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    for (const tab of await lab.root.getByRole('tab').all()) {
      await tab.tap();
      expect(await overflow()).toBe(0);
    }
    await lab.button('Step').tap();
    await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 15_000 });
    expect(await overflow()).toBe(0);
  });
});

test.describe('by keyboard alone', () => {
  test('Tab reaches every control in order, and each does its work', async ({ page }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        const inside = element?.closest('[data-lab]') !== null;
        return {
          inside,
          name: element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '',
        };
      });
    const tabTo = async (name: RegExp) => {
      for (let i = 0; i < 120; i++) {
        await page.keyboard.press('Tab');
        const now = await focused();
        if (now.inside && name.test(now.name)) return;
      }
      throw new Error(`Tab never reached ${name}`);
    };

    const x = await lab.settled(lab.x);
    await tabTo(/^Another 5$/);
    await page.keyboard.press('Enter');
    await lab.changed(lab.x, x);

    const mean = await lab.settled(lab.mean);
    await tabTo(/^Latent plane/);
    await page.keyboard.press('Shift+ArrowRight');
    const right = await lab.changed(lab.mean, mean);
    await page.keyboard.press('Shift+ArrowUp');
    await lab.changed(lab.mean, right);
    await expect(
      lab.root
        .locator('[aria-live], [role="status"]')
        .filter({ hasText: /z₁.*z₂/ })
        .first(),
    ).toBeAttached();

    await tabTo(/^Train$/);
    await page.keyboard.press('Enter');
    await lab.trainsTo(5);
    await page.keyboard.press('Tab');
    expect((await focused()).name).toBe('Pause');
    await page.keyboard.press('Space');
    await lab.reaches('paused');
    const step = await lab.step();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(lab.root).toHaveAttribute('data-step', String(step + 1));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(lab.root).toHaveAttribute('data-step', '0');

    await lab.slider('β').focus();
    const text = await lab.slider('β').getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    await expect(lab.slider('β')).not.toHaveAttribute('aria-valuetext', text ?? '');
  });

  test('a digit is drawn with arrow keys and the space bar', async ({ page }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    const before = await lab.settled(lab.mean);
    await lab.root.getByRole('radio', { name: 'Draw' }).focus();
    await page.keyboard.press('Space');
    const { pad } = lab;
    await pad.focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await lab.changed(lab.mean, before);
  });

  test('every control of the lab has a name, and the focus is always seen', async ({ page }) => {
    const lab = new VaePage(page);
    await lab.open(vaeAddress);
    const nameless = await lab.root.evaluate((root) =>
      [...root.querySelectorAll('button, input, select, summary, [tabindex="0"]')]
        .filter((element) => {
          const labels =
            element instanceof HTMLInputElement || element instanceof HTMLSelectElement
              ? [...(element.labels ?? [])]
              : [];
          const text = [
            element.getAttribute('aria-label'),
            element.textContent,
            ...labels.map((label) => label.textContent),
          ]
            .join('')
            .trim();
          return text === '' && !element.hasAttribute('aria-labelledby');
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    );
    expect(nameless).toEqual([]);
    await lab.button('Train').focus();
    await page.keyboard.press('Tab');
    const outline = await lab
      .button('Pause')
      .evaluate((button) => getComputedStyle(button).outlineStyle);
    expect(outline).not.toBe('none');
  });
});

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A finger put down at one place, moved in steps and lifted at another. */
async function drag(page: Page, from: Place, to: Place): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Place[]) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints });
  await send('touchStart', [from]);
  for (let i = 1; i <= 12; i++) {
    const share = i / 12;
    await send('touchMove', [
      { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) },
    ]);
  }
  await send('touchEnd', []);
  await client.detach();
}

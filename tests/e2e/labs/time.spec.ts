// Going back in time and slow motion, over the VAE lab: pictures, loss and curves rewind together, training goes on from
// there, and an update in slow motion is one update.
import type { Locator } from 'playwright/test';
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

let lab: VaePage;
let timeline: Locator;

test.beforeEach(({ page }) => {
  lab = new VaePage(page);
  timeline = lab.root.getByRole('slider', { name: 'Timeline', exact: true });
});

/** Presses Step until so many updates were made; presses that come faster than updates wait for their turn. */
async function stepTo(step: number): Promise<void> {
  const presses = step - (await lab.step());
  await lab.button('Step').evaluate((button, times) => {
    for (let i = 0; i < times; i++) (button as HTMLElement).click();
  }, presses);
  await expect(lab.root).toHaveAttribute('data-step', String(step), { timeout: 30_000 });
}

/** Goes back to a step by the arrow keys: there may be other moments before it. */
async function goBackTo(step: number): Promise<void> {
  await timeline.focus();
  await lab.page.keyboard.press('Home');
  await expect(lab.root).toHaveAttribute('data-step', '0');
  while ((await lab.step()) < step) {
    const before = await lab.attribute('step');
    await lab.page.keyboard.press('ArrowRight');
    await expect(lab.root).not.toHaveAttribute('data-step', before);
  }
  expect(await lab.step()).toBe(step);
}

interface Sight {
  readonly loss: string;
  readonly mean: string;
  /** The KL of each dimension over the codes of the gallery. */
  readonly codes: string | null;
}

/** What of the model is in sight. The plane itself keeps its scale when codes move, so it is told by its figures. */
async function sight(): Promise<Sight> {
  const mean = await lab.settled(lab.mean);
  const codes = await lab.image(/^KL per dimension/).getAttribute('aria-label');
  return { mean, codes, loss: await lab.attribute('loss') };
}

/** Trained to 10 updates one by one, seen there, and on beyond 40. */
async function trainedPast40(): Promise<Sight> {
  await lab.open(vaeAddress);
  await stepTo(10);
  await lab.page.mouse.move(5, 5);
  const ten = await sight();
  await lab.press('Train');
  await lab.trainsTo(41);
  await lab.press('Pause');
  await lab.reaches('paused');
  return ten;
}

test('back at the tenth update the loss and the pictures are exactly what they were, and forward again too', async ({
  page,
}) => {
  const ten = await trainedPast40();
  const end = await lab.step();
  await page.mouse.move(5, 5);
  const now = await sight();
  expect(now.mean).not.toBe(ten.mean);
  expect(now.codes).not.toBe(ten.codes);
  await goBackTo(10);
  await expect(timeline).toHaveAttribute('aria-valuetext', new RegExp(`^step 10 of ${end}`));
  expect(await lab.attribute('state')).toBe('paused');
  await expect.poll(sight, { timeout: 20_000 }).toEqual(ten);
  await page.keyboard.press('End');
  await expect(lab.root).toHaveAttribute('data-step', String(end));
  await expect.poll(sight, { timeout: 20_000 }).toEqual(now);
  await expect(timeline).toHaveAttribute('aria-valuetext', /, live/);
});

test('training goes on from the moment in sight; what was later is given up, and can be had back', async () => {
  test.slow();
  await trainedPast40();
  const end = await lab.step();
  const late = await lab.attribute('loss');
  const back = lab.action(`Back to step ${end}`);
  await goBackTo(10);
  await expect(back, 'a look back gives up nothing').toHaveCount(0);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '11');
  await expect(timeline).toHaveAttribute('aria-valuetext', /^step 11, live/);
  await back.click();
  await expect(lab.root).toHaveAttribute('data-step', String(end));
  await expect(lab.root).toHaveAttribute('data-loss', late);
  await expect(timeline).toHaveAttribute('aria-valuetext', new RegExp(`^step ${end}, live`));
  await expect(back).toHaveCount(0);
  await goBackTo(10);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '11');
  const once = await lab.attribute('loss');
  // The same step from the same moment is the same step.
  await goBackTo(10);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '11');
  expect(await lab.attribute('loss')).toBe(once);
});

test('dragging the thumb while the lab trains stops it and goes back; Live goes to the newest step', async ({
  page,
}) => {
  await trainedPast40();
  await lab.press('Train');
  await lab.reaches('training');
  const box = await timeline.boundingBox();
  if (!box) throw new Error('The timeline has no place on the page');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width - 8, y);
  await page.mouse.down();
  for (let share = 0.9; share > 0; share -= 0.1) {
    await page.mouse.move(box.x + share * box.width, y);
  }
  await page.mouse.move(box.x + 1, y);
  await page.mouse.up();
  await expect(lab.root).toHaveAttribute('data-step', '0');
  await lab.reaches('paused');
  await lab.root.getByRole('button', { name: 'Live', exact: true }).click();
  await expect.poll(() => lab.step()).toBeGreaterThan(40);
});

test('leaving the page is asked about while a long run goes on, and not once it rests', async ({
  page,
}) => {
  test.setTimeout(150_000);
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  const leaving = (): Promise<boolean> =>
    page.evaluate(() => dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await lab.open(vaeAddress);
  await lab.press('Train');
  await lab.trainsTo(20);
  expect(await leaving(), 'a few updates are soon made again').toBe(true);
  await lab.trainsTo(201, 90_000);
  await page.reload({ timeout: 2000 }).catch(() => undefined); // stays, since the question is answered with no
  expect(asked).toEqual(['beforeunload']);
  expect(await lab.step(), 'the run is still there').toBeGreaterThan(200);
  await lab.press('Pause');
  await lab.reaches('paused');
  await expect.poll(leaving).toBe(true);
});

test('slow motion makes exactly one update, the same as Step, and names its six stages', async () => {
  await lab.open(vaeAddress);
  await stepTo(10);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '11');
  const usual = await lab.attribute('loss');
  await goBackTo(10);
  await lab.root.getByRole('tab', { name: 'Slow motion' }).click();
  await lab.action('One update, slowly').click();
  await expect(lab.root).toHaveAttribute('data-step', '11');
  expect(await lab.attribute('loss')).toBe(usual);
  const stages = lab.root.getByRole('list', { name: 'Stages of the update' }).getByRole('button');
  await expect(stages).toHaveText(['Encode', 'Sample', 'Decode', 'Loss', 'Gradient', 'Update']);
  const stage = lab.root.locator('[data-stage]');
  for (const name of await stages.allTextContents()) {
    await stages.filter({ hasText: name }).click();
    await expect(stage).toHaveAttribute('data-stage', name.toLowerCase());
    await expect(stage.getByRole('math').first(), 'its equation').toBeVisible();
    expect(await stage.getByRole('img').count()).toBeGreaterThan(0);
  }
  await lab.action('Previous').click();
  await expect(stage).toHaveAttribute('data-stage', 'gradient');
  expect(await lab.attribute('step')).toBe('11');
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('an update in slow motion stays at its first stage until it is asked to go on', async ({
    page,
  }) => {
    await lab.open(vaeAddress);
    await lab.root.getByRole('tab', { name: 'Slow motion' }).click();
    await lab.action('One update, slowly').click();
    const stage = lab.root.locator('[data-stage]');
    await expect(stage).toHaveAttribute('data-stage', 'encode');
    await page.waitForTimeout(4000);
    await expect(stage).toHaveAttribute('data-stage', 'encode');
    await lab.action('Next').click();
    await expect(stage).toHaveAttribute('data-stage', 'sample');
    await lab.action('Play').click();
    await expect(stage).toHaveAttribute('data-stage', 'decode', { timeout: 15_000 });
  });
});

test.describe('by touch, 360 pixels wide', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('the timeline and the stages are large enough for a finger and fit', async ({ page }) => {
    await lab.open(vaeAddress);
    await stepTo(2);
    await lab.root.getByRole('tab', { name: 'Slow motion' }).tap();
    await lab.action('One update, slowly').tap();
    await expect(lab.root.locator('[data-stage]')).toBeVisible();
    const stages = lab.root.getByRole('list', { name: 'Stages of the update' }).getByRole('button');
    for (const control of [timeline, ...(await stages.all())]) {
      expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });
});

// The exercises of chapters 1 to 3 that a lab grades: each is answered, brought about as its task says, and found right.
// What the lab showed before the answer does not count.
import { DensePage } from '../lib/dense-lab.ts';
import { GradedExercise } from '../lib/exercise.ts';
import { expect, test } from '../lib/fixtures.ts';
import { Lab } from '../lib/lab.ts';
import { UnitPage, unitAddress } from '../lib/unit-lab.ts';

const TRAINS = 600_000;

test.describe('chapter 1', () => {
  let lab: UnitPage;
  test.beforeEach(async ({ page }) => {
    test.setTimeout(120_000);
    lab = new UnitPage(page);
    await lab.open(unitAddress);
  });

  /** Switches single units off, digit by digit, until one makes the error more than three times as large. */
  async function findWorst(): Promise<void> {
    for (const digit of ['7', '2', '0', '4', '9']) {
      await lab.action(`Another ${digit}`).click();
      for (let unit = 1; unit <= 8; unit += 1) {
        await lab.unit(unit).uncheck();
        await lab.page.waitForTimeout(250);
        if ((await lab.error()) > 3.2 * (await lab.fromAllOn())) return;
        await lab.unit(unit).check();
      }
    }
  }

  test('one unit off makes the error three times as large; one left off from before does not count', async ({
    page,
  }) => {
    await findWorst();
    const exercise = new GradedExercise(page, 'ae-one-unit');
    await exercise.commit(/The whole digit changes/, lab);
    await exercise.stillOpen();
    await expect(exercise.root).toContainText('before your answer');
    await lab.action('Back to x').click();
    await findWorst();
    await exercise.checkedRight(lab);
  });

  test('of 2, 8 and 32 numbers eight are the fewest that reach 0.03', async ({ page }) => {
    test.setTimeout(3 * TRAINS);
    const exercise = new GradedExercise(page, 'ae-how-many');
    await exercise.commit(/^8$/, lab);
    for (const [i, size] of ['2', '8', '32'].entries()) {
      // Not checked before the reader has agreed that the run may go.
      await lab.root
        .getByRole('group', { name: 'Code size', exact: true })
        .getByRole('radio', { name: size, exact: true })
        .click({ force: true });
      if (size !== '2') await lab.root.getByRole('button', { name: 'Throw it away' }).click();
      await expect(lab.root).toHaveAttribute('data-model', `ae-mnist-d${size}`);
      await lab.press('Train');
      await lab.trainsTo(1000, TRAINS);
      if (size !== '32') {
        // Measured every few seconds: the figure must be of a network of a thousand updates.
        await expect(exercise.root.locator('li.met')).toHaveCount(i + 1, { timeout: 60_000 });
        await lab.press('Pause');
        await lab.reaches('paused');
      }
    }
    await exercise.checkedRight(lab, TRAINS);
    const seen = (await exercise.root.locator('.verdict').innerText()).match(
      /with[^,]*?: (0\.\d+)/g,
    );
    const [two, eight] = (seen ?? []).map((part) => Number(part.split(' ').at(-1)));
    expect(two).toBeGreaterThan(0.03);
    expect(eight).toBeLessThan(0.03);
  });

  test('of 800 units one is not missed, and half of them are', async ({ page }) => {
    const exercise = new GradedExercise(page, 'ae-overcomplete');
    await exercise.commit(/^One: nothing/, lab);
    await lab.choose('Code size', '800');
    await expect(lab.root).toHaveAttribute('data-model', 'ae-mnist-d800');
    await lab.action('Switch it off').click();
    await expect(exercise.root.getByRole('listitem').nth(1)).toHaveClass(/met/);
    await lab.action('Half off').click();
    await exercise.checkedRight(lab);
  });
});

test.describe('chapter 2', () => {
  const address = 'foundations/fully-connected/';
  let lab: DensePage;
  test.beforeEach(async ({ page }) => {
    test.setTimeout(4 * TRAINS);
    lab = new DensePage(page);
    await lab.open(address);
  });

  /** Another size of the code, by the dial's stops; a run that stood there may go. */
  async function codeOf(size: number): Promise<void> {
    const dial = lab.root.getByRole('slider', { name: /^Code size/ });
    const now = async (): Promise<number> => Number(await dial.getAttribute('aria-valuetext'));
    while ((await now()) !== size) {
      const before = await now();
      const asks = ['paused', 'training'].includes(await lab.attribute('state'));
      await dial.press(before > size ? 'ArrowLeft' : 'ArrowRight');
      if (asks) await lab.root.getByRole('button', { name: 'Throw it away' }).click();
      await expect.poll(now).not.toBe(before);
      await lab.reaches('ready', 30_000);
    }
  }

  test('without activations the error ends level with PCA’s on the same images', async ({
    page,
  }) => {
    const exercise = new GradedExercise(page, 'dense-linear');
    await exercise.commit(/^About level/, lab);
    await codeOf(8);
    await lab.root.getByText('More: activation').click();
    await lab.root.getByRole('radio', { name: 'none' }).check({ force: true });
    await lab.reaches('ready', 30_000);
    await lab.press('Train');
    await exercise.checkedRight(lab, TRAINS);
    const verdict = await exercise.root.locator('.verdict').innerText();
    const ratio = Number(/on the same images: ([\d.]+)\.$/.exec(verdict)?.[1]);
    expect(ratio).toBeGreaterThan(0.97);
    expect(ratio).toBeLessThan(1.15);
  });

  test('after 1,000 updates PCA catches up between 8 and 32 numbers', async ({ page }) => {
    const exercise = new GradedExercise(page, 'dense-meet');
    await exercise.commit(/^Between 8 and 32/, lab);
    const sizes = [32, 8, 2];
    for (const [i, size] of sizes.entries()) {
      await codeOf(size);
      await lab.press('Train');
      await lab.trainsTo(1000, TRAINS);
      if (i === sizes.length - 1) break;
      // Two settings, and one size more.
      await expect(exercise.root.locator('li.met')).toHaveCount(3 + i, { timeout: 60_000 });
      // The next size is chosen while this one trains: neither its error nor its pictures are taken for the next one's.
      expect(
        await exercise.root.locator('li').filter({ hasText: 'not yet measured' }).count(),
      ).toBe(sizes.length - 1 - i);
    }
    await exercise.checkedRight(lab, TRAINS);
    const verdict = await exercise.root.locator('.verdict').innerText();
    const ratioOf = (size: number): number =>
      Number(new RegExp(`with ${size}(?: numbers)?: ([\\d.]*\\d)`).exec(verdict)?.[1]);
    expect(ratioOf(2)).toBeLessThan(1);
    expect(ratioOf(8)).toBeLessThan(0.95);
    expect(ratioOf(32)).toBeGreaterThan(1.2);
  });
});

test.describe('chapter 3', () => {
  const address = 'foundations/convolutional/';
  let lab: Lab;
  test.beforeEach(async ({ page }) => {
    test.setTimeout(120_000);
    lab = new Lab(page, 'convolutional');
    await lab.open(address);
  });

  test('after four pixels the last maps are the old ones, moved', async ({ page }) => {
    await lab.root.getByRole('tab', { name: 'Shift', exact: true }).click();
    await expect(lab.root.getByRole('img', { name: /^Moved back/ })).toBeVisible();
    const exercise = new GradedExercise(page, 'convolutional-shift');
    await exercise.commit(/^After 4/, lab);
    await exercise.stillOpen(); // the panel was open before
    const dial = lab.root.getByRole('slider', { name: /^Move x/ });
    for (const by of [1, 2, 3, 4, 5, 6, 7]) {
      await dial.press('ArrowRight');
      await expect(lab.root.getByText(`at ${by}:`).first()).toBeVisible();
    }
    await exercise.checkedRight(lab);
    await expect(exercise.root).toContainText(/after 4: 0,/);
  });

  test('with a skip another image’s code changes little; a swap from before does not count', async ({
    page,
  }) => {
    const swap = (what: string): Promise<void> =>
      lab.root
        .getByRole('group', { name: 'Swap', exact: true })
        .getByRole('radio', { name: what, exact: true })
        .check({ force: true });
    await lab.root
      .getByRole('combobox', { name: 'Network', exact: true })
      .selectOption('cae-mnist-d32-skip');
    await expect(lab.root).toHaveAttribute('data-model', 'cae-mnist-d32-skip');
    await swap('Code');
    await expect(lab.root.getByText('from another image’s code')).toBeVisible();
    await page.waitForTimeout(1000);
    const exercise = new GradedExercise(page, 'convolutional-skip');
    await exercise.commit(/^The digit, hardly changed/, lab);
    await exercise.stillOpen();
    await swap('None');
    await page.waitForTimeout(1000);
    await swap('Code');
    await exercise.checkedRight(lab);
    const verdict = await exercise.root.locator('.verdict').innerText();
    expect(Number(/ten digits: ([\d.]*\d)/.exec(verdict)?.[1])).toBeLessThan(0.005);
  });
});

// What the hierarchical lab's pictures say of its levels: what is held stays, what is drawn changes, what is swapped
// comes from the other image.
import { expect, test } from '../lib/fixtures.ts';
import { levelAddress, LevelPage } from '../lib/level-lab.ts';

test.describe.configure({ timeout: 240_000 });

const COLUMNS = 4;

test('sixteen samples are drawn within a second of the lab being ready', async ({ page }) => {
  // When the root says "ready", and when the samples' canvas first shows sixteen different pictures: both are watched
  // from before the lab wakes, so that nothing hangs on when this test looks.
  await page.addInitScript(() => {
    const different = (canvas: HTMLCanvasElement): number => {
      const context = canvas.getContext('2d');
      if (!context || canvas.hidden || canvas.width < 118) return 0;
      const tiles = Array.from({ length: 16 }, (_, i) =>
        context.getImageData((i % 4) * 30, Math.floor(i / 4) * 30, 28, 28).data.join(),
      );
      return new Set(tiles).size;
    };
    const look = () => {
      const root = document.querySelector<HTMLElement>('[data-lab]');
      const { dataset } = document.documentElement;
      if (root?.dataset['state'] === 'ready') dataset['readyAt'] ??= String(performance.now());
      const canvas = root?.querySelector<HTMLCanvasElement>('[aria-label^="Sixteen "]');
      const sheet = canvas?.parentElement?.querySelector('canvas');
      if (sheet && different(sheet) === 16) dataset['drawnAt'] ??= String(performance.now());
      if (dataset['readyAt'] && dataset['drawnAt']) return;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const at = (name: string) =>
    page.evaluate((key) => Number(document.documentElement.dataset[key] ?? NaN), name);
  await expect.poll(() => at('drawnAt')).toBeGreaterThan(0);
  expect((await at('drawnAt')) - (await at('readyAt'))).toBeLessThan(1000);
});

test('others are drawn within a second', async ({ page }) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const before = await lab.tiles(lab.sixteen, COLUMNS);
  expect(new Set(before).size).toBe(16);
  const canvas = lab.sixteen.locator('canvas');
  const milliseconds = await canvas.evaluate(
    (element, button) =>
      new Promise<number>((done, fail) => {
        const read = () => (element instanceof HTMLCanvasElement ? element.toDataURL() : '');
        const [first, begin] = [read(), performance.now()];
        const look = () => {
          const waited = performance.now() - begin;
          if (read() !== first) done(waited);
          else if (waited > 5000) fail(new Error('No other samples came.'));
          else requestAnimationFrame(look);
        };
        if (button instanceof HTMLElement) button.click();
        look();
      }),
    await lab.action('Draw again').elementHandle(),
  );
  expect(milliseconds).toBeLessThan(1000);
});

test('with the top level held the code on the plane stays, and the pictures change', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  await lab.lock('z₃').click();
  await expect(lab.lock('z₃')).toHaveAttribute('aria-pressed', 'true');
  await expect(lab.lock('z₂')).toHaveAttribute('aria-pressed', 'false');
  await expect(lab.root.getByText(/^All share z₃ of x;/).first()).toBeVisible();
  const pointer = await lab.pointer();
  const before = await lab.tiles(lab.sixteen, COLUMNS);
  await lab.action('Draw again').click();
  await expect.poll(() => lab.tiles(lab.sixteen, COLUMNS)).not.toEqual(before);
  expect(await lab.pointer()).toBe(pointer);
  await lab.showsDifferent(lab.sixteen, COLUMNS, 16);
});

test('holding a level holds those above it; with all of them held the means are equal', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  await lab.lock('z₁').click();
  for (const level of ['z₃', 'z₂', 'z₁']) {
    await expect(lab.lock(level)).toHaveAttribute('aria-pressed', 'true');
  }
  await lab.showsDifferent(lab.sixteen, COLUMNS, 1);
  for (const temperature of ['τ₃', 'τ₂', 'τ₁']) {
    await expect(lab.slider(temperature)).toBeDisabled();
  }
  await lab.choose('What the pictures show', 'Samples');
  await lab.showsDifferent(lab.sixteen, COLUMNS, 16);
  await lab.lock('z₃').click();
  for (const level of ['z₃', 'z₂', 'z₁']) {
    await expect(lab.lock(level)).toHaveAttribute('aria-pressed', 'false');
  }
});

test('each level has its temperature: with all at 0 everything below a held code is its mean', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  await lab.lock('z₃').click();
  await expect(lab.slider('τ₃')).toBeDisabled();
  await lab.cool('τ₂');
  await expect(lab.slider('τ₂')).toHaveAttribute('aria-valuetext', 'mean');
  await expect(lab.slider('τ₁')).toHaveAttribute('aria-valuetext', '1.00');
  await lab.showsDifferent(lab.sixteen, COLUMNS, 16);
  await lab.cool('τ₁');
  await lab.showsDifferent(lab.sixteen, COLUMNS, 1);
  await lab.slider('τ₂').focus();
  await lab.page.keyboard.press('End');
  await lab.showsDifferent(lab.sixteen, COLUMNS, 16);
});

test('the temperatures and the levels held stand in the address, and come back from it', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  await lab.lock('z₃').click();
  await lab.cool('τ₂');
  for (const part of [/held=1/, /tau=1,0(?:&|$)/]) {
    await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toMatch(part);
  }
  const drawn = await lab.tiles(lab.sixteen, COLUMNS);
  const other = await lab.again();
  await expect(other.slider('τ₂')).toHaveAttribute('aria-valuetext', 'mean');
  await expect(other.slider('τ₁')).toHaveAttribute('aria-valuetext', '1.00');
  await expect(other.lock('z₃')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => other.tiles(other.sixteen, COLUMNS)).toEqual(drawn);
});

test('the top is drawn from a mixture when it is ticked; the choice stands in the address, and comes back', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const mixture = (of: LevelPage) => of.page.getByRole('checkbox', { name: 'z₃ from a mixture' });
  const round = await lab.tiles(lab.sixteen, COLUMNS);
  await mixture(lab).check();
  await expect.poll(() => lab.tiles(lab.sixteen, COLUMNS)).not.toEqual(round);
  await lab.showsDifferent(lab.sixteen, COLUMNS, 16);
  await expect.poll(() => new URL(page.url()).hash).toMatch(/prior=fitted/);
  const drawn = await lab.tiles(lab.sixteen, COLUMNS);
  const other = await lab.again();
  await expect(mixture(other)).toBeChecked();
  await expect.poll(() => other.tiles(other.sixteen, COLUMNS)).toEqual(drawn);
  await other.page.close();
  // A held top is not drawn from anything.
  await lab.lock('z₃').click();
  await expect(mixture(lab)).toBeDisabled();
  await lab.lock('z₃').click();
  await mixture(lab).uncheck();
  await expect.poll(() => lab.tiles(lab.sixteen, COLUMNS)).toEqual(round);
});

test('the sixteen pass through the network again; how often stands in the address, and comes back', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const fresh = await lab.tiles(lab.sixteen, COLUMNS);
  const pass = async (count: number): Promise<void> => {
    await lab.slider('Passes').fill(String(count));
    await expect(lab.slider('Passes')).toHaveAttribute('aria-valuetext', String(count));
  };
  await pass(1);
  await expect.poll(() => lab.tiles(lab.sixteen, COLUMNS)).not.toEqual(fresh);
  const once = await lab.settled(lab.sixteen);
  await pass(16);
  await expect.poll(() => lab.settled(lab.sixteen)).not.toEqual(once);
  await lab.showsDifferent(lab.sixteen, COLUMNS, 16);
  await expect(page.getByText(/Each has passed 16 times/).first()).toBeVisible();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/passes=16/);
  const drawn = await lab.tiles(lab.sixteen, COLUMNS);
  const other = await lab.again();
  await expect(other.slider('Passes')).toHaveAttribute('aria-valuetext', '16');
  await expect.poll(() => other.tiles(other.sixteen, COLUMNS)).toEqual(drawn);
  await other.page.close();
  // What is held would not be held after a pass.
  await lab.lock('z₃').click();
  await expect(lab.slider('Passes')).toBeDisabled();
  await lab.lock('z₃').click();
  await pass(0);
  await expect.poll(() => lab.tiles(lab.sixteen, COLUMNS)).toEqual(fresh);
});

test('a sample that is chosen becomes z, and its siblings are drawn', async ({ page }) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const [whole, pointer] = [await lab.settled(lab.whole), await lab.pointer()];
  const before = await lab.tiles(lab.sixteen, COLUMNS);
  await lab.action('Hold sample 5 of 16').click();
  await lab.changed(lab.whole, whole);
  await expect.poll(() => lab.pointer()).not.toBe(pointer);
  await expect(lab.lock('z₃')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => lab.tiles(lab.sixteen, COLUMNS)).not.toEqual(before);
  await lab.action('Back to x').click();
  await expect.poll(() => lab.pixels(lab.whole)).toBe(whole);
  await expect(lab.lock('z₃')).toHaveAttribute('aria-pressed', 'false');
});

test('a point on the plane holds the top there; Escape lets it go', async ({ page }) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const rung = await lab.settled(lab.firstRung);
  const { x, y } = await lab.placeOnPlane(0.3, 0.8);
  await page.mouse.click(x, y);
  await lab.changed(lab.firstRung, rung);
  await expect(lab.lock('z₃')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect.poll(() => lab.pixels(lab.firstRung)).toBe(rung);
  await expect(lab.lock('z₃')).toHaveAttribute('aria-pressed', 'false');
});

test('all levels from B are B itself, all from A are x', async ({ page }) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const own = await lab.settled(lab.whole);
  await lab.showTab('Swap');
  const tiles = await lab.tiles(lab.mixtures, 4);
  expect(tiles).toHaveLength(8);
  expect(new Set(tiles).size).toBe(8);
  for (const level of ['z₃', 'z₂', 'z₁']) {
    await lab.choose(`${level} from`, 'B');
  }
  await expect(lab.action('z₃ of B, z₂ of B, z₁ of B')).toHaveAttribute('aria-pressed', 'true');
  await lab.showTab('Levels');
  const swapped = await lab.changed(lab.whole, own);
  await lab.showTab('Swap');
  await lab.action('z₃ of A, z₂ of A, z₁ of A').click();
  // B's own reconstruction: B as x.
  const label = /\d/.exec((await lab.image(/^B: /).getAttribute('aria-label')) ?? '')?.[0] ?? '';
  expect(label).not.toBe('');
  await lab.showTab('Levels');
  await expect.poll(() => lab.pixels(lab.whole)).toBe(own);
  await lab.action(`Another ${label}`).click();
  await expect.poll(() => lab.pixels(lab.whole)).toBe(swapped);
});

test('by keyboard alone: a level is held, a sample chosen, the point moved, a mixture made', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  const whole = await lab.settled(lab.whole);
  await lab.lock('z₃').focus();
  await page.keyboard.press('Enter');
  await expect(lab.lock('z₃')).toHaveAttribute('aria-pressed', 'true');
  await lab.action('Hold sample 1 of 16').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  const chosen = await lab.changed(lab.whole, whole);
  await lab.plane.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await lab.changed(lab.whole, chosen);
  await page.keyboard.press('Escape');
  await expect.poll(() => lab.pixels(lab.whole)).toBe(whole);
  await lab.root.getByRole('tab', { name: 'Levels', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await lab.settled(lab.mixtures);
  await lab.action('z₃ of A, z₂ of A, z₁ of A').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await lab.root.getByRole('tab', { name: 'Swap', exact: true }).focus();
  await page.keyboard.press('ArrowLeft');
  await lab.changed(lab.whole, whole);
});

test('beside a second network the samples of both are there, with the same noise at each place', async ({
  page,
}) => {
  const lab = new LevelPage(page);
  await lab.open(levelAddress);
  await lab.action('Compare').click();
  await lab.root
    .getByRole('combobox', { name: 'Compare' })
    .selectOption({ label: 'The same twice, then your choice' });
  const grid = (name: string) =>
    lab.grid(new RegExp(`^${name}: Sixteen `)).filter({ visible: true });
  await expect.poll(async () => new Set(await lab.tiles(grid('A'), 8)).size).toBe(16);
  // The same network twice: what differs would be the noise.
  const equal = async () =>
    (await lab.tiles(grid('A'), 8)).join() === (await lab.tiles(grid('B'), 8)).join();
  await expect.poll(equal).toBe(true);
  const before = await lab.tiles(grid('B'), 8);
  await lab.action('Draw again').click();
  await expect.poll(() => lab.tiles(grid('B'), 8)).not.toEqual(before);
  await expect.poll(equal).toBe(true);
  // A temperature is that of both.
  const warm = await lab.tiles(grid('B'), 8);
  await lab.cool('τ₁');
  await expect.poll(() => lab.tiles(grid('B'), 8)).not.toEqual(warm);
  await expect.poll(equal).toBe(true);
  // Pointed at in one, a sample is marked in both.
  const sample = (name: string) => grid(name).getByRole('button', { name: 'Hold sample 5 of 16' });
  await sample('A').hover();
  await expect(sample('B')).toHaveClass(/lit/);
  await lab.action('Close B').click();
  await expect(lab.root.getByRole('tab', { name: 'Samples', exact: true })).toHaveCount(0);
  await expect(lab.root.getByRole('tab', { name: 'Levels', exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  );
});

test.describe('by touch, 360 pixels wide', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('the plane is tapped, samples and mixtures are chosen, and nothing reaches over the edge', async ({
    page,
  }) => {
    const lab = new LevelPage(page);
    await lab.open(levelAddress);
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    const rung = await lab.settled(lab.firstRung);
    const { x, y } = await lab.placeOnPlane(0.3, 0.8);
    await page.touchscreen.tap(x, y);
    await lab.changed(lab.firstRung, rung);
    const whole = await lab.settled(lab.whole);
    await lab.action('Hold sample 16 of 16').tap();
    const chosen = await lab.changed(lab.whole, whole);
    expect(await overflow()).toBe(0);
    await lab.root.getByRole('tab', { name: 'Swap', exact: true }).tap();
    await lab.settled(lab.mixtures);
    await lab.action('z₃ of B, z₂ of A, z₁ of A').tap();
    expect(await overflow()).toBe(0);
    await lab.root.getByRole('tab', { name: 'Levels', exact: true }).tap();
    await lab.changed(lab.whole, chosen);
  });
});

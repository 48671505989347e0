// The hierarchical lab's frame: it trains, its upper levels collapse and are cured from the same seed, a switch that needs
// new weights asks first, two networks stand side by side, and the address and kept models bring a state back.
import { expect, test } from '../lib/fixtures.ts';
import { hierarchicalAddress, HierarchicalPage } from '../lib/hierarchical-lab.ts';

test.describe.configure({ timeout: 240_000 });

let lab: HierarchicalPage;

test.beforeEach(({ page }) => {
  lab = new HierarchicalPage(page);
});

test('the small ladder is shown, with the KL of every level', async () => {
  await lab.open(hierarchicalAddress);
  expect(await lab.attribute('model')).toBe('ladder-mnist-mini');
  await lab.tab('Rates').click();
  await expect.poll(async () => (await lab.rates()).length).toBe(3);
  for (const nats of await lab.rates()) expect(nats).toBeGreaterThan(0.5);
  // From the top down, as everything else in the lab: the level next to the image says most, and stands last.
  const [top = NaN, , bottom = NaN] = await lab.rates();
  expect(bottom).toBeGreaterThan(top);
  const bars = lab.root.getByRole('img', { name: /^KL per level, nats/ });
  expect(await bars.getAttribute('aria-label')).toMatch(/z₃: .*z₂: .*z₁: /);
});

for (const model of ['ladder-mnist-mini', 'ladder-mnist', 'vae2-mnist']) {
  test(`with ${model} the whole lab fits a laptop's screen, whatever its panel`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await lab.open(hierarchicalAddress);
    await lab.root.getByRole('combobox', { name: 'Network' }).selectOption(model);
    await expect(lab.root).toHaveAttribute('data-model', model);
    await lab.reaches('ready', 30_000);
    for (const tab of ['Levels', 'Swap', 'Rates', 'Loss', 'Slow motion']) {
      await lab.tab(tab).click();
      await expect(lab.tab(tab)).toHaveAttribute('aria-selected', 'true');
      await page.waitForTimeout(1000); // what the panel loads is there
      const height = await lab.root.evaluate((root) => root.getBoundingClientRect().height);
      expect(height, tab).toBeLessThanOrEqual(720);
    }
  });
}

test('what "More settings" opens gives way where it covers other dials, and stays where it does not', async ({
  page,
}) => {
  await lab.open(hierarchicalAddress);
  const folded = lab.root.locator('details').filter({ hasText: 'More settings' });
  const summary = folded.locator('summary');
  await summary.click();
  await expect(folded).toHaveAttribute('open');
  await lab.action('Draw again').click();
  await expect(folded).not.toHaveAttribute('open');
  await summary.click();
  await page.keyboard.press('Escape');
  await expect(folded).not.toHaveAttribute('open');
  await expect(summary).toBeFocused();

  await page.setViewportSize({ width: 360, height: 740 });
  await summary.click();
  await lab.action('Draw again').click();
  await expect(folded).toHaveAttribute('open');
});

test('trained from scratch, its loss falls', async () => {
  await lab.open(hierarchicalAddress);
  await lab.press('Train');
  await lab.trainsTo(20, 120_000);
  const early = await lab.loss();
  await lab.trainsTo(120, 120_000);
  await lab.press('Pause');
  await lab.reaches('paused');
  expect(await lab.loss()).toBeLessThan(early * 0.9);
  expect(await lab.attribute('model')).toBe('');
});

test('the loss shown is that of the final schedule: warm-up and free bits do not change it', async () => {
  await lab.open(hierarchicalAddress);
  const losses: string[] = [];
  for (const side of ['On', 'Off'] as const) {
    await lab.turn('Warm-up', side);
    await lab.turn('Free bits', side);
    await lab.press('Reset');
    await expect(lab.root).toHaveAttribute('data-step', '0');
    await lab.press('Step');
    await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 30_000 });
    losses.push(await lab.attribute('loss'));
  }
  expect(losses[1]).toBe(losses[0]);
});

test('without the three switches the upper levels collapse; with them, from the same seed, they live', async () => {
  await lab.open(hierarchicalAddress);
  await lab.action('Collapse it').click();
  await expect(lab.root).toHaveAttribute('data-model', '');
  // Before they die they stir: of the first readings some may lie under the limit, and the next above it.
  await lab.trainsTo(250, 180_000);
  await expect(lab.advice).toContainText(/z₃ and z₂ are dead/, { timeout: 60_000 });
  await lab.press('Pause');
  await lab.reaches('paused');
  const seed = await lab.root.getByRole('spinbutton', { name: /seed/i }).inputValue();
  const collapsed = await lab.rates();
  expect(collapsed.length).toBe(3);
  for (const upper of collapsed.slice(0, -1)) expect(upper).toBeLessThan(0.1);

  await lab.action('Cure it').click();
  await lab.reaches('training', 30_000);
  expect(await lab.root.getByRole('spinbutton', { name: /seed/i }).inputValue()).toBe(seed);
  await lab.trainsTo(60, 120_000);
  await expect(lab.advice).toContainText('No level is dead', { timeout: 120_000 });
  await lab.press('Pause');
  await lab.reaches('paused');
  for (const upper of (await lab.rates()).slice(0, -1)) expect(upper).toBeGreaterThan(0.5);
});

test('in the middle of a run another one takes its place, and nothing fails on the way', async () => {
  await lab.open(hierarchicalAddress);
  await lab.root.evaluate((root: HTMLElement) => {
    root.dataset['seen'] = '';
    new MutationObserver(() => {
      root.dataset['seen'] = `${root.dataset['seen']} ${root.dataset['state']}`;
    }).observe(root, { attributes: true, attributeFilter: ['data-state'] });
  });
  const runs = async (): Promise<number> =>
    ((await lab.root.getAttribute('data-seen')) ?? '')
      .split(' ')
      .filter((state) => state === 'training').length;
  for (const [i, name] of ['Collapse it', 'Cure it', 'Collapse it', 'Cure it'].entries()) {
    await lab.action(name).click();
    await expect.poll(runs, { timeout: 60_000 }).toBe(i + 1);
    await lab.trainsTo(20, 120_000); // pictures of it are on their way
  }
  expect((await lab.root.getAttribute('data-seen')) ?? '').not.toContain('failed');
});

test('batch normalisation asks before it throws a run away; warm-up and free bits need not', async () => {
  await lab.open(hierarchicalAddress);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 30_000 });
  await lab.turn('Warm-up', 'Off');
  await lab.turn('Free bits', 'Off');
  expect(await lab.step()).toBe(1);
  await lab.turn('Batch norm', 'Off');
  await expect(lab.root.getByText('Throw this run away?')).toBeVisible();
  await lab.action('Keep it').click();
  expect(await lab.step()).toBe(1);
  await expect(lab.choice('Batch norm', 'On')).toBeChecked();
  await lab.turn('Batch norm', 'Off');
  await lab.action('Throw it away').click();
  await expect(lab.root).toHaveAttribute('data-step', '0');
  await lab.reaches('ready', 30_000);
  await expect(lab.choice('Batch norm', 'Off')).toBeChecked();
});

test('a plain VAE of the same size stands beside the ladder, and both train abreast', async () => {
  await lab.open(hierarchicalAddress);
  await lab.action('Compare').click();
  await expect(lab.root.getByRole('group', { name: 'Comparison' })).toBeVisible();
  await lab.tab('Rates').click();
  await expect.poll(async () => (await lab.rates('B: ')).length).toBe(1);
  expect(await lab.rates('A: ')).toHaveLength(3);
  await lab.press('Train');
  await lab.trainsTo(10, 120_000);
  await lab.press('Pause');
  await lab.reaches('paused');
  await expect(lab.root.getByText(/updates behind/)).toHaveCount(0);
  await lab.action('Close B').click();
  await expect(lab.root.getByRole('group', { name: 'Comparison' })).toHaveCount(0);
});

test('the switches are the other way round in the second network, and are its own', async () => {
  await lab.open(hierarchicalAddress);
  await lab.action('Compare').click();
  await lab.root
    .getByRole('combobox', { name: 'Compare' })
    .selectOption({ label: 'All three switches: on beside off' });
  await expect(lab.choice('Batch norm', 'On')).toBeChecked();
  await lab.root.getByRole('radio', { name: 'Dials of B' }).check({ force: true });
  for (const name of ['Batch norm', 'Warm-up', 'Free bits']) {
    await expect(lab.choice(name, 'Off')).toBeChecked();
  }
});

test('the address holds the network, the switches and the panel, and opens the same lab elsewhere', async ({
  page,
  context,
}) => {
  await lab.open(hierarchicalAddress);
  await lab.turn('Batch norm', 'Off');
  await lab.turn('Free bits', 'Off');
  await lab.tab('Rates').click();
  for (const part of [
    /^#hierarchical-vae\.v1:/,
    /net=ladder-without-norm/,
    /free=0/,
    /tab=rates/,
  ]) {
    await expect.poll(() => new URL(page.url()).hash).toMatch(part);
  }
  const other = new HierarchicalPage(await context.newPage());
  await other.page.goto(page.url());
  await other.wake();
  await expect(other.choice('Batch norm', 'Off')).toBeChecked();
  await expect(other.choice('Free bits', 'Off')).toBeChecked();
  await expect(other.choice('Warm-up', 'On')).toBeChecked();
  await expect(other.tab('Rates')).toHaveAttribute('aria-selected', 'true');
  expect(await other.attribute('model')).toBe('');
});

test('a hierarchy is kept in the browser and shown again, at its step', async ({ page }) => {
  await lab.open(hierarchicalAddress);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 30_000 });
  const loss = await lab.attribute('loss');
  await lab.tab('Keep').click();
  await expect(lab.action('Weights')).toBeEnabled();
  await lab.root.getByRole('textbox', { name: 'Name' }).fill('my ladder');
  await lab.action('Keep this model').click();
  const kept = lab.root
    .getByRole('list', { name: 'Models kept in this browser' })
    .getByRole('listitem');
  await expect(kept).toContainText('my ladder');
  await page.reload();
  await lab.wake();
  await lab.tab('Keep').click();
  await kept.getByRole('button', { name: /^Show/ }).click();
  await expect(lab.root).toHaveAttribute('data-step', '1');
  await expect(lab.root).toHaveAttribute('data-loss', loss);
  await expect(lab.choice('Batch norm', 'On')).toBeChecked();
});

// Two networks side by side in the VAE lab: from one seed, at equal numbers of updates, with linked planes.
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

let lab: VaePage;

test.beforeEach(async ({ page }) => {
  test.setTimeout(180_000);
  lab = new VaePage(page);
  await lab.open(vaeAddress);
  await lab.action('Compare').click();
  await expect(lab.root.getByRole('group', { name: 'Comparison' })).toBeVisible();
});

const planeOf = (name: 'A' | 'B') =>
  lab.root.getByRole('application', { name: new RegExp(`^Latent plane of ${name},`) });

test('an autoencoder stands beside the VAE, each with its own decoder, and both decode the same x', async () => {
  await expect(planeOf('B')).toBeVisible();
  const [a, b] = [lab.image(/^Decoder mean of A/), lab.image(/^Decoder mean of B/)];
  const before = [await lab.settled(a), await lab.settled(b)] as const;
  expect(before[0]).not.toBe(before[1]);
  await lab.chooseClass('3');
  await lab.changed(a, before[0]);
  await lab.changed(b, before[1]);
  // The contract's attributes stay those of the first.
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');
});

test('a place on one plane is decoded by both, and one image is lit in both', async ({ page }) => {
  const [a, b] = [lab.image(/^Decoder mean of A/), lab.image(/^Decoder mean of B/)];
  const before = [await lab.settled(a), await lab.settled(b)] as const;
  const box = await planeOf('A').boundingBox();
  if (!box) throw new Error('The plane of A has no place on the page');
  const lit = lab.image('The image of the lit codes');
  // Over the densest part of the plane there is a code within reach of some place.
  await expect
    .poll(async () => {
      const [right, down] = [0.45 + 0.15 * Math.random(), 0.4 + 0.2 * Math.random()];
      await page.mouse.move(box.x + right * box.width, box.y + down * box.height, { steps: 3 });
      return lit.isVisible();
    })
    .toBe(true);
  await lab.changed(a, before[0]);
  await lab.changed(b, before[1]);
});

test('one bar trains both at equal numbers of updates, pauses both and resets both', async () => {
  await lab.press('Train');
  await lab.trainsTo(20, 120_000);
  await lab.press('Pause');
  await lab.reaches('paused');
  const step = await lab.step();
  await expect(lab.root.getByText(/updates behind/)).toHaveCount(0);
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', String(step + 1), { timeout: 15_000 });
  await lab.press('Reset');
  await expect(lab.root).toHaveAttribute('data-step', '0', { timeout: 15_000 });
  await lab.reaches('ready');
});

test('each network has dials of its own', async () => {
  await lab.root
    .getByRole('combobox', { name: 'Compare' })
    .selectOption({ label: 'β = 1 beside β = 4' });
  const value = () => lab.slider('β').getAttribute('aria-valuetext');
  await expect.poll(value).toMatch(/^1(?:\.0*)?$/);
  await lab.root.getByRole('radio', { name: 'Dials of B' }).check({ force: true });
  await expect.poll(value).toMatch(/^(?:4|3\.\d)/);
});

test('taken away again, the second network is gone and the first is as it was', async () => {
  await lab.action('Close B').click();
  await expect(planeOf('B')).toHaveCount(0);
  expect(await lab.attribute('model')).toBe('vae-mnist-2d');
  await lab.settled(lab.mean);
});

test('pictures that are asked for while another backend starts come once it is there', async () => {
  const [a, b] = [lab.image(/^Decoder mean of A/), lab.image(/^Decoder mean of B/)];
  const before = [await lab.settled(a), await lab.settled(b)] as const;
  await lab.root.evaluate((root) => {
    new MutationObserver(() => {
      if (root.textContent.includes('That did not work')) root.setAttribute('data-seen', 'a fault');
    }).observe(root, { childList: true, subtree: true, characterData: true });
  });
  await lab.root.locator('details').filter({ hasText: 'runs on' }).locator('summary').click();
  await lab.root.getByRole('radio', { name: 'fastest' }).check({ force: true });
  await lab.reaches('preparing');
  for (const digit of ['7', '1', '3']) await lab.chooseClass(digit);
  await lab.reaches('ready', 30_000);
  await lab.changed(a, before[0]);
  await lab.changed(b, before[1]);
  await expect(lab.root).not.toHaveAttribute('data-seen');
});

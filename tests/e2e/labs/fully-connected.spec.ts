// The lab of the fully connected autoencoder over a visitor's whole path: reconstruct, hover, other codes, PCA beside it,
// train, neighbours, walks and noise, compare. The contract that every lab keeps is tried in contract.spec.ts.
import { expect, test } from '../lib/fixtures.ts';
import { DensePage } from '../lib/dense-lab.ts';

const address = 'foundations/fully-connected/';

let lab: DensePage;

test.beforeEach(({ page }) => {
  lab = new DensePage(page);
});

test('the pretrained model is shown; a digit comes back from the network better than from PCA', async () => {
  await lab.open(address);
  expect(await lab.attribute('model')).toBe('ae-mnist-d32');
  await expect(lab.root.getByText('222,384 parameters')).toBeVisible();
  const errors = lab.root.locator('.readout').filter({ hasText: 'error' }).locator('.value');
  await expect(errors.nth(1)).toHaveText(/^0\.\d{4}$/, { timeout: 20_000 });
  const [network, pca] = [await errors.nth(0).innerText(), await errors.nth(1).innerText()];
  expect(Number(network)).toBeGreaterThan(0);
  expect(Number(network)).toBeLessThan(Number(pca));
});

test('the help of a control gives way when it is used, and comes again', async ({ page }) => {
  await lab.open(address);
  const size = lab.root.getByRole('slider', { name: /^Code size/ });
  const help = lab.root.getByText(/^Numbers in the code\./);
  await size.hover();
  await expect(help).toBeVisible();
  await page.mouse.down();
  await page.mouse.up();
  await expect(help).toBeHidden();
  await page.waitForTimeout(400); // longer than it takes to appear
  await expect(help).toBeHidden();
  await page.mouse.move(5, 5);
  await expect(help).toBeHidden();
  await size.hover();
  await expect(help).toBeVisible();
  await page.keyboard.press('Tab'); // to wherever: the pointer stays
  await size.focus();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});

test('tabs that the strip has no room for are an arrow away', async () => {
  await lab.open(address);
  const keep = lab.root.getByRole('tab', { name: 'Keep', exact: true });
  await expect(keep).not.toBeInViewport({ ratio: 0.9 });
  await lab.root.getByTitle('More tabs').click();
  await expect(keep).toBeInViewport({ ratio: 0.9 });
  await keep.click();
  await expect(keep).toHaveAttribute('aria-selected', 'true');
});

test('another digit is another picture', async () => {
  await lab.open(address);
  const means = lab.root.getByRole('img', { name: /^Reconstruction, decoded from/ });
  const before = await lab.settled(means);
  await lab.root.getByRole('button', { name: 'Another 3' }).click();
  await lab.changed(means, before);
});

test('a smaller code loads its own published model, and one without a model starts untrained', async () => {
  await lab.open(address);
  const size = lab.root.getByRole('slider', { name: /^Code size/ });
  await size.press('Home');
  await lab.reaches('ready');
  await expect(lab.root).toHaveAttribute('data-model', '');
  await size.press('ArrowRight');
  await expect(lab.root).toHaveAttribute('data-model', 'ae-mnist-d2', { timeout: 20_000 });
});

test('training from scratch brings the squared error below that of the mean image, with two numbers', async () => {
  test.setTimeout(150_000);
  await lab.open(address);
  const size = lab.root.getByRole('slider', { name: /^Code size/ });
  await size.press('Home');
  await size.press('ArrowRight');
  await expect(lab.root).toHaveAttribute('data-model', 'ae-mnist-d2', { timeout: 20_000 });
  await lab.press('Train');
  await lab.reaches('training');
  await expect.poll(() => lab.loss(), { timeout: 120_000, intervals: [500] }).toBeLessThan(0.06); // the mean image loses 0.067
});

test('cross-entropy is another loss, in nats, and needs other weights', async () => {
  await lab.open(address);
  await lab.root.getByRole('radio', { name: 'BCE' }).check({ force: true });
  await expect(lab.root).toHaveAttribute('data-model', '');
  await lab.reaches('ready');
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 20_000 });
  expect(await lab.loss()).toBeGreaterThan(300); // 784 log 2, before anything is learnt
});

test('neighbours, a walk and two kinds of noise are pictures that can be chosen', async () => {
  await lab.open(address);
  await lab.root.getByRole('tab', { name: 'Neighbours' }).click();
  await expect(lab.root.getByRole('button', { name: /^Encode neighbour 1/ }).first()).toBeVisible();
  await lab.root.getByRole('tab', { name: 'Between' }).click();
  await expect(
    lab.root.getByRole('button', { name: 'Set z to step 4 of 8 of the walk' }),
  ).toBeVisible();
  await lab.root.getByRole('tab', { name: 'Noise' }).click();
  const means = lab.root.getByRole('img', { name: /^Reconstruction, decoded from/ });
  const before = await lab.settled(means);
  await lab.root.getByRole('button', { name: 'Set z to draw 2 from N(0, I)' }).click();
  await lab.changed(means, before);
});

test('two networks stand side by side', async () => {
  await lab.open(address);
  await lab.root.getByRole('button', { name: 'Compare' }).click();
  await expect(lab.root.getByRole('img', { name: /^Reconstruction of B/ })).toBeVisible({
    timeout: 20_000,
  });
  await lab.press('Step');
  await expect(lab.root).toHaveAttribute('data-step', '1', { timeout: 20_000 });
});

test('the instrument fits into a window of 1280 × 720', async () => {
  await lab.open(address);
  const box = await lab.root.boundingBox();
  expect(box?.height).toBeLessThanOrEqual(720);
});

// The rate–distortion plane: published models from the start, live runs as a trail, points that are kept.
import { expect, test } from '../lib/fixtures.ts';
import { Lab } from '../lib/lab.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

const KEY = 'bottleneck:rate-distortion';
const kept = [
  { set: 'mnist', rate: 12.5, distortion: 101, beta: 4, network: '784-400-20', updates: 300 },
];

test('is whole before any script runs: the published models are points with their values', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    ...(baseURL ? { baseURL } : {}),
  });
  const page = await context.newPage();
  await page.goto(vaeAddress);
  const lab = new Lab(page, 'rate-distortion');
  await expect(lab.root).toHaveAttribute('data-state', 'idle');
  const plane = lab.root.getByRole('img', { name: /^Rate–distortion plane, MNIST/ });
  await expect(plane).toHaveAttribute('aria-label', /VAE, 20-D: KL \d+\.\d, reconstruction \d+/);
  await expect(lab.root.getByRole('button', { name: 'Trace the curve' })).toBeDisabled();
  await context.close();
});

test('arrow keys read the points, from the least rate to the greatest', async ({ page }) => {
  const lab = new Lab(page, 'rate-distortion');
  await lab.open(vaeAddress);
  await lab.root.getByRole('img', { name: /^Rate–distortion plane/ }).focus();
  await page.keyboard.press('Home');
  await expect(lab.root.getByText(/^VAE, 2-D: KL/).first()).toBeVisible();
  await page.keyboard.press('End');
  await expect(lab.root.getByText(/^VAE, 20-D: KL/).first()).toBeVisible();
});

test('a kept point is there at the next visit, and can be removed', async ({ page }) => {
  await page.addInitScript(([key, text]) => localStorage.setItem(key, text), [
    KEY,
    JSON.stringify(kept),
  ] as const);
  const lab = new Lab(page, 'rate-distortion');
  await lab.open(vaeAddress);
  const plane = lab.root.getByRole('img', { name: /kept, β 4: KL 12\.5/ });
  await plane.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await lab.root.getByRole('button', { name: 'Remove this point' }).click();
  await expect(plane).toHaveCount(0);
  expect(await page.evaluate((key) => localStorage.getItem(key), KEY)).toBeNull();
});

test('damaged storage is no points', async ({ page }) => {
  await page.addInitScript((key) => localStorage.setItem(key, '[{"rate":"x"}, 7, {'), KEY);
  const lab = new Lab(page, 'rate-distortion');
  await lab.open(vaeAddress);
  await expect(lab.root.getByRole('img', { name: /^Rate–distortion plane/ })).toBeVisible();
  await expect(lab.root.getByRole('button', { name: 'Keep this point' })).toBeDisabled();
});

test('a live run leaves a trail, whose newest point is kept on demand', async ({ page }) => {
  test.setTimeout(180_000);
  const vae = new VaePage(page);
  await vae.open(vaeAddress);
  await vae.press('Train');
  await vae.trainsTo(20, 120_000);
  await vae.press('Pause');
  const lab = new Lab(page, 'rate-distortion');
  await lab.wake();
  await lab.root.getByRole('button', { name: 'Keep this point' }).click();
  await expect(lab.root.getByRole('img', { name: /kept, β 1: KL/ })).toBeVisible();
  const text = await page.evaluate((key) => localStorage.getItem(key), KEY);
  expect(text).toContain('"network":"784-256-2"');
});

test('the curve is traced by training: five points, the dearer the code the further to the left', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const lab = new Lab(page, 'rate-distortion');
  await lab.open(vaeAddress);
  await lab.root.getByRole('button', { name: 'Trace the curve' }).click();
  const plane = lab.root.getByRole('img', { name: /^Rate–distortion plane/ });
  // The lab rests between two values of β: it is done when all five are there.
  await expect(plane).toHaveAccessibleName(/β 0\.5: KL/, { timeout: 200_000 });
  const said = (await plane.getAttribute('aria-label')) ?? '';
  const traced = [...said.matchAll(/β ([\d.]+): KL ([\d.]+), reconstruction ([\d.]+)/g)]
    .map(([, ...numbers]) => numbers.map(Number))
    .sort(([a = 0], [b = 0]) => a - b);
  expect(traced.map(([beta]) => beta)).toEqual([0.5, 1, 2, 4, 8]);
  const sorted = (column: number) => traced.map((row) => row[column] ?? NaN);
  expect(sorted(1)).toEqual([...sorted(1)].sort((a, b) => b - a));
  expect(sorted(2)).toEqual([...sorted(2)].sort((a, b) => a - b));
});

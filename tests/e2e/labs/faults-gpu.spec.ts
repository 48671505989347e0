// A graphics processor that is taken away while the VAE lab trains on it: the run goes on from its last checkpoint on
// the next backend, and says so. The processors are software here, and slow.
import { beforeWorker, strike, wentOn } from '../lib/faults.ts';
import { expect, test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

const GONE = 'The GPU was lost.';

// Scripts for the worker, before any backend starts: they keep what tfjs gets, to take it away later.
const keepContexts = `
  const get = OffscreenCanvas.prototype.getContext;
  const contexts = [];
  OffscreenCanvas.prototype.getContext = function (...args) {
    const context = get.apply(this, args);
    if (context instanceof WebGL2RenderingContext) contexts.push(context);
    return context;
  };
  self.loseGpu = () => {
    for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext();
  };`;
const keepDevices = `
  const request = GPUAdapter.prototype.requestDevice;
  const devices = [];
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await request.apply(this, args);
    devices.push(device);
    return device;
  };
  self.loseGpu = () => {
    for (const device of devices) device.destroy();
  };`;

/** Opens the lab on a backend by name and trains until its run has checkpoints. */
async function trains(lab: VaePage, backend: string): Promise<void> {
  await lab.page.goto(`${vaeAddress}?backend=${backend}`);
  await lab.root.scrollIntoViewIfNeeded();
  await lab.reaches('ready', 90_000);
  expect(await lab.attribute('backend')).toBe(backend);
  await lab.press('Train');
  await lab.trainsTo(3, 90_000);
}

/** Takes the processor away (`beforeWorker` has put the means into the worker) and sees the run go on. */
async function loses(lab: VaePage): Promise<void> {
  const least = await strike(lab, async (worker) => {
    await worker.evaluate('loseGpu()');
  });
  const { step, backend } = await wentOn(lab, GONE, 60_000);
  expect(step).toBeGreaterThanOrEqual(least);
  expect(backend).toBe('wasm');
  expect(await lab.attribute('backend')).toBe('wasm');
  await lab.trainsTo(step + 20);
}

test('a lost WebGL context: the run goes on on wasm', async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new VaePage(page);
  await beforeWorker(page, keepContexts);
  await trains(lab, 'webgl');
  await loses(lab);
});

test('a lost GPU device of WebGPU: the run goes on on wasm', async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new VaePage(page);
  await page.goto(vaeAddress);
  // Chromium brings a software adapter; where a machine has none at all there is no device to lose.
  const adapter = await page.evaluate(async () => Boolean(await navigator.gpu.requestAdapter()));
  test.skip(!adapter, 'this browser has no WebGPU adapter');
  await beforeWorker(page, keepDevices);
  await trains(lab, 'webgpu');
  await loses(lab);
});

// A GPU device of WebGPU that is taken away while the VAE lab trains on it: the run goes on from its last checkpoint on
// the next backend, and says so. Apart from WebGL, since Chromium offers its software adapter by a switch only.
import { launchOptions } from '../../../scripts/lib/browser.mjs';
import { beforeWorker, losesGpu, trainsOn } from '../lib/faults.ts';
import { test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

const launch = launchOptions();
test.use({ launchOptions: { ...launch, args: [...launch.args, '--enable-unsafe-webgpu'] } });

// For the worker, before any backend starts: keeps the devices that tfjs gets, to take them away later.
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

test('a lost GPU device of WebGPU: the run goes on on wasm', async ({ page }) => {
  test.setTimeout(420_000);
  const lab = new VaePage(page);
  await page.goto(vaeAddress);
  const adapter = await page.evaluate(async () => Boolean(await navigator.gpu.requestAdapter()));
  test.skip(!adapter, 'this browser offers no adapter');
  await beforeWorker(page, keepDevices);
  await trainsOn(lab, vaeAddress, 'webgpu');
  await losesGpu(lab);
});

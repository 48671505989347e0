// A WebGL context that is taken away while the VAE lab trains on it: the run goes on from its last checkpoint on the
// next backend, and says so. The processor is software here, and slow.
import { beforeWorker, losesGpu, trainsOn } from '../lib/faults.ts';
import { test } from '../lib/fixtures.ts';
import { vaeAddress, VaePage } from '../lib/vae-lab.ts';

// For the worker, before any backend starts: keeps the contexts that tfjs gets, to take them away later.
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

test('a lost WebGL context: the run goes on on wasm', async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new VaePage(page);
  await beforeWorker(page, keepContexts);
  await trainsOn(lab, vaeAddress, 'webgl');
  await losesGpu(lab);
});

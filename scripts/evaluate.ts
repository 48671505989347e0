// Recomputes the metrics of published models from their files: `npm run evaluate -- [id …] [--json] [--quick]`.
// With --json standard output is exactly one JSON object; progress goes to standard error. Ends non-zero where a
// figure differs from the manifest by more than its tolerance.
import { parseArgs } from 'node:util';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import type { Metric } from '../src/lib/weights/manifest.ts';
import { measure } from './lib/measure.ts';
import { loadPublished, loadSplits, publishedIds } from './lib/packed.ts';
import { recipeOf } from './recipes/index.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

await startBackend('auto', nodeAssets());
const report: Record<string, { metrics: Record<string, Metric> }> = {};
let failed = false;
for (const id of positionals.length > 0 ? positionals : await publishedIds()) {
  const { manifest, trainer } = await loadPublished(id);
  const metrics = await measure(id, trainer, await loadSplits(manifest), {
    quick: options.quick,
    k: recipeOf(id).importanceSamples,
  });
  trainer.dispose();
  report[id] = { metrics };
  for (const [name, { value, unit, tolerance }] of Object.entries(metrics)) {
    const published = manifest.metrics[name];
    const agrees = published !== undefined && Math.abs(published.value - value) <= tolerance;
    failed ||= !agrees;
    const line = `${id} ${name} ${value.toFixed(4)} ${unit}${agrees ? '' : `  ← manifest: ${published?.value ?? 'missing'}`}`;
    (options.json ? console.error : console.log)(line);
  }
}
if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = failed ? 1 : 0;

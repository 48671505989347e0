// Writes the fixtures of published models again from their weights: `node scripts/run.mjs fixtures [id …]`.
import path from 'node:path';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { writeFixture } from './lib/fixture.ts';
import { loadPublished, loadTestSet, MODELS, publishedIds } from './lib/packed.ts';

await startBackend('auto', nodeAssets());
const wanted = process.argv.slice(2);
for (const id of wanted.length > 0 ? wanted : await publishedIds()) {
  const { manifest, trainer } = await loadPublished(id);
  await writeFixture(path.join(MODELS, id), trainer, await loadTestSet(manifest));
  trainer.dispose();
}

// Records the runs that labs play where nothing can compute: `npm run record -- [lab …]`. Each is trained here as its lab
// trains it, from the seed that the lab starts with, and written to public/recorded/<lab>.pack; src/components/labs/shared/
// recorded says what the file holds. The files are committed, since a run takes longer than a build should.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { RECORDING_LIMIT } from '../src/components/labs/shared/recorded/known.ts';
import { writePack } from '../src/components/labs/shared/recorded/pack.ts';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { loadFamily } from '../src/lib/train/families.ts';
import { Trainer } from '../src/lib/train/trainer.ts';
import { loadPacked } from './lib/packed.ts';
import { record } from './lib/recording.ts';
import { runs } from './lib/recorded-runs.ts';

const OUT = 'public/recorded';
const wanted = process.argv.slice(2);

await startBackend('auto', nodeAssets());
await mkdir(OUT, { recursive: true });
for (const { spec, about, moments, sets } of runs) {
  if (wanted.length > 0 && !wanted.includes(about.lab)) continue;
  const trainer = new Trainer(await loadFamily(spec.family), spec, about.seed);
  trainer.set(about.settings);
  const arrays = await record(trainer, {
    training: await loadPacked(sets.training),
    validation: await loadPacked(sets.validation),
    gallery: await loadPacked(sets.gallery),
    batchSize: about.batchSize,
    moments,
  });
  const file = gzipSync(writePack({ about, arrays }), { level: 9 });
  if (file.length > RECORDING_LIMIT) {
    throw new Error(
      `The run of "${about.lab}" has ${file.length} bytes; ${RECORDING_LIMIT} are allowed. Keep fewer moments of it.`,
    );
  }
  await writeFile(path.join(OUT, `${about.lab}.pack`), file);
  trainer.dispose();
  console.log(`${about.lab}: ${moments.length + 1} moments, ${(file.length / 1000).toFixed(1)} KB`);
}

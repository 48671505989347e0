// A sheet of a hundred samples of a published model, for people to name: `node scripts/run.mjs sheets <id> <file.png>`.
// Codes are drawn from the prior, level by level where there are levels; the pictures are the decoder's means.
// `--temperature t` multiplies the prior's deviations. What two readers named is src/content/reports/samples-named.json.
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { priorCodes } from '../src/lib/metrics/arrays/draws.ts';
import { queries } from '../src/lib/worker/queries.ts';
import { loadPublished } from './lib/packed.ts';

const SIDE = 28;
const ACROSS = 10;
const CELL = 32; // a digit and the space around it
const SCALE = 3;
/** Not one of the draws that pages and labs show. */
const DRAW = 2_015;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { temperature: { type: 'string', default: '1' } },
});
const [id, file] = positionals;
const temperature = Number(options.temperature);
if (!id || !file || !(temperature >= 0)) {
  console.error('Usage: node scripts/run.mjs sheets <id> <file.png> [--temperature t]');
  process.exit(2);
}

await startBackend('auto', nodeAssets());
const { trainer } = await loadPublished(id);
const { family, config } = trainer;
const count = ACROSS * ACROSS;
const latent = family.latentDim(config);
const levels = family.levels?.(config).length ?? 1;
const { means } = await queries(
  () => trainer,
  () => Promise.resolve(),
).descend({
  slot: id,
  codes: new Float32Array(count * latent),
  noise: priorCodes(count, latent, DRAW),
  given: new Array<boolean>(levels).fill(false),
  temperatures: new Array<number>(levels).fill(temperature),
});

const width = ACROSS * CELL;
const sheet = new Uint8Array(width * width).fill(255);
for (let i = 0; i < means.length; i++) {
  const [picture, pixel] = [Math.floor(i / SIDE ** 2), i % SIDE ** 2];
  const x = (picture % ACROSS) * CELL + 2 + (pixel % SIDE);
  const y = Math.floor(picture / ACROSS) * CELL + 2 + Math.floor(pixel / SIDE);
  sheet[y * width + x] = 255 - Math.round(means[i]! * 255);
}
await sharp(sheet, { raw: { width, height: width, channels: 1 } })
  .resize(width * SCALE, width * SCALE, { kernel: 'nearest' })
  .png()
  .toFile(file);
trainer.dispose();

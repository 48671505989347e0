// What a VAE trained on clothes says of digits, which it has never seen: `node scripts/run.mjs outliers`.
// Writes the negative ELBO of both test sets as histograms, the report that chapter 7 draws.
import { writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { meanOf } from '../src/lib/metrics/arrays/moments.ts';
import { shareAbove } from '../src/lib/metrics/arrays/ranking.ts';
import { evaluate } from '../src/lib/train/evaluate.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/vae-outliers.json';
const MODEL = 'vae-fashion-2d';
const SETS = [
  { name: 'clothes', packed: 'fashion-test' },
  { name: 'digits', packed: 'mnist-test' },
] as const;
const BIN = 20; // nats
const BINS = 35; // up to 700 nats; the last bin takes all beyond

await startBackend('auto', nodeAssets());
const { trainer } = await loadPublished(MODEL);

const scores = new Map<string, Float64Array>();
const kls = new Map<string, Float32Array>();
const labels = new Map<string, Uint8Array>();
const byClass = new Map<string, number[]>();
for (const { name, packed } of SETS) {
  const images = await loadPacked(packed);
  const { perImage } = await evaluate(trainer, images);
  const [reconstruction, kl] = perImage;
  if (!reconstruction || !kl) throw new Error(`"${MODEL}" has no negative ELBO.`);
  const score = Float64Array.from(reconstruction, (nats, n) => nats + kl[n]!);
  scores.set(name, score);
  kls.set(name, kl);
  labels.set(name, images.labels);
  const classMean = (label: number): number =>
    rounded(meanOf(score.filter((_, n) => images.labels[n] === label)));
  byClass.set(
    name,
    Array.from({ length: 10 }, (_, label) => classMean(label)),
  );
}

const sets = SETS.map(({ name, packed }) => {
  const values = scores.get(name)!;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(value / BIN))]! += 1;
  const mean = rounded(meanOf(values));
  return { name, packed, images: values.length, mean, classMeans: byClass.get(name), counts };
});
const ones = scores.get('digits')!.filter((_, n) => labels.get('digits')![n] === 1);
const auc = shareAbove(scores.get('digits')!, scores.get('clothes')!);
const pairs = 'of a test garment and a test digit, all pairs';
const report = {
  protocol: {
    model: MODEL,
    score: 'negative ELBO in nats, dynamic binarisation, one draw per image and of the code',
    command: 'node scripts/run.mjs outliers',
  },
  bin: BIN,
  sets,
  readings: {
    auc: {
      value: rounded(auc),
      unit: '',
      protocol: `share ${pairs}, in which the digit costs more`,
    },
    pairs: {
      value: rounded(100 * auc),
      unit: 'of 100',
      protocol: `${pairs}: those in which the digit has the higher negative ELBO`,
    },
    'clothes-nats': { value: sets[0]!.mean, unit: 'nats', protocol: 'negative ELBO, test clothes' },
    'digits-nats': { value: sets[1]!.mean, unit: 'nats', protocol: 'negative ELBO, test digits' },
    'clothes-above-ones': {
      value: rounded(100 * shareAbove(scores.get('clothes')!, ones)),
      unit: 'of 100',
      protocol: 'pairs of a test garment and a test digit 1: those in which the garment costs more',
    },
    'kl-auc': {
      value: rounded(shareAbove(kls.get('digits')!, kls.get('clothes')!)),
      unit: '',
      protocol: `share ${pairs}, in which the digit has the higher KL`,
    },
    'clothes-kl': {
      value: rounded(meanOf(kls.get('clothes')!)),
      unit: 'nats',
      protocol: 'KL, test clothes',
    },
    'digits-kl': {
      value: rounded(meanOf(kls.get('digits')!)),
      unit: 'nats',
      protocol: 'KL, test digits',
    },
  },
};
await writeFile(REPORT, `${JSON.stringify(report, null, 2)}\n`);
console.error(`clothes ${sets[0]?.mean}, digits ${sets[1]?.mean}, AUC ${rounded(auc)}`);

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

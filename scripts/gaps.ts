// The two gaps of inference, measured image by image: `node scripts/run.mjs gaps`, half an hour. For each image q is
// optimised directly, for digits also with a full covariance; log p(x) is integrated where the code has two dimensions
// and estimated by importance sampling elsewhere. Writes the report that chapter 7 quotes, with the first picture of
// its lab.
import { writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { imageAt } from '../src/lib/data/images.ts';
import { binarised } from '../src/lib/metrics/arrays/draws.ts';
import { meanOf, standardErrorOf } from '../src/lib/metrics/arrays/moments.ts';
import {
  contour,
  ELLIPSE_MASS,
  levelOf,
  massOf,
  posteriorGrid,
} from '../src/lib/metrics/arrays/posterior-grid.ts';
import { boundOf, logJointOf } from '../src/lib/metrics/tensors/variational.ts';
import { tensor2d, tidy } from '../src/lib/ops/tf.ts';
import type { CodeGaussian } from '../src/lib/protocol/queries.ts';
import { beginAt, refine } from '../src/lib/train/refine.ts';
import type { Trainer } from '../src/lib/train/trainer.ts';
import { loadPacked, loadPublished } from './lib/packed.ts';

const REPORT = 'src/content/reports/vae-gaps.json';
const MODELS = { 'vae-mnist-2d': '2d', 'vae-mnist-20d': '20d' } as const;
const SETS = { 'mnist-test': 'digits', 'fashion-test': 'clothes' } as const;
const IMAGES = 25;
/** Updates of q; clothes are far from where the encoder of digits begins. */
const STEPS = { digits: 400, clothes: 800 } as const;
const K = 5000;
/** Half the side of the plane that is searched for the posterior. */
const REACH = 5;
/** The lab's first image, a test digit whose two gaps can both be seen. */
const FIRST = 29;

interface Gaps {
  readonly amortisation: number;
  readonly approximation: number;
  /** What a full covariance leaves; of digits only. */
  readonly full?: number;
}

await startBackend('auto', nodeAssets());
const readings: Record<string, { value: number; unit: string; protocol: string }> = {};
const { trainer: plane } = await loadPublished('vae-mnist-2d');
const first = await firstPicture(plane, 'vae-mnist-2d');
plane.dispose();
await write();
for (const [id, model] of Object.entries(MODELS)) {
  const { trainer } = await loadPublished(id);
  for (const [packed, name] of Object.entries(SETS)) {
    const images = await loadPacked(packed);
    const found: Gaps[] = [];
    for (let n = 0; n < IMAGES; n++) {
      const x = binarised(imageAt(images, n), n);
      found.push(await gapsOf(trainer, x, STEPS[name], name === 'digits'));
      console.error(id, name, n, images.labels[n], JSON.stringify(found.at(-1)));
    }
    const note = (gap: string, values: readonly number[], what: string): void => {
      if (values.length === 0) return;
      readings[`${model}-${name}-${gap}`] = {
        value: rounded(meanOf(values)),
        unit: 'nats',
        protocol:
          `${id}: ${what}, mean of the first ${IMAGES} test ${name}, standard error ` +
          `${standardErrorOf(values).toPrecision(2)}; ${STEPS[name]} updates of q, ${K} samples`,
      };
    };
    const of = (gap: keyof Gaps): number[] => found.flatMap((gaps) => gaps[gap] ?? []);
    note('amortisation', of('amortisation'), 'amortisation gap, ELBO(q*) − ELBO(q_φ)');
    note('approximation', of('approximation'), 'approximation gap, log p(x) − ELBO(q*)');
    note('full', of('full'), 'log p(x) − ELBO of the best Gaussian of full covariance');
    await write();
  }
  trainer.dispose();
}

async function write(): Promise<void> {
  const protocol = { command: 'node scripts/run.mjs gaps' };
  await writeFile(REPORT, `${JSON.stringify({ protocol, readings, first }, null, 1)}\n`);
}

function encoded(trainer: Trainer, x: Float32Array): CodeGaussian {
  const read = (part: 'mean' | 'logVar'): Float32Array =>
    tidy(() => {
      const codes = trainer.encode(tensor2d(x, [1, x.length]));
      return Float32Array.from(codes[part]?.dataSync() ?? []);
    });
  return { mean: read('mean'), logVar: read('logVar'), lower: new Float32Array(0) };
}

async function gapsOf(
  trainer: Trainer,
  x: Float32Array,
  steps: number,
  leaning: boolean,
): Promise<Gaps> {
  const start = encoded(trainer, x);
  const bound = (q: CodeGaussian) => boundOf(trainer, x, q, { k: K, draw: 0 });
  const amortised = await bound(start);
  const best = await bound((await refine(trainer, x, beginAt(start, false), steps)).q);
  const full = leaning
    ? await bound((await refine(trainer, x, beginAt(start, true), steps)).q)
    : null;
  const exact =
    start.mean.length === 2
      ? (await posteriorGrid((codes) => logJointOf(trainer, x, codes), REACH)).logEvidence
      : null;
  const evidence = exact ?? (full ?? best).value;
  return {
    amortisation: best.elbo - amortised.elbo,
    approximation: evidence - best.elbo,
    ...(full ? { full: evidence - full.elbo } : {}),
  };
}

/** What the lab shows before it wakes: one image, its exact posterior, and the encoder's q. */
async function firstPicture(trainer: Trainer, model: string): Promise<unknown> {
  const images = await loadPacked('mnist-test');
  const x = binarised(imageAt(images, FIRST), FIRST);
  const start = encoded(trainer, x);
  const grid = await posteriorGrid((codes) => logJointOf(trainer, x, codes), REACH);
  const { elbo } = await boundOf(trainer, x, start, { k: K, draw: 0 });
  const mass = massOf(grid);
  return {
    model,
    image: FIRST,
    label: images.labels[FIRST],
    grey: Buffer.from(imageAt(images, FIRST)).toString('base64'),
    q: { mean: [...start.mean].map(rounded), logVar: [...start.logVar].map(rounded) },
    logEvidence: rounded(grid.logEvidence),
    elbo: rounded(elbo),
    window: { centre: grid.window.centre.map(rounded), reach: grid.window.reach.map(rounded) },
    contours: ELLIPSE_MASS.map((share) =>
      contour(mass, grid.window, grid.side, levelOf(mass, share)).map((piece) =>
        piece.map((value) => Math.round(1000 * value) / 1000),
      ),
    ),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

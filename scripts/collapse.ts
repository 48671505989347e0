// How the upper levels of a small ladder collapse, and what cures them: `node scripts/run.mjs collapse`.
// Trains it as the lab does, with every choice of three switches (batch normalisation, warm-up, free bits) from one
// seed, with the telling ones from two more, and with floors lower and higher than the lab's first, and writes the
// report that chapter 15 shows. A study that was interrupted goes on with the runs that the report lacks.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { nodeAssets } from '../src/lib/backends/node.ts';
import { startBackend } from '../src/lib/backends/start.ts';
import { sliceImages } from '../src/lib/data/images.ts';
import { hvaeSpec, levelSpans, parseHvae } from '../src/lib/models/hvae.config.ts';
import { loadFamily } from '../src/lib/train/families.ts';
import { evaluate } from '../src/lib/train/evaluate.ts';
import { Trainer } from '../src/lib/train/trainer.ts';
import { loadPacked } from './lib/packed.ts';
import { ProgressBar } from './lib/progress.ts';
import { recipeOf } from './recipes/index.ts';

const REPORT = 'src/content/reports/hvae-collapse.json';
const MODEL = 'ladder-mnist-mini';
const STEPS = 2_000;
const EVERY = 200; // updates between two evaluations
const BATCH = 128;
const RATE = 2e-3;
const WARMUP = 500; // updates
const FREE_BITS = 1; // nats of each level
const FLOORS = [0.25, 4]; // others
const HELD_OUT = 1_000;
const ACTIVE_VARIANCE = 0.01; // of a unit's posterior mean (Burda et al. 2016)
const READ_EACH = 20; // updates between two waits for the device

interface Switches {
  readonly normalised: boolean;
  readonly warmup: boolean;
  readonly freeBits: boolean;
}
interface Planned extends Switches {
  readonly seed: number;
  /** Nats of each level that are free, where not those of the protocol. */
  readonly floor?: number;
}
interface Run extends Planned {
  /** Nats of each level, z_1 first, at each evaluation, before the first update included. */
  readonly kl: number[][];
  /** Units of each level whose posterior mean varies, at the end. */
  readonly active: readonly number[];
  /** Nats per image, at the end. */
  readonly negElbo: number;
}

interface Reading {
  readonly value: number;
  readonly unit: string;
  readonly protocol: string;
}

const FIRST_SEED = 7;
const BOTH = [false, true] as const;
const all: readonly Switches[] = BOTH.flatMap((normalised) =>
  BOTH.flatMap((warmup) => BOTH.map((freeBits) => ({ normalised, warmup, freeBits }))),
);
/** None, and normalisation alone. */
const telling = all.filter(({ warmup, freeBits }) => !warmup && !freeBits);
const plan: readonly Planned[] = [
  ...all.map((switches) => ({ seed: FIRST_SEED, ...switches })),
  ...[1, 2].flatMap((seed) => telling.map((switches) => ({ seed, ...switches }))),
  ...FLOORS.flatMap((floor) =>
    telling.map((switches) => ({ seed: FIRST_SEED, ...switches, freeBits: true, floor })),
  ),
];

const digits = await loadPacked('mnist-train');
const heldOut = sliceImages(await loadPacked('mnist-validation'), 0, HELD_OUT);
await startBackend('auto', nodeAssets());
const config = parseHvae(recipeOf(MODEL).spec.config);
const spans = levelSpans(config);

const protocol = {
  levels: config.levels,
  steps: STEPS,
  every: EVERY,
  batchSize: BATCH,
  learningRate: RATE,
  warmupSteps: WARMUP,
  freeBits: FREE_BITS,
  training: `the ${digits.count.toLocaleString('en')} packed training digits, dynamically binarised`,
  heldOut: `training digits 55,001–${(55_000 + HELD_OUT).toLocaleString('en')}, one draw per image`,
  command: 'node scripts/run.mjs collapse',
};
const runs = await runsSoFar();
const bar = new ProgressBar('collapse', plan.length * STEPS);
for (const [i, planned] of plan.entries()) {
  if (runs.some((run) => isRunOf(run, planned))) continue;
  const run = await train(planned, (step) => {
    bar.show(i * STEPS + step, `run ${String(i + 1)} of ${String(plan.length)}`);
  });
  runs.push(run);
  await save();
}
bar.end();
await save();

async function save(): Promise<void> {
  const report = { protocol, readings: readingsOf(runs), runs };
  await writeFile(REPORT, `${JSON.stringify(report, null, 2)}\n`);
}

/** What the text quotes: the ends of the runs; the name of one from another seed than the first ends in that seed. */
function readingsOf(done: readonly Run[]): Record<string, Reading> {
  const readings: Record<string, Reading> = {};
  for (const { seed, normalised, warmup, freeBits, floor, kl, active, negElbo } of done) {
    const on = [
      ...(normalised ? ['normalised'] : []),
      ...(warmup ? ['warmup'] : []),
      ...(freeBits ? ['bits'] : []),
    ];
    const name = `${on.join('-') || 'plain'}${floor === undefined ? '' : `-${floor}`}`;
    const end = seed === FIRST_SEED ? '' : `-seed-${seed}`;
    const how = `${MODEL} trained afresh from seed ${seed}, ${on.join(' and ') || 'no switch'}${floor === undefined ? '' : ` of ${floor} nats`}, ${STEPS.toLocaleString('en')} updates, ${protocol.heldOut}`;
    const add = (what: string, value: number, says: string, unit = 'nats'): void => {
      readings[`${name}-${what}${end}`] = { value, unit, protocol: `${says}: ${how}` };
    };
    add('neg-elbo', negElbo, 'Negative ELBO');
    for (const [l, value] of (kl.at(-1) ?? []).entries()) {
      add(`kl-${l + 1}`, value, `KL of level ${l + 1}, no floor under it`);
    }
    for (const [l, units] of active.entries()) {
      add(`active-${l + 1}`, units, `Active units of level ${l + 1}`, 'units');
    }
  }
  return readings;
}

/** What an earlier start of this very study has measured. */
async function runsSoFar(): Promise<Run[]> {
  if (!existsSync(REPORT)) return [];
  const before = JSON.parse(await readFile(REPORT, 'utf8')) as { protocol: unknown; runs: Run[] };
  return JSON.stringify(before.protocol) === JSON.stringify(protocol) ? before.runs : [];
}

function isRunOf(run: Planned, planned: Planned): boolean {
  return (['seed', 'normalised', 'warmup', 'freeBits', 'floor'] as const).every(
    (name) => run[name] === planned[name],
  );
}

async function train(
  { seed, normalised, warmup, freeBits, floor }: Planned,
  onStep: (step: number) => void,
): Promise<Run> {
  const spec = hvaeSpec({ ...config, normalisation: normalised ? 'batch' : 'none' });
  const trainer = new Trainer(await loadFamily(spec.family), spec, seed);
  trainer.set({
    learningRate: RATE,
    warmupSteps: warmup ? WARMUP : 0,
    freeBits: freeBits ? (floor ?? FREE_BITS) : 0,
  });
  trainer.feed(digits, BATCH);
  const kl: number[][] = [];
  let last = await evaluate(trainer, heldOut);
  const note = (): void => {
    kl.push(spans.map((span) => rounded(sum(last.klPerDimension.slice(...span)))));
  };
  note();
  for (let step = 1; step <= STEPS; step++) {
    const terms = trainer.update();
    if (step % READ_EACH === 0) {
      await terms.data();
      onStep(step);
    }
    terms.dispose();
    if (step % EVERY === 0) {
      last = await evaluate(trainer, heldOut);
      note();
    }
  }
  trainer.dispose();
  return {
    seed,
    normalised,
    warmup,
    freeBits,
    ...(floor === undefined ? {} : { floor }),
    kl,
    active: spans.map(
      (span) => last.codeVariance.slice(...span).filter((v) => v > ACTIVE_VARIANCE).length,
    ),
    negElbo: rounded(sum(Object.values(last.terms))),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** To a thousandth of a nat. */
function rounded(nats: number): number {
  return Number(nats.toFixed(3));
}

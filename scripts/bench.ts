// npm run bench: training steps per second of this project's engine beside stock tfjs and PyTorch, side by side in
// one run, interleaved, as medians of rounds (with --backends as the best of them). Absolute figures drift with the
// machine; the ratios are what counts.
// Node and PyTorch are timed by their thread's processor time, which other programs on the machine do not change;
// Chromium has only the wall's, and is compared with itself.
//   npm run bench                 all networks, then how speed falls with width, batch and depth
//   npm run bench -- --json       the figures on standard output as JSON, progress on standard error
//   npm run bench -- --write      also keeps them in src/content/reports/bench.json, for the site
//   npm run bench -- --backends   WebGL and WebGPU in Chromium instead, each beside plain tfjs on the same backend
//   --rounds 7  --seconds 0.5  --only VAE  --no-browser  --no-sweep

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { layers, network, networks, onGraphics } from './bench/networks.ts';
import type { Network } from './bench/networks.ts';
import { chromiumName, chromiumSides, nodeSide, serveSide, torchSide } from './bench/sides.ts';
import type { Engine, Side } from './bench/sides.ts';

/** Steps per second of each side: the median over the rounds, and the spread. */
interface Row {
  readonly network: string;
  readonly parameters: number;
  readonly batch: number;
  readonly stepsPerSecond: Record<string, number>;
  /** This engine's speed over the other's, as the median of the rounds' ratios. */
  readonly ratio: Record<string, number>;
}

const { values: options } = parseArgs({
  options: {
    side: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.5' },
    only: { type: 'string' },
    backends: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: true },
    sweep: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const OURS = 'ours, Node';
const REPORT = path.resolve('src/content/reports/bench.json');

if (options.side !== undefined) await serveSide(engineOf(options.side));
else if (options.backends) await backends();
else await main();

function engineOf(name: string): Engine {
  if (name === 'ours' || name === 'stock' || name === 'cpu') return name;
  throw new Error(`There is no engine "${name}".`);
}

async function main(): Promise<void> {
  const sides = [
    await nodeSide(OURS, 'ours'),
    await nodeSide('tfjs wasm, Node', 'stock'),
    await nodeSide('tfjs cpu, Node', 'cpu'),
  ];
  if (options.browser) sides.push(...(await chromiumSides(['wasm'])));
  const torch = await torchSide();
  if (torch) sides.push(torch);
  else note('No Python with PyTorch here: it is left out.');
  try {
    const chosen = Object.entries(networks).filter(
      ([name]) => options.only === undefined || name === options.only,
    );
    const rows: Row[] = [];
    for (const [name, net] of chosen) {
      // The cpu backend takes seconds for a step of all but the smallest network.
      rows.push(
        await compare(
          name,
          net,
          sides.filter((s) => net.input < 10 || !s.name.includes('cpu')),
        ),
      );
    }
    const sweeps: Row[] = [];
    if (options.sweep) {
      const few = sides.filter((s) => s.name === OURS || s.name === 'PyTorch');
      for (const [name, net] of sweep()) sweeps.push(await compare(name, net, few));
    }
    publish({
      cores: availableParallelism(),
      versions: [...new Set(sides.map((side) => side.version))],
      rounds: Number(options.rounds),
      networks: rows,
      sweeps,
    });
  } finally {
    for (const side of sides) await side.close();
  }
}

/** The graphics backends, beside plain tfjs on the same device. */
async function backends(): Promise<void> {
  const sides = await chromiumSides(['webgl', 'webgpu']);
  try {
    const rows: Row[] = [];
    for (const [name, net] of Object.entries(onGraphics)) {
      if (options.only !== undefined && options.only !== name) continue;
      rows.push(await compare(name, net, sides, true));
    }
    const [{ version } = { version: '' }] = sides;
    const section = { versions: [version], rounds: Number(options.rounds), networks: rows };
    if (options.json) process.stdout.write(`${JSON.stringify(section, null, 2)}\n`);
    if (options.write) {
      const report = JSON.parse(readFileSync(REPORT, 'utf8')) as Report;
      save({ ...report, backends: section });
    }
  } finally {
    for (const side of sides) await side.close();
  }
}

/** Width, batch and depth of a fully connected autoencoder, one at a time around the same middle. */
function* sweep(): Generator<[string, Network]> {
  const net = (width: number, depth: number, batch: number) =>
    network('dense', 784, new Array<number>(depth).fill(width), [32], batch);
  for (const width of [64, 128, 256, 512, 1024]) yield [`width ${width}`, net(width, 1, 128)];
  for (const batch of [16, 32, 64, 128, 256, 512]) yield [`batch ${batch}`, net(256, 1, batch)];
  for (const depth of [1, 2, 3, 4, 6]) yield [`depth ${depth}`, net(256, depth, 128)];
}

/**
 * @param best by the fastest round of each side instead of the median: for clocks of the wall, where other programs
 * can only add to the time
 */
async function compare(
  name: string,
  net: Network,
  sides: readonly Side[],
  best = false,
): Promise<Row> {
  const times = new Map<string, number[]>(sides.map((side) => [side.name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const side of sides) {
      const { ms } = await side.measure(net, Number(options.seconds));
      times.get(side.name)?.push(ms);
    }
  }
  const stepsPerSecond: Record<string, number> = {};
  const ratio: Record<string, number> = {};
  for (const [side, list] of times) {
    stepsPerSecond[side] = round3(1000 / (best ? Math.min(...list) : median(list)));
    const ours = times.get(oursBeside(side)) ?? list;
    ratio[side] = round3(
      best
        ? Math.min(...list) / Math.min(...ours)
        : median(list.map((ms, i) => ms / (ours[i] ?? ms))),
    );
  }
  const parameters = layers(net).reduce(
    (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  const row = { network: name, parameters, batch: net.batch, stepsPerSecond, ratio };
  print(row);
  return row;
}

/** This engine on the same host and backend. */
function oursBeside(side: string): string {
  if (!side.includes('Chromium')) return OURS;
  const backend = (['webgl', 'webgpu'] as const).find((name) => side.includes(` ${name},`));
  return chromiumName(backend ?? 'wasm', 'ours');
}

function print({ network: name, parameters, batch, stepsPerSecond, ratio }: Row): void {
  note(`\n${name}: ${parameters.toLocaleString('en')} parameters, batch ${batch}`);
  for (const [side, speed] of Object.entries(stepsPerSecond)) {
    const times = side.startsWith('ours')
      ? ''
      : `  this engine is ${ratio[side] ?? 1} times as fast`;
    note(`  ${side.padEnd(22)}${speed.toFixed(1).padStart(9)} steps/s${times}`);
  }
}

interface Report {
  readonly cores: number;
  readonly versions: readonly string[];
  readonly rounds: number;
  readonly networks: readonly Row[];
  readonly sweeps: readonly Row[];
  /** WebGL and WebGPU, from a run of their own. */
  readonly backends?: Pick<Report, 'versions' | 'rounds' | 'networks'>;
}

function publish(report: Report): void {
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (!options.write) return;
  const before = existsSync(REPORT) ? (JSON.parse(readFileSync(REPORT, 'utf8')) as Report) : null;
  save({ ...report, ...(before?.backends ? { backends: before.backends } : {}) });
}

function save(report: Report): void {
  mkdirSync(path.dirname(REPORT), { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify(report, null, 2)}\n`);
  note(`\nWritten to ${path.relative(process.cwd(), REPORT)}.`);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [
    sorted[Math.ceil(middle) - 1],
    sorted[Math.floor(middle)],
  ];
  return (low + high) / 2;
}

function round3(x: number): number {
  return Number(x.toPrecision(3));
}

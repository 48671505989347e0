// npm run bench: training steps per second of this project's engine beside stock tfjs and PyTorch, side by side in
// one run, interleaved, as medians of rounds. Absolute figures drift with the machine; the ratios are what counts.
// Node and PyTorch are timed by their thread's processor time, which other programs on the machine do not change;
// Chromium has only the wall's, and is compared with itself.
//   npm run bench                 all networks, then how speed falls with width, batch and depth
//   npm run bench -- --json       the figures on standard output as JSON, progress on standard error
//   npm run bench -- --write      also keeps them in src/content/reports/bench.json, for the site
//   --rounds 7  --seconds 0.5  --only VAE  --no-browser  --no-sweep

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { layers, network, networks } from './bench/networks.ts';
import type { Network } from './bench/networks.ts';
import { chromiumSides, nodeSide, serveSide, torchSide } from './bench/sides.ts';
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
    browser: { type: 'boolean', default: true },
    sweep: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const OURS = 'ours, Node';
const OURS_IN_CHROMIUM = 'ours, Chromium';

if (options.side !== undefined) await serveSide(engineOf(options.side));
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
  if (options.browser) sides.push(...(await chromiumSides()));
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

/** Width, batch and depth of a fully connected autoencoder, one at a time around the same middle. */
function* sweep(): Generator<[string, Network]> {
  const net = (width: number, depth: number, batch: number) =>
    network('dense', 784, new Array<number>(depth).fill(width), [32], batch);
  for (const width of [64, 128, 256, 512, 1024]) yield [`width ${width}`, net(width, 1, 128)];
  for (const batch of [16, 32, 64, 128, 256, 512]) yield [`batch ${batch}`, net(256, 1, batch)];
  for (const depth of [1, 2, 3, 4, 6]) yield [`depth ${depth}`, net(256, depth, 128)];
}

async function compare(name: string, net: Network, sides: readonly Side[]): Promise<Row> {
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
    stepsPerSecond[side] = round3(1000 / median(list));
    const ours = times.get(side.includes('Chromium') ? OURS_IN_CHROMIUM : OURS) ?? list;
    ratio[side] = round3(median(list.map((ms, i) => ms / (ours[i] ?? ms))));
  }
  const parameters = layers(net).reduce(
    (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  const row = { network: name, parameters, batch: net.batch, stepsPerSecond, ratio };
  print(row);
  return row;
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
}

function publish(report: Report): void {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (options.json) process.stdout.write(text);
  if (!options.write) return;
  const file = path.resolve('src/content/reports/bench.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  note(`\nWritten to ${path.relative(process.cwd(), file)}.`);
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

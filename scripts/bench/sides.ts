// The programs that the benchmark measures against each other, each in a process or page of its own, all
// answering the same question: how long does a step of this network take you?

import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { Page } from 'playwright';
import { nodeAssets } from '../../src/lib/backends/node.ts';
import { launchOptions } from '../lib/browser.mjs';
import type { Network } from './networks.ts';
import { answer } from './runner.ts';
import type { Answer } from './runner.ts';

export interface Side {
  readonly name: string;
  readonly version: string;
  measure(network: Network, seconds: number): Promise<Answer>;
  close(): Promise<void> | void;
}

export type Engine = 'ours' | 'stock' | 'cpu';

/** Makes the engine the current backend of this process. */
async function start(engine: Engine): Promise<void> {
  const assets = nodeAssets();
  if (engine === 'ours') {
    const { startBackend } = await import('../../src/lib/backends/start.ts');
    await startBackend('wasm', assets);
    return;
  }
  const stock = await import('../../src/lib/backends/stock.ts');
  if (engine === 'stock') await stock.startStockWasm(assets);
  else await stock.startStockCpu();
}

/** What this thread has computed for: unlike the wall's time, the same on a machine that is busy. */
function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Request {
  readonly network: Network;
  readonly seconds: number;
}

/** What a forked process runs: `bench --side <engine>`. */
export async function serveSide(engine: Engine): Promise<void> {
  await start(engine);
  process.on('message', ({ network, seconds }: Request) => {
    void answer(network, seconds, processorTime).then((reply) => process.send?.(reply));
  });
  process.send?.('ready');
}

/** An engine of this project or of tfjs, in a Node process. */
export async function nodeSide(name: string, engine: Engine): Promise<Side> {
  const child = fork(process.argv[1] ?? '', ['--side', engine]);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code ?? 0}.`)));
  });
  ended.catch(() => undefined); // heard by whoever waits for an answer; the end itself is no error
  const next = (): Promise<unknown> =>
    Promise.race([new Promise((resolve) => child.once('message', resolve)), ended]);
  await next();
  return {
    name,
    version: `Node ${process.versions.node}`,
    measure: async (network, seconds) => {
      const reply = next();
      child.send({ network, seconds });
      return parse(await reply);
    },
    close: () => void child.kill(),
  };
}

/** PyTorch on one thread, or undefined where this machine has none. */
export async function torchSide(): Promise<Side | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const side = await tryTorch(python);
    if (side) return side;
  }
  return undefined;
}

async function tryTorch(python: string): Promise<Side | undefined> {
  const child = spawn(python, [path.resolve('scripts/bench/torch_side.py')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done === true ? undefined : JSON.parse(line.value);
  };
  if (!(await started(child))) return undefined;
  const ready = await next();
  if (typeof ready !== 'object' || ready === null || !('ready' in ready)) return undefined;
  return {
    name: 'PyTorch',
    version: `PyTorch ${String(ready.ready)}`,
    measure: async (network, seconds) => {
      child.stdin.write(`${JSON.stringify({ network, seconds })}\n`);
      return parse(await next());
    },
    close: () => void child.kill(),
  };
}

const started = (child: ChildProcess) =>
  new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });

type Backend = 'wasm' | 'webgl' | 'webgpu';

/** The site's engine and stock tfjs in Chromium, on each of these backends. Graphics processors may be software. */
export async function chromiumSides(backends: readonly Backend[]): Promise<Side[]> {
  const [{ build }, { chromium }, { serve }] = await Promise.all([
    import('vite'),
    import('playwright'),
    import('../lib/serve.mjs'), // not above: loaded with a script, it takes itself for the script
  ]);
  const out = path.resolve('node_modules/.cache/bench-page');
  await build({
    root: path.resolve('scripts/bench/page'),
    configFile: false,
    base: './',
    logLevel: 'warn',
    build: { outDir: out, emptyOutDir: true, target: 'es2024' },
  });
  const site = await serve({ folder: out });
  const { args, ...launch } = launchOptions();
  const browser = await chromium.launch({ ...launch, args: [...args, '--enable-unsafe-webgpu'] });
  const version = `Chromium ${browser.version()}`;
  let open = 0;
  const side = async (backend: Backend, engine: 'ours' | 'stock'): Promise<Side> => {
    const page: Page = await browser.newPage();
    await page.goto(`${site.url}?engine=${engine}&backend=${backend}`);
    await page.waitForFunction(() => 'measure' in window, null, { timeout: 120_000 });
    open += 1;
    return {
      name: chromiumName(backend, engine),
      version,
      measure: async (network, seconds) =>
        parse(await page.evaluate(([n, s]) => window.measure(n, s), [network, seconds] as const)),
      close: async () => {
        await page.close();
        open -= 1;
        if (open > 0) return;
        await browser.close();
        site.close();
      },
    };
  };
  const sides: Side[] = [];
  for (const backend of backends) {
    sides.push(await side(backend, 'ours'), await side(backend, 'stock'));
  }
  return sides;
}

/** As the report calls them: wasm is what is meant where nothing is said. */
export function chromiumName(backend: Backend, engine: 'ours' | 'stock'): string {
  if (engine === 'stock') return `tfjs ${backend}, Chromium`;
  return backend === 'wasm' ? 'ours, Chromium' : `ours ${backend}, Chromium`;
}

function parse(reply: unknown): Answer {
  if (typeof reply === 'object' && reply !== null && 'ms' in reply && 'loss' in reply) {
    const { ms, loss } = reply;
    if (typeof ms === 'number' && typeof loss === 'number' && Number.isFinite(loss)) {
      return { ms, loss };
    }
  }
  throw new Error(`A side of the benchmark answered ${JSON.stringify(reply)}.`);
}

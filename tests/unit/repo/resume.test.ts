// The offline trainer killed at random moments (SIGKILL, no warning) and resumed: what it writes at the end is, byte for
// byte, what an uninterrupted run writes. Three kills here; KILLS=20 for the full trial.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const KILLS = Number(process.env['KILLS'] ?? 3);
const EPOCHS = Math.max(3, KILLS);
let cache = '';

beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'resume-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

/** Runs the trainer with a cache folder of its own; killed after `limit` milliseconds of training where there is one. */
function trainer(name: string, limit?: number): Promise<'done' | 'killed'> {
  return new Promise((resolve, reject) => {
    const args = ['ae-mnist-2d', '--epochs', String(EPOCHS), '--quick', '--resume'];
    const child = spawn('node', ['scripts/run.mjs', 'train', ...args], {
      env: { ...process.env, XDG_CACHE_HOME: path.join(cache, name) },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // a group of its own, so that the kill reaches the runner and what it started
    });
    let said = '';
    let clock: NodeJS.Timeout | undefined;
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // The first line comes when data and engine are loaded and training begins.
      if (limit !== undefined) {
        clock ??= setTimeout(() => {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        }, limit);
      }
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(clock);
      if (signal === 'SIGKILL') resolve('killed');
      else if (code === 0) resolve('done');
      else reject(new Error(said));
    });
  });
}

async function written(name: string): Promise<Buffer> {
  const root = path.join(cache, name, 'bottleneck');
  const [folder = ''] = await readdir(root);
  return readFile(path.join(root, folder, 'trial', 'weights.safetensors'));
}

test('kills at random moments leave no trace in the weights', { timeout: 900_000 }, async () => {
  const begun = performance.now();
  expect(await trainer('whole')).toBe('done');
  const wholeRun = performance.now() - begun;

  let kills = 0;
  while (kills < KILLS) {
    // From at once to well into the epochs; a run that ended before its kill has nothing left to be killed.
    const outcome = await trainer('killed', Math.random() * Math.min(wholeRun, 6000));
    if (outcome === 'done') break;
    kills += 1;
  }
  await trainer('killed');
  expect(kills).toBeGreaterThan(0);
  expect((await written('killed')).equals(await written('whole'))).toBe(true);
});

// A training run's checkpoint on disk: float32 weights and moments, the step, and the best weights so far.
// One file, replaced by rename, so that a run killed at any moment finds a whole one.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  readSafetensors,
  writeSafetensors,
  type NamedTensor,
} from '../../src/lib/weights/safetensors.ts';

export interface Progress {
  /** Updates made. */
  readonly step: number;
  /** Seconds of training so far, over all sessions. */
  readonly seconds: number;
  /** Validation objective after each epoch so far, nats. */
  readonly history: readonly number[];
  /** Epoch of the best weights, counted from 1. */
  readonly bestEpoch: number;
}

export interface Checkpoint {
  readonly progress: Progress;
  readonly weights: ReadonlyMap<string, NamedTensor>;
  readonly moments: ReadonlyMap<string, NamedTensor>;
  readonly best: ReadonlyMap<string, NamedTensor>;
}

/** The user's cache folder for this recipe: another recipe under the same id gets another one. */
export function checkpointFolder(id: string, recipe: unknown): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const digest = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  return path.join(cache, 'bottleneck', `${id}-${digest}`);
}

export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { progress, weights, moments, best } = checkpoint;
  const tensors = new Map<string, NamedTensor>();
  for (const [part, group] of Object.entries({ weights, moments, best })) {
    for (const [name, tensor] of group) tensors.set(`${part}/${name}`, tensor);
  }
  const file = writeSafetensors(tensors, 'F32', { progress: JSON.stringify(progress) });
  await mkdir(folder, { recursive: true });
  const fresh = path.join(folder, `checkpoint.${process.pid}`);
  await writeFile(fresh, file, { flush: true });
  await rename(fresh, path.join(folder, 'checkpoint.safetensors'));
}

/** The last checkpoint, or null when there is none. Throws WeightsError when it is damaged. */
export async function loadCheckpoint(folder: string): Promise<Checkpoint | null> {
  let file: Uint8Array;
  try {
    file = new Uint8Array(await readFile(path.join(folder, 'checkpoint.safetensors')));
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return null;
    throw cause;
  }
  const groups = { weights: new Map(), moments: new Map(), best: new Map() } satisfies Record<
    string,
    Map<string, NamedTensor>
  >;
  for (const [key, tensor] of readSafetensors(file)) {
    const [part, name] = key.split('/', 2);
    if (part === 'weights' || part === 'moments' || part === 'best')
      groups[part].set(name ?? '', tensor);
  }
  return { progress: readProgress(file), ...groups };
}

/** Keeps a second writer out; returns what releases the lock. A lock whose process is gone is taken over. */
export async function lock(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'lock');
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw cause;
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (owner > 0 && (await isAlive(owner))) {
        throw new Error(`Process ${owner} is training this model already. Wait for it or end it.`, {
          cause,
        });
      }
      await rm(file, { force: true });
    }
  }
}

function readProgress(file: Uint8Array): Progress {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header: unknown = JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString());
  const { progress } = (header as { __metadata__: { progress: string } }).__metadata__;
  return JSON.parse(progress) as Progress;
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return isCode(cause, 'EPERM');
  }
  // A killed process that nobody has waited for, as in a container without init, still answers signals.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !stat.includes(') Z ');
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

// What every backend says of itself once it runs, and how one is stopped. Types, and what all of them share.
// Knows none of them.

import { getKernelsForBackend, removeBackend, unregisterKernel } from '../ops/tf.ts';
import type { BackendName, Precision } from '../protocol/machine.ts';

/** A backend that runs and is tfjs's current one. */
export interface Started {
  /** What it runs on, in words. */
  readonly device: string;
  readonly precision: Precision;
  /** Frees it: device, memory and kernels. Its tensors are gone. */
  stop(): void;
}

/** Takes a backend out of tfjs, with its kernels, which hold on to its memory. */
export function takeOut(name: BackendName): void {
  removeBackend(name);
  for (const { kernelName } of getKernelsForBackend(name)) unregisterKernel(kernelName, name);
}

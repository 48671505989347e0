// A run between two updates as one file, and back: weights and optimiser, by safetensors. A function of tensors
// alone, so that a checkpoint taken on one backend goes on on another. Knows no clock, no slot and no worker.
import type { Checkpoint } from '../protocol/messages.ts';
import type { ModelSpec } from '../protocol/model.ts';
import { readSafetensors, writeSafetensors, type NamedTensor } from '../weights/safetensors.ts';
import { DivergenceError } from './loop.ts';
import type { Trainer } from './trainer.ts';

const MOMENTS = ['first', 'second'] as const;

/**
 * The trainer as it is. No update may be made until the promise is settled.
 * Throws DivergenceError where a weight is not finite: such a checkpoint would be none to go back to.
 */
export async function takeCheckpoint(trainer: Trainer, spec: ModelSpec): Promise<Checkpoint> {
  const { seed, step } = trainer;
  const tensors = await trainer.export();
  for (const [name, tensor] of tensors) {
    checkFinite(name, tensor.values, step);
    checkThere(name, tensor);
  }
  for (const [name, moment] of await trainer.exportMoments()) {
    // The trainer calls it "<parameter>.first"; in the file the moments stand apart from the parameters.
    const part = MOMENTS.find((end) => name.endsWith(`.${end}`)) ?? MOMENTS[0];
    tensors.set(`${part}/${name.slice(0, -part.length - 1)}`, moment);
  }
  return { spec, seed, step, bytes: writeSafetensors(tensors, 'F32').buffer };
}

/** Puts a checkpoint's weights and moments into a trainer of the same spec. Throws WeightsError. */
export function restoreCheckpoint(trainer: Trainer, { bytes, seed, step }: Checkpoint): void {
  const weights = new Map<string, NamedTensor>();
  const moments = new Map<string, NamedTensor>();
  for (const [name, tensor] of readSafetensors(new Uint8Array(bytes))) {
    const part = MOMENTS.find((start) => name.startsWith(`${start}/`));
    if (part) moments.set(`${name.slice(part.length + 1)}.${part}`, tensor);
    else weights.set(name, tensor);
  }
  trainer.resume(weights, moments, step);
  trainer.seed = seed;
}

/** A lost WebGL context reads back as zeros, and is told of only later. No matrix of a model is all zeros. */
function checkThere(name: string, { shape, values }: NamedTensor): void {
  if (shape.length > 1 && values.every((value) => value === 0)) {
    throw new Error(`The device gave back nothing for "${name}".`);
  }
}

/** One sum finds what is not finite: NaN and infinities stay in it. */
function checkFinite(name: string, values: Float32Array, step: number): void {
  let sum = 0;
  for (const value of values) sum += value;
  if (!Number.isFinite(sum)) throw new DivergenceError(`weight "${name}"`, step, sum);
}

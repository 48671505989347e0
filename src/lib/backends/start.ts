// Starts a tfjs backend and says which one it became, and why others were passed over.
// Runs in the worker and in Node. Each backend is a chunk of its own, loaded when it is tried.

import type { BackendName, BackendReport, PassedOver } from '../protocol/machine.ts';
import type { BackendAssets } from './assets.ts';
import { choose, type Candidate } from './choose.ts';
import { lookAtWebgl, lookAtWebgpu } from './look.ts';
import type { Started } from './started.ts';
import { measure, type Trial } from './trial.ts';

/** No backend that was asked for could be started; `passedOver` has the reason for each. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
  readonly passedOver: readonly PassedOver[];

  constructor(passedOver: readonly PassedOver[]) {
    const reasons = passedOver.map(({ name, why }) => `${name}: ${why}`).join(' ');
    super(
      `Nothing here can compute the model. ${reasons} Try another browser, or a newer version of this one.`,
    );
    this.passedOver = passedOver;
  }
}

export interface StartOptions {
  /** Backends that were lost here, and are not to be started again. */
  readonly without?: readonly BackendName[] | undefined;
  /** The lab's own step: "auto" is decided by it, and shaders are compiled by it. */
  readonly trial?: Trial | undefined;
}

/** Best first when all are fit. */
const GRAPHICS = ['webgpu', 'webgl'] as const;

/**
 * Makes a backend the current one of tfjs.
 * @param wanted a backend by name; or "auto": wasm, or what makes the trial's step faster, or what starts here at all
 * @throws BackendUnavailableError when none of those wanted starts
 */
export async function startBackend(
  wanted: 'auto' | BackendName,
  assets: BackendAssets,
  { without = [], trial }: StartOptions = {},
): Promise<BackendReport> {
  const candidates: Readonly<Record<BackendName, Candidate>> = {
    wasm: {
      name: 'wasm',
      look: () => ({ device: 'processor', software: false }),
      start: async () => (await import('./wasm.ts')).startWasm(assets),
    },
    webgl: {
      name: 'webgl',
      look: lookAtWebgl,
      start: async () => (await import('./webgl.ts')).startWebgl(),
    },
    webgpu: {
      name: 'webgpu',
      look: lookAtWebgpu,
      start: async () => (await import('./webgpu.ts')).startWebgpu(),
    },
  };
  const allowed = (name: BackendName): boolean => !without.includes(name);
  const lost: PassedOver[] = without.map((name) => ({ name, why: 'it was lost on this page.' }));

  if (wanted === 'auto' && trial && allowed('wasm') && (await starts(candidates.wasm))) {
    const graphics = GRAPHICS.filter(allowed).map((name) => candidates[name]);
    const choice = await choose(candidates.wasm, graphics, trial);
    return report(choice.name, choice.started, [...lost, ...choice.passedOver], choice.msPerStep);
  }

  const passedOver = [...lost];
  const order: readonly BackendName[] = wanted === 'auto' ? ['wasm', ...GRAPHICS] : [wanted];
  for (const name of order.filter(allowed)) {
    try {
      const started = await candidates[name].start();
      const timed = trial && name !== 'wasm' ? await measure(trial, Infinity) : undefined;
      return report(name, started, passedOver, timed?.msPerStep);
    } catch (cause) {
      passedOver.push({ name, why: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  throw new BackendUnavailableError(passedOver);
}

/** Where it does not, the loop over all of them finds out again, and keeps the reason. */
async function starts({ start }: Candidate): Promise<boolean> {
  return start().then(
    () => true,
    () => false,
  );
}

function report(
  name: BackendName,
  { device, precision }: Started,
  passedOver: readonly PassedOver[],
  msPerStep: number | undefined,
): BackendReport {
  return {
    name,
    device,
    precision,
    passedOver,
    ...(msPerStep === undefined ? {} : { msPerStep }),
  };
}

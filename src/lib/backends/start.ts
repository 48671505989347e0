// Starts a tfjs backend and says which one it became, and why others were passed over.
// Runs in the worker and in Node. Each backend is a chunk of its own, loaded when it is tried.
// Choosing by a timed probe comes on top of this; here "auto" tries what is known to work everywhere.

import type { BackendName, BackendReport, PassedOver } from '../protocol/machine.ts';
import type { BackendAssets } from './assets.ts';

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

/** Starts one backend and returns what it runs on, in words; throws with the reason where it cannot. */
type Starter = (assets: BackendAssets) => Promise<string>;

const starters: Readonly<Record<BackendName, Starter>> = {
  wasm: async (assets) => (await import('./wasm.ts')).startWasm(assets),
  webgl: async () => (await import('./webgl.ts')).startWebgl(),
  webgpu: () => Promise.reject(new Error('this version of the site does not use it yet.')),
};

/**
 * Makes a backend the current one of tfjs.
 * @param wanted a backend by name, or "auto" for the best that starts here
 * @throws BackendUnavailableError when none of those wanted starts
 */
export async function startBackend(
  wanted: 'auto' | BackendName,
  assets: BackendAssets,
): Promise<BackendReport> {
  const candidates: readonly BackendName[] = wanted === 'auto' ? ['wasm'] : [wanted];
  const passedOver: PassedOver[] = [];
  for (const name of candidates) {
    try {
      return { name, device: await starters[name](assets), passedOver };
    } catch (cause) {
      passedOver.push({ name, why: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  throw new BackendUnavailableError(passedOver);
}

// Errors as data for the page: what was thrown, in words that say what to do. Knows no slot and no run.
import { getBackend } from '../ops/tf.ts';
import type { Fault } from '../protocol/messages.ts';
import { DivergenceError } from '../train/loop.ts';

// What Chromium, Firefox and Safari say of a chunk that did not come, and lib/backends of a binary.
const MISSING =
  /dynamically imported module|importing a module script|could not be fetched|failed to fetch/i;

const GRAPHICS: ReadonlySet<string> = new Set(['webgl', 'webgpu']);
/** Errors that say what they mean; whatever else a graphics processor throws may be its end. */
const OWN: ReadonlySet<string> = new Set([
  'BackendUnavailableError',
  'DataError',
  'DivergenceError',
  'FetchError',
  'SettingsError',
  'UnknownFamilyError',
  'WeightsError',
]);

/** Told apart from a browser that cannot compute: here the files are gone, most often by a new version of the site. */
const UPDATED: Fault = {
  name: 'SiteUpdatedError',
  message:
    'A part of this lab could not be loaded. The site was updated, or the network is away: reload the page.',
};

/** How long a device that is lost may take to say so, after all that was under way on it has failed. */
const LOSS_TOLD_MS = 500;

/**
 * What the page is told of an error. On a graphics processor it waits, lest a lost device looks like a failed run:
 * the session that hears of the loss ends this worker, and nothing more of it is heard.
 */
export async function faultOf(cause: unknown): Promise<Fault> {
  const fault = toFault(cause);
  const onGpu = GRAPHICS.has(getBackend());
  const mayBeLoss = onGpu && cause instanceof Error && !OWN.has(cause.name);
  if (mayBeLoss) {
    await new Promise((later) => setTimeout(later, LOSS_TOLD_MS));
  }
  return fault;
}

function toFault(cause: unknown): Fault {
  if (lacksChunk(cause)) return UPDATED;
  if (cause instanceof DivergenceError) {
    const { name, message, quantity, step } = cause;
    return { name, message, quantity, step };
  }
  if (cause instanceof Error) return { name: cause.name, message: cause.message };
  return { name: 'Error', message: String(cause) };
}

/** Whether code or a binary of the site was missing, however deep in the error. Missing data say so themselves. */
function lacksChunk(cause: unknown): boolean {
  if (!(cause instanceof Error) || cause.name === 'FetchError') return false;
  return MISSING.test(cause.message) || lacksChunk(cause.cause);
}

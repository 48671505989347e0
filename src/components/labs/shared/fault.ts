// Turns whatever was thrown into a fault that can be shown. Knows the shape of faults, not who throws them.
import type { Fault } from '../../../lib/protocol/messages.ts';

/** A fault to be thrown on the page's own side. */
export class ShownFault extends Error {
  override readonly name = 'ShownFault';
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/** Whether it only says that the worker is gone: that is mended, and need not be shown. */
export function isGone({ name }: Fault): boolean {
  return name === 'WorkerError' || name === 'BackendLostError';
}

/** A question about weights that others have taken the place of: it is asked again of those. */
export class OutdatedError extends Error {
  override readonly name = 'OutdatedError';
}

export function toFault(error: unknown): Fault {
  if (hasFault(error)) return error.fault;
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

function hasFault(error: unknown): error is { readonly fault: Fault } {
  if (typeof error !== 'object' || error === null || !('fault' in error)) return false;
  const { fault } = error;
  return typeof fault === 'object' && fault !== null && 'name' in fault && 'message' in fault;
}

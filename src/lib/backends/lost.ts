// Tells that the device under a backend is gone: a WebGL context or a GPU device, with every tensor on it.
// Knows neither which backend nor what to do about it; the backends report, the worker listens.

type Listener = (why: string) => void;

const listeners = new Set<Listener>();

/** Calls `listener` with the reason in words, a sentence, when the device is lost. Returns what unsubscribes it. */
export function onBackendLost(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For the backends: the device is gone. */
export function reportLost(why: string): void {
  for (const listener of listeners) listener(why);
}

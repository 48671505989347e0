// Tells the page which files this worker fetches, so that they can be kept for offline use. Knows neither who listens nor
// what becomes of it.
import type { LoadedChannel, LoadedMessage } from '../protocol/loaded.ts';

const NAME: LoadedChannel = 'bottleneck:loaded';

/** Tells for as long as the worker lives: each file when it has come, and all of them when it is asked. */
export function tellWhatWasLoaded(): void {
  if (!('BroadcastChannel' in globalThis)) return; // Safari before 15.4
  const channel = new BroadcastChannel(NAME);
  const all = new Set([self.location.href]);
  const tell = (urls: readonly string[]): void => {
    channel.postMessage({ kind: 'loaded', urls } satisfies LoadedMessage);
  };
  new PerformanceObserver((list) => {
    const fresh = list.getEntries().map(({ name }) => name);
    for (const url of fresh) all.add(url);
    tell(fresh);
  }).observe({ type: 'resource', buffered: true });
  channel.onmessage = ({ data }: MessageEvent<LoadedMessage>) => {
    if (data.kind === 'asked') tell([...all]);
  };
}

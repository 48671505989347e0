// Answers, when the page asks, which files this worker has fetched: at a first visit the worker is often faster than the
// service worker that keeps files for offline use. Knows neither who asks nor why.
import type { LoadedChannel, LoadedMessage } from '../protocol/loaded.ts';

const NAME: LoadedChannel = 'bottleneck:loaded';

/** Listens for as long as the worker lives. */
export function tellWhatWasLoaded(): void {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<LoadedMessage>) => {
    if (data.kind !== 'asked') return;
    const fetched = performance.getEntriesByType('resource').map(({ name }) => name);
    const urls = [self.location.href, ...fetched];
    channel.postMessage({ kind: 'loaded', urls } satisfies LoadedMessage);
  };
}

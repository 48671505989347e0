// Keeps what a reader has seen for use without a network: registers the service worker that scripts/lib/offline.mjs has
// made, and tells it what was loaded before it was there. Knows no lab and no engine.
import type { LoadedChannel, LoadedMessage } from '../../lib/protocol/loaded.ts';
import { assetUrl, pageUrl } from '../url.ts';

const CHANNEL: LoadedChannel = 'bottleneck:loaded';

/** Milliseconds after the page has loaded. */
const QUIET_MS = 4000;

/** Registers the worker once the page has loaded. A browser that asks to save data is left alone. */
export function keepForOffline(): void {
  // Absent in old browsers and over plain http.
  const workers = (navigator as Partial<Navigator>).serviceWorker;
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (!workers || connection?.saveData === true) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<LoadedMessage>) => {
    if (data.kind === 'loaded') keep(data.urls);
  };
  const askWorkers = (): void => {
    channel.postMessage({ kind: 'asked' } satisfies LoadedMessage);
  };
  // A service worker that takes over has kept nothing yet of the pages that are open.
  workers.addEventListener('controllerchange', () => {
    keep([location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)]);
    askWorkers();
  });
  // Some browsers leave a worker that was there first to itself: what it has fetched since is asked for at leaving.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) askWorkers();
  });
  const register = (): void => {
    // Where it is refused (a private window, blocked storage), the page works as it did: with a network.
    workers
      .register(assetUrl('sw.js'), { scope: pageUrl(''), updateViaCache: 'none' })
      .catch(() => undefined);
    // The parts of the page that nobody has scrolled to, once the reader's own requests are through.
    setTimeout(() => {
      void workers.ready.then(({ active }) => active?.postMessage({ type: 'KEEP_PARTS' }));
    }, QUIET_MS);
  };
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}

/** Asks the service worker to keep these files of the site: workbox's message, and the browser's copies if it has them. */
function keep(urls: readonly string[]): void {
  const site = new URL(pageUrl(''), location.href).href;
  const own = [...new Set(urls.map((url) => url.split('#')[0] ?? url))].filter((url) =>
    url.startsWith(site),
  );
  const urlsToCache = own.map((url) => [url, { cache: 'force-cache' }]);
  navigator.serviceWorker.controller?.postMessage({ type: 'CACHE_URLS', payload: { urlsToCache } });
}

// Keeps what a reader has seen for use without a network: registers the service worker that scripts/lib/offline.mjs has
// made, and tells it what a page loads that it does not serve itself. Knows no lab and no engine.
//
// The first page of a visit is left to the network: its service worker comes late, would meet a page half loaded, and has
// nothing yet to serve it. It is told what that page and its workers load, and serves the pages after it.
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
  if (!workers || !('BroadcastChannel' in globalThis) || connection?.saveData === true) return;
  const keeper = new Keeper();
  if (!workers.controller) {
    void workers.ready.then(({ active }) => {
      keeper.tell(active);
    });
  }
  // Another deployment has taken over, and dropped what the one before it had kept.
  workers.addEventListener('controllerchange', () => {
    keeper.tell(workers.controller);
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

/** Tells a service worker all that the page and its workers have loaded, and from then on whatever they load. */
class Keeper {
  #worker: ServiceWorker | null = null;
  readonly #told = new Set<string>();
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #observer = new PerformanceObserver((list) => {
    this.#keep(list.getEntries().map(({ name }) => name));
  });

  constructor() {
    this.#channel.onmessage = ({ data }: MessageEvent<LoadedMessage>) => {
      if (data.kind === 'loaded') this.#keep(data.urls);
    };
  }

  tell(worker: ServiceWorker | null): void {
    this.#worker = worker;
    this.#told.clear();
    this.#keep([location.href]);
    this.#observer.observe({ type: 'resource', buffered: true });
    this.#channel.postMessage({ kind: 'asked' } satisfies LoadedMessage);
  }

  #keep(urls: readonly string[]): void {
    const site = new URL(pageUrl(''), location.href).href;
    const fresh = urls
      .map((url) => url.split('#')[0] ?? url)
      .filter((url) => url.startsWith(site) && !this.#told.has(url));
    if (!this.#worker || fresh.length === 0) return;
    for (const url of fresh) this.#told.add(url);
    // Workbox's message. The browser's own copies will do where it has them.
    const urlsToCache = fresh.map((url) => [url, { cache: 'force-cache' }]);
    this.#worker.postMessage({ type: 'CACHE_URLS', payload: { urlsToCache } });
  }
}

// Which pages the service worker has kept on this device, for the page that is shown in place of one it has not.
import { pageUrl } from '../url.ts';

export interface KeptPage {
  readonly url: string;
  readonly title: string;
}

/** The pages kept, by title. None where there is no service worker. */
export async function keptPages(): Promise<KeptPage[]> {
  if (!('caches' in globalThis)) return [];
  const pages: KeptPage[] = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(`bottleneck:${pageUrl('')}:pages:`)) continue;
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const html = await (await cache.match(url))?.text();
      const title = html && new DOMParser().parseFromString(html, 'text/html').title;
      if (title) pages.push({ url, title: title.replace(/ \| [^|]*$/, '') });
    }
  }
  return pages.sort((a, b) => a.title.localeCompare(b.title));
}

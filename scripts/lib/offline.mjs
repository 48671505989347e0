// The service worker of a built site, made by workbox-build: after one visit a page works without a network.
// Knows file names and addresses; what the page does with the worker is in src/site/offline.
//
// Kept at the first visit: the page that is shown for pages not seen yet, with all that it loads, which is what every
// page loads. Kept when seen: pages, with the scripts of all their parts; other files of this deployment; and files whose
// address names their content (chunks, fonts, wasm, weights, data). A new deployment has a new revision: its worker drops
// the pages and files of the one before, and of the others what it no longer has. So an old page never meets new chunks.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateSW } from 'workbox-build';
import { Bundle, filesUnder } from './bundle.mjs';

const WORKER = 'sw.js';
const OFFLINE_PAGE = 'offline/index.html';
/** Seconds before a page kept is shown in place of one that does not come. */
const PATIENCE = 4;

/** Prefix of all caches of the site at this base path; others may share its origin. @param {string} base */
const cachesOf = (base) => `bottleneck:${base}:`;

/**
 * Writes sw.js into a built site.
 * @param {string} folder @param {string} base "/" or "/a/path/"
 * @returns {Promise<{bytes: number, kept: number}>} size of the worker, and of what it loads at the first visit
 */
export async function writeServiceWorker(folder, base) {
  const site = new Bundle(folder, base);
  const revision = revisionOf(folder);
  const prefix = cachesOf(base);
  const names = {
    pages: `${prefix}pages:${revision}`,
    others: `${prefix}others:${revision}`,
    hashed: `${prefix}hashed`,
  };
  const swDest = path.join(folder, WORKER);
  const { size, warnings } = await generateSW({
    swDest,
    globDirectory: folder,
    globPatterns: shell(site),
    globIgnores: [],
    dontCacheBustURLsMatching: /^_astro\//,
    inlineWorkboxRuntime: true,
    sourcemap: false,
    skipWaiting: true,
    clientsClaim: false, // see src/site/offline/keep.ts
    cleanupOutdatedCaches: true,
    cacheId: prefix.slice(0, -1),
    runtimeCaching: routes(names),
  });
  if (warnings.length > 0) throw new Error(`${WORKER}: ${warnings.join(' ')}`);
  const files = hashed(site);
  const deployed = { prefix, names, files, parts: partsOfPages(site, files) };
  const code = `(${ownPart})(self, ${JSON.stringify(deployed)});\n${await readFile(swDest, 'utf8')}`;
  await writeFile(swDest, code);
  return { bytes: Buffer.byteLength(code), kept: size };
}

/** Names the content of a built site: changes with every change of any file. @param {string} folder */
function revisionOf(folder) {
  const digest = createHash('sha256');
  for (const file of filesUnder(folder).sort()) {
    if (file !== WORKER) digest.update(file).update(readFileSync(path.join(folder, file)));
  }
  return digest.digest('hex').slice(0, 12);
}

/** The offline page with all that it loads: scripts, styles, fonts, icons. @param {Bundle} site */
function shell(site) {
  const { styles, scripts } = site.assets(OFFLINE_PAGE);
  const linked = [...site.read(OFFLINE_PAGE).matchAll(/<link[^>]+href="([^"]+\.(?:woff2|svg))"/g)];
  const files = linked.flatMap((match) => site.fileOf(match[1] ?? '', OFFLINE_PAGE) ?? []);
  return [...new Set([OFFLINE_PAGE, ...styles, ...scripts, ...files])];
}

/**
 * Addresses that name their content, relative to the site's: by the name that Vite gives, or by `?v=` and a hash.
 * Of the fonts no browser that runs a service worker asks for the older formats.
 * @param {Bundle} site
 */
function hashed(site) {
  const files = filesUnder(site.folder);
  const named = files.filter((file) => /^_astro\/.*(?<!\.ttf|\.woff)$/.test(file));
  const asked = files.filter((file) => /\.(?:safetensors|pack)$/.test(file));
  return [...named, ...asked.map((file) => `${file}?v=${sha256(site, file).slice(0, 12)}`)];
}

/** @param {Bundle} site @param {string} file */
function sha256(site, file) {
  return createHash('sha256')
    .update(readFileSync(path.join(site.folder, file)))
    .digest('hex');
}

/**
 * What is kept when seen, first match first. Functions are written into the worker as text: they know nothing of here.
 * @param {{pages: string, others: string, hashed: string}} names
 * @returns {import('workbox-build').RuntimeCaching[]}
 */
function routes(names) {
  // A redirect or an error that was kept would be shown for ever.
  const common = { cacheableResponse: { statuses: [200] }, matchOptions: { ignoreVary: true } };
  return [
    {
      // The same page for every backend, share link or search word: they are read by the page itself.
      urlPattern: ({ request, url, sameOrigin }) =>
        sameOrigin && (request.mode === 'navigate' || url.pathname.endsWith('/')),
      handler: 'NetworkFirst',
      options: {
        ...common,
        cacheName: names.pages,
        networkTimeoutSeconds: PATIENCE,
        precacheFallback: { fallbackURL: OFFLINE_PAGE },
        plugins: [
          { cacheKeyWillBeUsed: async ({ request }) => request.url.split(/[?#]/)[0] ?? '' },
        ],
      },
    },
    {
      // A file that was not the published one is asked for past every cache, this one too.
      urlPattern: ({ request, sameOrigin }) => sameOrigin && request.cache === 'reload',
      handler: 'NetworkFirst',
      options: { ...common, cacheName: names.hashed },
    },
    {
      urlPattern: ({ url, sameOrigin }) =>
        sameOrigin &&
        (/\/_astro\/[^/]+$/.test(url.pathname) ? !url.search : /^\?v=\w+$/.test(url.search)),
      handler: 'CacheFirst',
      options: { ...common, cacheName: names.hashed },
    },
    {
      urlPattern: ({ sameOrigin }) => sameOrigin,
      handler: 'NetworkFirst',
      options: { ...common, cacheName: names.others, networkTimeoutSeconds: PATIENCE },
    },
  ];
}

/**
 * The scripts and styles that the parts of each page load when they wake, as places in `files`. Not the engine and its data:
 * they are kept once they were used.
 * @param {Bundle} site @param {string[]} files
 * @returns {Record<string, number[]>} by the page's address, relative to the site's
 */
function partsOfPages(site, files) {
  const pages = site.pages().map((page) => {
    const { scripts, islands } = site.assets(page);
    const all = site.closure([...scripts, ...islands], () => true);
    const styles = all.flatMap((file) => site.read(file).match(/_astro\/[\w.-]+\.css/g) ?? []);
    const places = new Set([...all, ...styles].map((file) => files.indexOf(file)));
    return [page.replace(/index\.html$/, ''), [...places].filter((place) => place >= 0)];
  });
  return Object.fromEntries(pages);
}

/**
 * The worker's own part, beside workbox's. When this deployment takes over, the caches of those before go, and of the files
 * named by their content those that it no longer has. When a page asks, all its parts are kept, seen or not.
 * @param {any} worker the worker's global scope
 * @param {{prefix: string, names: Record<string, string>, files: string[], parts: Record<string, number[]>}} site
 */
function ownPart(worker, { prefix, names, files, parts }) {
  const home = new URL('./', worker.location.href).href;

  const dropOld = async () => {
    const current = Object.values(names);
    for (const name of await caches.keys()) {
      if (name.startsWith(prefix) && !current.includes(name)) await caches.delete(name);
    }
    const known = new Set(files.map((file) => home + file));
    const cache = await caches.open(names['hashed'] ?? '');
    for (const request of await cache.keys()) {
      if (!known.has(request.url)) await cache.delete(request);
    }
  };

  const keepParts = async (/** @type {string} */ page) => {
    const cache = await caches.open(names['hashed'] ?? '');
    for (const place of parts[page] ?? []) {
      const url = home + files[place];
      if (!(await caches.match(url))) await cache.add(url);
    }
  };

  worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(dropOld()));
  worker.addEventListener('message', (/** @type {any} */ event) => {
    if (event.data?.type !== 'KEEP_PARTS') return;
    const [page = ''] = event.source.url.slice(home.length).split(/[?#]/);
    // Without a network, or without room, what is there stays.
    event.waitUntil(keepParts(page).catch(() => undefined));
  });
}

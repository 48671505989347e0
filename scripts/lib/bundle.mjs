// What a built page loads, read from the built files: its own scripts and styles, its islands, the worker behind them.
// Knows Astro's and Vite's output format, and nothing of the chapters.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** Size limits, in bytes after gzip unless said otherwise. */
export const budgets = {
  page: 120 * 1024, // scripts and styles of a chapter before its lab wakes
  engine: 160 * 1024, // the worker's scripts with one backend
  firstWeights: 1_000_000, // the model a chapter opens with, as stored
  weights: 4_000_000, // any model, as stored
};

/** Every file under a folder, as paths relative to it with forward slashes. @param {string} folder @returns {string[]} */
export function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'));
}

/** Bytes of a text after gzip, as a static host sends it. @param {string | Buffer} content */
export const gzipped = (content) => gzipSync(content, { level: 9 }).length;

/** A built site: its folder and the base path that its addresses carry. */
export class Bundle {
  /** @param {string} folder @param {string} base "/" or "/a/path/" */
  constructor(folder, base) {
    this.folder = folder;
    this.base = base;
  }

  /** Pages, as files relative to the site's folder. */
  pages() {
    return filesUnder(this.folder).filter((file) => file.endsWith('.html'));
  }

  /** @param {string} file */
  read(file) {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** The file behind an address written in `from`; null when it leaves the site. @param {string} address @param {string} from */
  fileOf(address, from) {
    const url = new URL(address, `http://site${this.base}${from}`);
    if (url.host !== 'site' || !url.pathname.startsWith(this.base)) return null;
    return decodeURIComponent(url.pathname.slice(this.base.length));
  }

  /** Scripts and styles that a page loads by itself, and those that its islands load when they wake. @param {string} page */
  assets(page) {
    const html = this.read(page);
    const addresses = (/** @type {RegExp} */ pattern) =>
      [...html.matchAll(pattern)].flatMap((match) => this.fileOf(match[1] ?? '', page) ?? []);
    const styles = addresses(/<link[^>]+rel="stylesheet"[^>]*?href="([^"]+)"/g).concat(
      addresses(/<link[^>]+href="([^"]+\.css)"[^>]*?rel="stylesheet"/g),
    );
    const scripts = addresses(/<script[^>]+src="([^"]+)"/g).concat(
      addresses(/<link[^>]+rel="modulepreload"[^>]*?href="([^"]+)"/g),
    );
    const islands = addresses(/(?:component|renderer|before-hydration)-url="([^"]+)"/g);
    const inline = [
      ...html.matchAll(
        /<(script|style)(?![^>]*\bsrc=)(?![^>]*type="application)[^>]*>([\s\S]*?)<\/\1>/g,
      ),
    ].map((match) => match[2] ?? '');
    return { styles: [...new Set(styles)], scripts: this.closure(scripts), islands, inline };
  }

  /** Bytes (gzip) of scripts and styles that a page loads before any island wakes, inline ones included. @param {string} page */
  pageWeight(page) {
    const { styles, scripts, inline } = this.assets(page);
    const files = [...styles, ...scripts].map((file) => this.read(file));
    return [...files, inline.join('\n')].reduce((sum, content) => sum + gzipped(content), 0);
  }

  /**
   * Scripts reached from `entries` through static imports, and through dynamic ones where `follow` says so.
   * @param {string[]} entries @param {(file: string) => boolean} [follow] of a dynamic import's target
   */
  closure(entries, follow = () => false) {
    /** @type {Set<string>} */
    const seen = new Set();
    const queue = [...entries];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file) || !existsSync(path.join(this.folder, file))) continue;
      seen.add(file);
      const { fixed, lazy } = this.imports(file);
      queue.push(...fixed, ...lazy.filter(follow));
    }
    return [...seen];
  }

  /** Static and dynamic imports of a built script. @param {string} file */
  imports(file) {
    const code = this.read(file);
    const targets = (/** @type {RegExp} */ pattern) =>
      [...code.matchAll(pattern)].flatMap((match) => this.fileOf(match[1] ?? '', file) ?? []);
    return {
      fixed: targets(/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g),
      lazy: targets(/\bimport\(\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g),
    };
  }

  /** Worker scripts that other scripts of the site start. */
  workers() {
    return filesUnder(this.folder).filter((file) => /\.worker-[^/]*\.js$/.test(file));
  }

  /** Scripts that can run on the main thread: everything that pages and islands reach without starting a worker. */
  mainThread() {
    const entries = this.pages().flatMap((page) => {
      const { scripts, islands } = this.assets(page);
      return [...scripts, ...islands];
    });
    return this.closure(entries, () => true);
  }

  /** Stored bytes of each published model's weights. */
  weights() {
    return filesUnder(this.folder)
      .filter((file) => file.endsWith('.safetensors'))
      .map((file) => ({ file, bytes: statSync(path.join(this.folder, file)).size }));
  }
}

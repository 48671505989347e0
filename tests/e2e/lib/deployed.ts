// The site on a server of the test's own, whose network can fail and which can be deployed anew: for what a service worker
// does. `test` is that of the other pages, with service workers let in.
import { constants, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright/test';
import { filesUnder } from '../../../scripts/lib/bundle.mjs';
import { writeServiceWorker } from '../../../scripts/lib/offline.mjs';
import { serve } from '../../../scripts/lib/serve.mjs';
import { test as base } from './fixtures.ts';
import { base as sitePath, folder as built } from './site.ts';

export { expect } from './fixtures.ts';

export class Deployment {
  #server: Awaited<ReturnType<typeof serve>> | null = null;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  /** A copy of the built site in `folder`, served. */
  static async of(folder: string): Promise<Deployment> {
    await cp(built, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
    const server = await serve({ folder, base: sitePath });
    const deployment = new Deployment(folder, Number(new URL(server.url).port));
    deployment.#server = server;
    return deployment;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}${sitePath}`;
  }

  /** The network goes: no address of the site answers. */
  cut(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Another version of the site takes the place of this one. */
  async redeploy(change: (site: Deployment) => void): Promise<void> {
    change(this);
    await writeServiceWorker(this.folder, sitePath);
  }

  /** The site's files whose names match. */
  files(pattern: RegExp): string[] {
    return filesUnder(this.folder).filter((file) => pattern.test(file));
  }

  rewrite(file: string, edit: (text: string) => string): void {
    const at = path.join(this.folder, file);
    writeFileSync(at, edit(readFileSync(at, 'utf8')));
  }

  rename(file: string, to: string): void {
    renameSync(path.join(this.folder, file), path.join(this.folder, to));
  }

  remove(file: string): void {
    rmSync(path.join(this.folder, file));
  }
}

export const test = base.extend<{ site: Deployment }>({
  serviceWorkers: 'allow',
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from the pattern
  site: async ({}, use, info) => {
    const site = await Deployment.of(info.outputPath('site'));
    await use(site);
    site.cut();
    rmSync(site.folder, { recursive: true });
  },
  baseURL: async ({ site }, use) => use(site.url),
});

/** What the service worker has kept: for each of its caches the addresses, relative to the site's, without workbox's revisions. */
export async function kept(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async (start) => {
    const all: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      all[name] = requests.map(({ url }) => {
        const { pathname, search } = new URL(url);
        return pathname.slice(start.length) + search.replace(/\?__WB.*/, '');
      });
    }
    return all;
  }, sitePath);
}

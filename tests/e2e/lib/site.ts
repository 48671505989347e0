// The built site under test, as files: which pages there are and which of them hold a lab.
import path from 'node:path';
import { Bundle } from '../../../scripts/lib/bundle.mjs';

export const folder = process.env.TEST_SITE ?? path.resolve('dist');
export const base = process.env.TEST_BASE ?? '/';
export const bundle = new Bundle(folder, base);

/** Addresses relative to the site's base ("" is the landing page), 404 included. */
export const addresses = bundle
  .pages()
  .map((file) => file.replace(/(?:^|\/)index\.html$/, '/').replace(/^\//, ''))
  .sort();

/** Every page that holds labs, with their slugs in order. */
export const pagesWithLabs = addresses
  .map((address) => {
    const file = address === '' || address.endsWith('/') ? `${address}index.html` : address;
    const slugs = [...bundle.read(file).matchAll(/\sdata-lab="([^"]+)"/g)].map(
      (match) => match[1]!,
    );
    return { address, file, slugs };
  })
  .filter(({ slugs }) => slugs.length > 0);

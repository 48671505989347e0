// What follows `astro build`: writes the service worker, and prints what a visitor downloads against the budgets, which
// the tests hold.
// Run: node scripts/after-build.mjs [folder]; BASE_PATH as for the build.
import path from 'node:path';
import { budgets, Bundle, gzipped } from './lib/bundle.mjs';
import { writeServiceWorker } from './lib/offline.mjs';

const folder = path.resolve(process.argv[2] ?? 'dist');
const base = (process.env.BASE_PATH ?? '/').replace(/\/?$/, '/');
const site = new Bundle(folder, base);
const offline = await writeServiceWorker(folder, base);

const pages = site.pages().map((page) => [page, site.pageWeight(page), budgets.page]);
const workers = site.workers().map((file) => {
  const size = site.closure([file]).reduce((sum, part) => sum + gzipped(site.read(part)), 0);
  return [file, size, budgets.engine];
});
const weights = site.weights().map(({ file, bytes }) => [file, bytes, budgets.weights]);

for (const [title, rows] of [
  ['Scripts and styles of a page before its lab wakes (gzip)', pages],
  ['Worker without its backend (gzip)', workers],
  ['Weights (stored)', weights],
]) {
  console.log(`\n${title}`);
  for (const [name, bytes, limit] of [...rows].sort((a, b) => b[1] - a[1]).slice(0, 12)) {
    const mark = bytes > limit ? ` over the budget of ${kilobytes(limit)}` : '';
    console.log(`  ${kilobytes(bytes).padStart(9)}  ${name}${mark}`);
  }
}

console.log('\nOffline');
console.log(`  ${kilobytes(offline.bytes).padStart(9)}  sw.js, the service worker`);
console.log(`  ${kilobytes(offline.kept).padStart(9)}  kept by it at the first visit`);

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

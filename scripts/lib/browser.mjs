// Finds a Chromium to test and to draw with, or installs one. Knows nothing of what it is for.
// Order: an explicit path, the system's browsers, Playwright's own; then Playwright's installer, then apt.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'msedge',
];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium, installing one when there is none. Throws with what to do when that fails too. */
export function browserPath() {
  const found = findBrowser();
  if (found) return found;
  for (const [command, ...rest] of [
    ['npx', 'playwright', 'install', '--with-deps', 'chromium'],
    ['apt-get', 'install', '--yes', 'chromium'],
    ['sudo', '-n', 'apt-get', 'install', '--yes', 'chromium'],
  ]) {
    console.error(`No Chromium found. Trying: ${[command, ...rest].join(' ')}`);
    spawnSync(command, rest, { stdio: ['ignore', 2, 2], timeout: 300_000 });
    const installed = findBrowser();
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium could be found or installed. Set CHROMIUM_PATH to a Chromium or Chrome.',
  );
}

/** The path of a Chromium that is already there, or null. Throws when CHROMIUM_PATH names no program. */
export function findBrowser() {
  const wanted = process.env.CHROMIUM_PATH ?? process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  if (wanted) {
    if (runs(wanted)) return wanted;
    throw new Error(`CHROMIUM_PATH is "${wanted}", which is not a program that can be run.`);
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...candidates, ...places, chromium.executablePath()].find(runs) ?? null;
}

/** Launch options under which every test and script starts its browser. */
export function launchOptions() {
  const root = process.getuid?.() === 0;
  return {
    executablePath: browserPath(),
    args: [
      ...(root ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

/** @param {string} file */
function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Hands a script over to the Node that the lockfile pins, when another one runs it.
// npm scripts already run on it; this is for `node scripts/…` typed by hand.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../node_modules/.bin/', import.meta.url));
const pinned = path.join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');

/** Returns on the pinned Node; on any other it runs the script again there and ends with its exit code. */
export function onPinnedNode() {
  if (process.env.ON_PINNED_NODE || !existsSync(pinned)) return;
  if (realpathSync(pinned) === realpathSync(process.execPath)) return;
  const { status } = spawnSync(pinned, process.argv.slice(1), {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      ON_PINNED_NODE: '1',
      PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`,
    },
  });
  process.exit(status ?? 1);
}

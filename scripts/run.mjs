// Runs scripts/<name>.ts: `node scripts/run.mjs train vae-mnist-2d`, with the project's root as working folder.
// Plain Node 20 or newer. Bundles the script with esbuild (tfjs-core's ES modules cannot be loaded by Node as
// they are: their imports carry no file endings), keeps the bundle under node_modules/.cache, and runs it on
// the Node that package.json pins. Knows nothing of what the scripts do.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [name, ...rest] = process.argv.slice(2);
const source = path.join(root, 'scripts', `${name}.ts`);
if (!name || !existsSync(source)) {
  console.error(
    `There is no scripts/${name ?? '<name>'}.ts. Usage: node scripts/run.mjs <name> [arguments]`,
  );
  process.exit(2);
}
const entry = await bundle(source, path.join(root, 'node_modules/.cache/scripts'));
run(entry, rest[0] === '--' ? rest.slice(1) : rest);

/** Bundles into a folder named by the bundle's own hash, so that a run never reads files that another run is writing. */
async function bundle(source, cache) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outdir: cache,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true, // keeps `import()` lazy: only the model that is asked for is loaded
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'], // tfjs's ES modules, so that kernels and gradients are chosen by name
    external: ['sharp', 'esbuild', 'vite', 'playwright', 'assemblyscript', 'webgpu'], // these find their own files
    define: { 'import.meta.env.BASE_URL': '"/"' },
    banner: {
      // tfjs-wasm's loader expects CommonJS names
      js: [
        'import { createRequire as makeRequire } from "node:module";',
        'const require = makeRequire(import.meta.url);',
        'const __filename = import.meta.filename;',
        'const __dirname = import.meta.dirname;',
      ].join(' '),
    },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  const digest = createHash('sha256');
  for (const file of outputFiles) digest.update(file.path).update(file.contents);
  const folder = path.join(cache, `${name}-${digest.digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) {
    removeStale(cache);
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    for (const file of outputFiles)
      writeFileSync(path.join(fresh, path.basename(file.path)), file.contents);
    try {
      renameSync(fresh, folder);
    } catch (cause) {
      if (!existsSync(folder)) throw cause;
      rmSync(fresh, { recursive: true }); // another run made the same bundle first
    }
  }
  return path.join(folder, `${name}.mjs`);
}

/** Removes bundles of more than a week ago; a running script may still load parts of a younger one. */
function removeStale(cache) {
  if (!existsSync(cache)) return;
  const weekAgo = Date.now() - 7 * 24 * 3600 * 1000;
  for (const folder of readdirSync(cache)) {
    const where = path.join(cache, folder);
    if (statSync(where).mtimeMs < weekAgo) rmSync(where, { recursive: true, force: true });
  }
}

/** Hands over to the pinned Node; ends as it ends, by exit code or by signal. */
function run(entry, argv) {
  const pinned = path.join(root, 'node_modules/.bin/node');
  const node = existsSync(pinned) ? pinned : process.execPath;
  const child = spawn(node, ['--enable-source-maps', entry, ...argv], {
    cwd: root,
    stdio: 'inherit',
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // A terminal sends Ctrl-C to both processes: the script decides what it means, and this one waits for it.
  for (const signal of signals) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('error', (cause) => {
    console.error(`Could not start ${node}: ${cause.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

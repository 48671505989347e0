// Compiles src/lib/kernels/assembly (AssemblyScript) into src/lib/kernels/build, twice: with relaxed SIMD and
// without. Skipped when nothing has changed. Checks what the kernels rely on: the module brings no data and
// never grows the memory, because that memory belongs to tfjs's own module.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join(root, 'src/lib/kernels/assembly');
const target = path.join(root, 'src/lib/kernels/build');
const options = ['--importMemory', '--runtime', 'stub', '--noAssert', '-O3', '--enable', 'simd'];
const builds = { relaxed: ['--enable', 'relaxed-simd'], plain: [] };

const stamp = path.join(target, 'sources.sha256');
const digest = digestOf();
if (readOr(stamp, '') === digest) process.exit(0);

mkdirSync(target, { recursive: true });
for (const [name, extra] of Object.entries(builds)) {
  const { wasm, wat } = await compile(name, [...options, ...extra]);
  if (/\(data |memory\.grow|\(start /.test(wat)) {
    fail(
      `The ${name} kernels hold data, grow the memory or run code at start; they may do neither.`,
    );
  }
  if (name === 'plain' && wat.includes('relaxed')) {
    fail('The plain kernels use relaxed SIMD, which the browsers that they are for do not have.');
  }
  if (!WebAssembly.validate(wasm)) {
    fail(`This Node cannot run the ${name} kernels. Run npm ci, which brings the pinned one.`);
  }
  // By rename, so that whoever loads it meanwhile never reads half a file.
  const file = path.join(target, `${name}.wasm`);
  writeFileSync(`${file}.${process.pid}`, wasm);
  renameSync(`${file}.${process.pid}`, file);
}
writeFileSync(stamp, digest);

/** Changes with the sources, with this script and with the compiler. */
function digestOf() {
  const hash = createHash('sha256')
    .update(asc.version ?? '')
    .update(readFileSync(fileURLToPath(import.meta.url)));
  for (const file of readdirSync(sources).sort())
    hash.update(file).update(readFileSync(path.join(sources, file)));
  return hash.digest('hex');
}

async function compile(name, flags) {
  const outputs = new Map();
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--baseDir', sources, '--outFile', 'kernels.wasm', '--textFile', 'kernels.wat'],
      // Vectors pass between functions of the module, never out of it, which is all that AS112 warns of.
      ...['--disableWarning', '112', ...flags],
    ],
    { writeFile: (file, contents) => outputs.set(file, contents) },
  );
  if (error) fail(`The ${name} kernels did not compile:\n${stderr.toString()}`);
  return { wasm: outputs.get('kernels.wasm'), wat: outputs.get('kernels.wat') };
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

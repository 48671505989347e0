// `npm test`: every check of the project, in stages, two at a time, on a machine that has Node and nothing else.
// Run one by name: npm test -- lint unit. Ends with a line "<n> passed, <n> failed": tests, plus one per failed stage.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPinnedNode } from './lib/pinned-node.mjs';
import { runStages } from './lib/stages.mjs';

onPinnedNode();

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const results = path.join(root, 'test-results');
const site = 'node_modules/.cache/test-site';
const base = '/a/sub/path/';

/**
 * `after`: stages that must end first. `alone`: nothing else runs beside it, for it measures time.
 * `report`: where it writes its counts. Stages named by the user run without their predecessors.
 * @type {{name: string, commands: string[], after?: string[], alone?: boolean, report?: string, env?: Record<string, string>}[]}
 */
const stages = [
  { name: 'prepare', commands: ['npm run prepare:site', 'astro sync'] },
  { name: 'format', commands: ['prettier --check .'] },
  { name: 'lint', after: ['prepare'], commands: ['eslint --max-warnings 0 .'] },
  {
    name: 'build',
    after: ['prepare'],
    commands: [`astro build --outDir ${site}`, `node scripts/after-build.mjs ${site}`],
    env: { BASE_PATH: base },
  },
  {
    name: 'unit',
    after: ['prepare'],
    commands: ['vitest run --reporter=default --reporter=json --outputFile=test-results/unit.json'],
    report: 'unit.json',
  },
  {
    name: 'types',
    after: ['build'],
    commands: [
      'astro check --minimumFailingSeverity hint',
      'svelte-check --fail-on-warnings --tsconfig tsconfig.svelte.json',
      'tsc -p tsconfig.lib.json',
    ],
  },
  {
    name: 'build at /',
    after: ['build', 'types'],
    commands: ['astro build', 'node scripts/after-build.mjs'],
  },
  {
    // Every figure that a page quotes, recomputed from the published weights.
    name: 'figures',
    after: ['prepare', 'unit'],
    commands: ['node scripts/run.mjs evaluate --quick'],
  },
  {
    name: 'engine',
    after: ['prepare', 'unit'],
    commands: ['playwright test --project=engine'],
    report: 'engine.json',
  },
  {
    name: 'pages',
    after: ['build', 'build at /'],
    commands: ['playwright test --project=pages'],
    report: 'pages.json',
  },
  {
    name: 'labs',
    after: ['build', 'pages', 'engine', 'figures'],
    alone: true,
    commands: ['playwright test --project=labs'],
    report: 'labs.json',
  },
  {
    name: 'instruments',
    after: ['labs'],
    alone: true, // two tests at a time already
    commands: ['playwright test --project=instruments'],
    report: 'instruments.json',
  },
];

const wanted = process.argv.slice(2).filter((word) => word !== '--');
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `No stage "${unknown.join('", "')}". There are: ${stages.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const started = performance.now();
// Another run on this machine may be serving its own site.
const port = await freePort();
const chosen = stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
report(await runStages(chosen, runStage, 2));

/** @returns {Promise<string>} a port of the loopback address that nobody listens on */
function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const free = typeof address === 'object' && address ? String(address.port) : '0';
      server.close(() => done(free));
    });
  });
}

/**
 * Runs a stage's commands in order up to the first that fails; prints their output when it is whole.
 * @param {(typeof stages)[number]} stage
 */
async function runStage({ name, commands, env }) {
  const begin = performance.now();
  let output = '';
  let code = 0;
  for (const command of commands) {
    output += `$ ${command}\n`;
    const ended = await shell(command, { TEST_STAGE: name, ...env });
    output += ended.output;
    code = ended.code;
    if (code !== 0) break;
  }
  const seconds = (performance.now() - begin) / 1000;
  console.log(`\n━━ ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  console.log(output.trimEnd());
  return { code, seconds };
}

/**
 * @param {string} command
 * @param {Record<string, string>} env
 * @returns {Promise<{code: number, output: string}>}
 */
function shell(command, env) {
  return new Promise((done) => {
    const child = spawn(command, {
      shell: true,
      cwd: root,
      env: {
        ...process.env,
        ASTRO_TELEMETRY_DISABLED: '1',
        TEST_SITE: path.join(root, site),
        TEST_BASE: base,
        TEST_PORT: port,
        PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 1_200_000,
    });
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.stderr.on('data', (part) => (output += part));
    child.on('error', (cause) => done({ code: 1, output: `${output}${cause.message}\n` }));
    child.on('close', (code, signal) => {
      if (signal) output += `Stopped by ${signal}: a command may take twenty minutes.\n`;
      done({ code: code ?? 1, output });
    });
  });
}

/**
 * Prints the timings and the counts; sets the exit code.
 * @param {{stage: (typeof stages)[number], outcome: {code: number, seconds: number}}[]} ended
 */
function report(ended) {
  let passed = 0;
  let failed = 0;
  console.log('\nStage            seconds');
  for (const { stage, outcome } of ended) {
    const bad = outcome.code !== 0;
    const counts = stage.report
      ? readCounts(path.join(results, stage.report))
      : { passed: 0, failed: 0 };
    passed += counts.passed;
    // A stage can fail without a failed test: a file that does not parse, a server that does not start.
    failed += bad ? Math.max(1, counts.failed) : 0;
    const seconds = outcome.seconds.toFixed(1).padStart(7);
    const tests = stage.report ? `  ${counts.passed} passed, ${counts.failed} failed` : '';
    console.log(`${stage.name.padEnd(16)} ${seconds}${bad ? '  FAILED' : ''}${tests}`);
  }
  const all = ((performance.now() - started) / 1000).toFixed(1).padStart(7);
  console.log(`${'in all'.padEnd(16)} ${all}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  // Exit codes decide, so that a report that is missing or misread cannot hide a failure.
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Counts of a Vitest or a Playwright report; zeros when the stage died before writing one. @param {string} file */
function readCounts(file) {
  try {
    const json = JSON.parse(readFileSync(file, 'utf8'));
    if (json.stats)
      return { passed: json.stats.expected + json.stats.flaky, failed: json.stats.unexpected };
    return { passed: json.numPassedTests, failed: json.numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

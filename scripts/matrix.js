'use strict';

/**
 * Runs a command on every supported Node, one after the other.
 *
 *   npm run test:matrix [-- [major or release ...] [--sample] [--command 'npm run ...']]
 *
 * Without --command it is `npm run test:js`: all of `npm test` that depends on the Node. Where
 * the package has ways of its own, it is run once more with its fallbacks. `npm run test:crate` comes last.
 * What failed is named once more at the end.
 *
 * --sample is for CI, after `npm run ready`. It leaves out the Node that runs this, which passed already, the crate, and, with the
 * fallbacks, the tests that never come near them. Tests that take long run in part (ASYNC_HOOKS_RS_SAMPLE).
 */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { parseArgs } = require('node:util');
const { MAJORS, nodes } = require('./nodes');

/** @typedef {import('./nodes').NodeBinary} NodeBinary */
/** @typedef {{ version: string, ways: string, result: string, seconds: string }} Row */
/** @typedef {Row & { failures: string[] }} Run */

/** The first major version that lets promises be tracked here, and has context frames. */
const FIRST_WITH_OWN_WAYS = 24;

/** What each way of running is called, and what it sets. */
const WAYS = { own: {}, fallbacks: { ASYNC_HOOKS_RS_PROMISES: 'feed', ASYNC_HOOKS_RS_STORAGE: 'slot' }, crate: {} };

/** Tests of what is the same with the fallbacks: the command line, the output, reports and the package; and those that set the ways themselves. */
const APART_FROM_WAYS =
  /^(bench|bundled|cli-options|context-(command|transform)|docs|native-context|package|page|record-(again|command|keep|output|preload)|release|report|test-command|top)\b/;

async function main() {
  const { values, positionals } = parseArgs({
    options: { command: { type: 'string' }, sample: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const { command = 'npm run test:js', sample } = values;
  const commandOfFallbacks = values.command === undefined && sample ? testsOfWays() : command;
  const wanted = positionals.length > 0 ? positionals.map(toWanted) : MAJORS;
  /** @type {Run[]} */
  const rows = [];
  for (const node of await nodes(wanted)) {
    if (sample && node.version === process.versions.node) continue;
    rows.push(await run(node, 'own', command, sample));
    if (node.major >= FIRST_WITH_OWN_WAYS) rows.push(await run(node, 'fallbacks', commandOfFallbacks, sample));
    if (values.command === undefined && !sample) rows.push(await run(node, 'crate', 'npm run test:crate', sample));
  }
  printTable([{ version: 'Node', ways: 'ways', result: 'result', seconds: 'seconds' }, ...rows]);
  for (const { version, ways, failures } of rows) {
    for (const failure of failures) console.log(`Node ${version}, ${ways}: ${failure}`);
  }
  if (rows.some(({ result }) => result !== 'passed')) process.exitCode = 1;
}

/** @param {string} argument */
function toWanted(argument) {
  if (/^[1-9]\d*(\.\d+\.\d+)?$/.test(argument)) return argument;
  throw new Error(`"${argument}" is neither a major version of Node, such as ${MAJORS.join(', ')}, nor a release, such as 24.0.0`);
}

/** The command that runs the tests which the fallbacks concern. */
function testsOfWays() {
  const names = fs.readdirSync(path.join(__dirname, '..', '__test__')).filter((name) => name.endsWith('.test.js'));
  const concerned = names.filter((name) => !APART_FROM_WAYS.test(name)).map((name) => `__test__/${name}`);
  return `node --test --test-concurrency=2 --test-reporter=spec ${concerned.join(' ')}`;
}

/**
 * @param {NodeBinary} node
 * @param {keyof typeof WAYS} ways
 * @param {string} command
 * @param {boolean} sample
 * @returns {Promise<Run>}
 */
async function run({ major, version, path: file }, ways, command, sample) {
  const start = process.hrtime.bigint();
  const child = spawn(command, {
    cwd: path.join(__dirname, '..'),
    env: {
      ...process.env,
      PATH: path.dirname(file) + path.delimiter + process.env.PATH,
      ...WAYS[ways],
      ...(sample && { ASYNC_HOOKS_RS_SAMPLE: '1' }),
    },
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failures = failuresIn(child.stdout);
  prefixLines(child.stdout, process.stdout, major);
  prefixLines(child.stderr, process.stderr, major);
  const result = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code === 0 ? 'passed' : `failed (${signal ?? `exit code ${code}`})`);
    });
  });
  const seconds = (Number(process.hrtime.bigint() - start) / 1e9).toFixed(1);
  return { version, ways, result, seconds, failures };
}

/**
 * @param {import('node:stream').Readable} input
 * @param {import('node:stream').Writable} output
 * @param {number} major
 */
function prefixLines(input, output, major) {
  createInterface({ input }).on('line', (line) => output.write(`[${major}] ${line}\n`));
}

/**
 * @param {import('node:stream').Readable} output of Node's test runner, which ends with the tests that failed
 * @returns {string[]} their places and names, filled in as they come
 */
function failuresIn(output) {
  /** @type {string[]} */
  const failures = [];
  let isSummary = false;
  createInterface({ input: output }).on('line', (line) => {
    isSummary ||= line === '✖ failing tests:';
    if (isSummary && /^(test at |✖ (?!failing tests:))/.test(line)) failures.push(line);
  });
  return failures;
}

/** @param {Row[]} rows */
function printTable(rows) {
  const width = (/** @type {keyof Row} */ column) => Math.max(...rows.map((row) => row[column].length));
  const widths = { version: width('version'), ways: width('ways'), result: width('result'), seconds: width('seconds') };
  console.log();
  for (const { version, ways, result, seconds } of rows) {
    console.log(
      [version.padEnd(widths.version), ways.padEnd(widths.ways), result.padEnd(widths.result), seconds.padStart(widths.seconds)].join('  '),
    );
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

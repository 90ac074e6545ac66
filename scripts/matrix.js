'use strict';

/**
 * Runs a command on every supported Node, one after the other.
 *
 *   npm run test:matrix [-- [major ...] [--command 'npm run ...']]
 *
 * Without --command it is `npm run test:js`: all of `npm test` that depends on the Node. Where
 * the package tracks promises itself, it is run once more with those of the runtime's feed.
 */

const { spawn } = require('node:child_process');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { parseArgs } = require('node:util');
const { MAJORS, nodes } = require('./nodes');

/** @typedef {import('./nodes').NodeBinary} NodeBinary */
/** @typedef {{ version: string, promises: string, result: string, seconds: string }} Row */

/** The first major version all of whose newest releases can leave promises out of the feed. */
const FIRST_WITH_OWN_PROMISES = 24;

async function main() {
  const { values, positionals } = parseArgs({
    options: { command: { type: 'string', default: 'npm run test:js' } },
    allowPositionals: true,
  });
  const majors = positionals.length > 0 ? positionals.map(toMajor) : MAJORS;
  /** @type {Row[]} */
  const rows = [];
  for (const node of await nodes(majors)) {
    for (const promises of node.major < FIRST_WITH_OWN_PROMISES ? ['feed'] : ['own', 'feed']) {
      rows.push(await run(node, promises, String(values.command)));
    }
  }
  printTable([{ version: 'Node', promises: 'promises', result: 'result', seconds: 'seconds' }, ...rows]);
  if (rows.some(({ result }) => result !== 'passed')) process.exitCode = 1;
}

/** @param {string} argument */
function toMajor(argument) {
  if (/^[1-9]\d*$/.test(argument)) return Number(argument);
  throw new Error(`"${argument}" is no major version of Node, such as ${MAJORS.join(', ')}`);
}

/**
 * @param {NodeBinary} node
 * @param {string} promises who tracks them: `own` or the runtime's `feed`
 * @param {string} command
 * @returns {Promise<Row>}
 */
async function run({ major, version, path: file }, promises, command) {
  const start = process.hrtime.bigint();
  const child = spawn(command, {
    cwd: path.join(__dirname, '..'),
    env: {
      ...process.env,
      PATH: path.dirname(file) + path.delimiter + process.env.PATH,
      ASYNC_HOOKS_RS_PROMISES: promises,
    },
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  prefixLines(child.stdout, process.stdout, major);
  prefixLines(child.stderr, process.stderr, major);
  const result = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code === 0 ? 'passed' : `failed (${signal ?? `exit code ${code}`})`);
    });
  });
  const seconds = (Number(process.hrtime.bigint() - start) / 1e9).toFixed(1);
  return { version, promises, result, seconds };
}

/**
 * @param {import('node:stream').Readable} input
 * @param {import('node:stream').Writable} output
 * @param {number} major
 */
function prefixLines(input, output, major) {
  createInterface({ input }).on('line', (line) => output.write(`[${major}] ${line}\n`));
}

/** @param {Row[]} rows */
function printTable(rows) {
  const width = (/** @type {keyof Row} */ column) => Math.max(...rows.map((row) => row[column].length));
  const widths = {
    version: width('version'), promises: width('promises'), result: width('result'), seconds: width('seconds'),
  };
  console.log();
  for (const { version, promises, result, seconds } of rows) {
    console.log([
      version.padEnd(widths.version), promises.padEnd(widths.promises), result.padEnd(widths.result), seconds.padStart(widths.seconds),
    ].join('  '));
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

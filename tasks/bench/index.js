'use strict';

/** `npm run bench`: what the hooks cost, without, with Node's module and with this package. */

const fs = require('node:fs');
const { parseArgs } = require('node:util');

const { runtimeCanIgnorePromises } = require('./bars');
const { rows } = require('./rows');
const { runRow } = require('./run');
const { header, rowOf } = require('./table');

const HELP = `Usage: npm run bench -- [options]

  --rows PATTERN   only the rows whose name matches the regular expression
  --rounds N       fresh processes for each variant of a row (default 7)
  --clock CLOCK    busy: time in which the event loop does not wait (default)
                   cpu: processor time of the whole process, for a machine with other work
  --quick          a few operations in one round, to see that everything runs
  --json FILE      write the results, the value of every process included
  --help

It fails when a variant delivers a wrong number of events, never for a time.`;

/**
 * @typedef {object} Report what --json writes
 * @property {string} node
 * @property {string} date
 * @property {number} rounds
 * @property {'busy' | 'cpu'} clock
 * @property {boolean} quick
 * @property {boolean} own whether the runtime can leave promises to the package
 * @property {import('./run').Result[]} results
 */

const CLOCKS = ['busy', 'cpu'];

function optionsOf() {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '' },
      rounds: { type: 'string' },
      clock: { type: 'string', default: 'busy' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds takes a number from 1, not "${values.rounds}"`);
  }
  const clock = /** @type {'busy' | 'cpu'} */ (values.clock);
  if (!CLOCKS.includes(clock)) throw new Error(`--clock takes ${CLOCKS.join(' or ')}, not "${clock}"`);
  return { ...values, rounds, clock };
}

/** @param {string} pattern */
function rowsMatching(pattern) {
  const matching = rows.filter(({ name }) => new RegExp(pattern, 'i').test(name));
  if (matching.length > 0) return matching;
  throw new Error(`No row matches "${pattern}". There are:\n${rows.map(({ name }) => `  ${name}`).join('\n')}`);
}

/** @param {string} text of a line that the next one replaces, '' for none */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/**
 * @param {ReturnType<typeof optionsOf>} options
 * @returns {Promise<Report>}
 */
async function run(options) {
  const chosen = rowsMatching(options.rows);
  const own = runtimeCanIgnorePromises();
  const { rounds, clock, quick } = options;
  console.log(
    `Node ${process.versions.node}, ${process.platform} ${process.arch}, rounds: ${rounds}, ` +
      `clock: ${clock}; the bars are those for Nodes ${own ? 'with' : 'without'} trackPromises`,
  );
  if (quick) console.log('This is a quick run: its times say nothing.');
  console.log(`\n${header()}`);
  const results = [];
  for (const [index, row] of chosen.entries()) {
    const onProgress = (/** @type {number} */ round, /** @type {string} */ variant) =>
      progress(`[${index + 1}/${chosen.length}] ${row.name}: round ${round + 1} of ${rounds}, ${variant}`);
    const result = await runRow(row, { rounds, clock, quick, own, onProgress });
    progress('');
    console.log(rowOf(result));
    results.push(result);
  }
  return { node: process.versions.node, date: new Date().toISOString(), rounds, clock, quick, own, results };
}

async function main() {
  const options = optionsOf();
  if (options.help) {
    console.log(HELP);
    return;
  }
  const report = await run(options);
  if (options.json !== undefined) fs.writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  const problems = report.results.flatMap((result) => result.problems);
  for (const problem of problems) console.error(`Wrong number of events: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  progress('');
  console.error(error.message);
  process.exitCode = 1;
});

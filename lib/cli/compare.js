'use strict';
/** The `compare` command: reads its arguments and prints the result. */

const { parseCommandLine, splitNodeOptions } = require('./node-options');
const { UsageError, isUsageError, refuse } = require('./usage');
const { compare } = require('../compare/index');
const { formatResult } = require('../compare/report');

const usage = `Usage: async-hooks-rs compare [options] script.js [args]

Runs the script with Node's async_hooks and with async-hooks-rs, and compares all events that a hook sees.
If the script or a dependency loads async-hooks-rs by name, it gets node:async_hooks in the run with Node's.

  --node-options "..."  options for Node, as in --node-options "--expose-gc"
  --same-process        run both hooks in one process; they must see the same ids
  --order ORDER         in the same process: builtin-first (default) or ours-first
  --attempts N          how many pairs of runs must differ before a difference counts (3);
                        four times as many if the runs with Node's module differ from each other
  --timeout SECONDS     for one run (60)
  --expect-exit CODE    the exit code that the script must end with (0)
  --ignore-output       do not compare stdout and stderr
  --json                print the result as JSON
  --help                print this text

Exit code: 0 they agree, 1 they differ, 2 wrong usage or the script failed, 3 the script did not end in time
`;

const options = /** @type {const} */ ({
  'node-options': { type: 'string' },
  'same-process': { type: 'boolean' },
  order: { type: 'string' },
  attempts: { type: 'string' },
  timeout: { type: 'string' },
  'expect-exit': { type: 'string' },
  'ignore-output': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  // For tests: a module that takes our place.
  'module-under-test': { type: 'string' },
});

const NAME = 'async-hooks-rs compare';

const EXIT_CODES = { agree: 0, differ: 1, crash: 2, timeout: 3 };
/** What a timer of Node's can wait, in seconds. */
const LONGEST_TIMEOUT = 2_147_483;
const LARGEST_EXIT_CODE = 255;

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code
 */
async function command(argv) {
  try {
    const values = parse(argv);
    if (values === null) {
      process.stdout.write(usage);
      return 0;
    }
    const result = await compare(values);
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : formatResult(result));
    return EXIT_CODES[result.status];
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!isUsageError(error) && code !== 'ERR_COMPARE_SCRIPT') throw error;
    return refuse(NAME, message);
  }
}

/**
 * @param {string[]} argv
 * @returns {(import('../compare/index').Options & {json: boolean}) | null} null when help was asked for
 */
function parse(argv) {
  const {
    values,
    program: [script, ...args],
  } = parseCommandLine(argv, options);
  if (values.help) return null;
  if (script === undefined) throw new UsageError('No script is given.');
  const { order } = values;
  if (order !== undefined && order !== 'ours-first' && order !== 'builtin-first') {
    throw new UsageError(`--order must be builtin-first or ours-first, not ${order}`);
  }
  if (order !== undefined && !values['same-process']) throw new UsageError('--order needs --same-process');
  return {
    script,
    args,
    nodeOptions: splitNodeOptions(values['node-options']),
    mode: values['same-process'] ? 'same-process' : 'separate',
    order,
    attempts: numberOf('attempts', values.attempts ?? '3', /^[1-9]\d*$/),
    timeout: numberOf('timeout', values.timeout ?? '60', /^(?!0*\.?0*$)\d+(\.\d+)?$/, LONGEST_TIMEOUT),
    expectExit: numberOf('expect-exit', values['expect-exit'] ?? '0', /^\d+$/, LARGEST_EXIT_CODE),
    ignoreOutput: values['ignore-output'] ?? false,
    json: values.json ?? false,
    moduleUnderTest: values['module-under-test'],
  };
}

/**
 * @param {string} name
 * @param {string} text
 * @param {RegExp} form
 * @param {number} [most]
 */
function numberOf(name, text, form, most = Infinity) {
  if (!form.test(text)) throw new UsageError(`--${name} cannot be ${JSON.stringify(text)}`);
  if (Number(text) > most) throw new UsageError(`--${name} cannot be more than ${most}, and ${text} is`);
  return Number(text);
}

module.exports = { command };

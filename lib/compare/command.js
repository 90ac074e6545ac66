'use strict';
/** The `compare` command: reads its arguments and prints the result. */

const { parseArgs } = require('node:util');
const { compare } = require('./index');
const { formatResult } = require('./report');

const usage = `Usage: async-hooks-rs compare [options] script.js [args]

Runs the script with Node's async_hooks and with async-hooks-rs, and compares all the events that a hook sees.

  --node-options "..."  options for Node, before the script
  --same-process        one process with both hooks; ids must be equal as numbers
  --order ORDER         in the same process: builtin-first (default) or ours-first
  --attempts N          pairs of runs before a difference counts (3)
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

const EXIT_CODES = { agree: 0, differ: 1, crash: 2, timeout: 3 };
const USAGE_EXIT_CODE = 2;

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
    if (!code?.startsWith('ERR_COMPARE') && !code?.startsWith('ERR_PARSE_ARGS')) throw error;
    process.stderr.write(`${message}\n\n${usage}`);
    return USAGE_EXIT_CODE;
  }
}

/**
 * @param {string[]} argv
 * @returns {(import('./index').Options & {json: boolean}) | null} null when help was asked for
 */
function parse(argv) {
  // What follows the script belongs to the script, whatever it looks like.
  const { tokens } = parseArgs({ args: argv, options, allowPositionals: true, strict: false, tokens: true });
  const at = tokens.find(({ kind }) => kind === 'positional')?.index ?? argv.length;
  const { values } = parseArgs({ args: argv.slice(0, at), options, allowPositionals: true });
  if (values.help) return null;
  if (at === argv.length) throw usageError('No script is given.');
  const { order } = values;
  if (order !== undefined && order !== 'ours-first' && order !== 'builtin-first') {
    throw usageError(`--order must be builtin-first or ours-first, not ${order}`);
  }
  if (order !== undefined && !values['same-process']) throw usageError('--order needs --same-process');
  return {
    script: argv[at],
    args: argv.slice(at + 1),
    nodeOptions: splitOptions(values['node-options'] ?? ''),
    mode: values['same-process'] ? 'same-process' : 'separate',
    order,
    attempts: numberOf('attempts', values.attempts ?? '3', /^[1-9]\d*$/),
    timeout: numberOf('timeout', values.timeout ?? '60', /^(?!0*\.?0*$)\d+(\.\d+)?$/),
    expectExit: numberOf('expect-exit', values['expect-exit'] ?? '0', /^\d+$/),
    ignoreOutput: values['ignore-output'] ?? false,
    json: values.json ?? false,
    moduleUnderTest: values['module-under-test'],
  };
}

/**
 * @param {string} name
 * @param {string} text
 * @param {RegExp} form
 */
function numberOf(name, text, form) {
  if (!form.test(text)) throw usageError(`--${name} cannot be ${JSON.stringify(text)}`);
  return Number(text);
}

/**
 * Splits at spaces, except inside of quotes.
 * @param {string} text
 */
function splitOptions(text) {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

/** @param {string} message */
function usageError(message) {
  return Object.assign(new Error(message), { code: 'ERR_COMPARE_USAGE' });
}

module.exports = { command };

'use strict';
/** The `report` command: reads its arguments, prints the summary of a recording or writes it in other forms. */

const fs = require('node:fs');
const { parseArgs } = require('node:util');
const { loadAddon } = require('../addon');

const usage = `Usage: async-hooks-rs report FILE [options]

Prints what a recording says of the program: callbacks, waiting, lifetimes, what was alive at the end, findings.
With options, writes it in other forms instead, several at once if asked for:

  --html OUT     one page to look at, which needs nothing else
  --chrome OUT   Trace Event JSON, for Perfetto and chrome://tracing
  --ndjson OUT   one JSON object an event
  --traces OUT   one JSON object a trace: spans grouped by what triggered them
  --otlp OUT     OTLP JSON, for the file receiver of an OpenTelemetry collector
  --summary      print the summary as well
  --help         print this text

Exit code: 0 done, 1 the file is damaged and only what comes before could be read, 2 wrong usage, 3 failed
`;

const forms = /** @type {const} */ (['html', 'chrome', 'ndjson', 'traces', 'otlp']);

const options = /** @type {const} */ ({
  html: { type: 'string' },
  chrome: { type: 'string' },
  ndjson: { type: 'string' },
  traces: { type: 'string' },
  otlp: { type: 'string' },
  summary: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

const DAMAGED_EXIT_CODE = 1;
const USAGE_EXIT_CODE = 2;
const FAILED_EXIT_CODE = 3;

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code
 */
async function command(argv) {
  let wanted;
  try {
    wanted = parse(argv);
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!code?.startsWith('ERR_REPORT') && !code?.startsWith('ERR_PARSE_ARGS')) throw error;
    process.stderr.write(`${message}\n\n${usage}`);
    return USAGE_EXIT_CODE;
  }
  if (wanted === null) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return report(wanted);
  } catch (error) {
    process.stderr.write(`async-hooks-rs report: ${/** @type {Error} */ (error).message}\n`);
    return FAILED_EXIT_CODE;
  }
}

/** @typedef {{ file: string, summary: boolean, outputs: { form: typeof forms[number], out: string }[] }} Wanted */

/**
 * @param {string[]} argv
 * @returns {Wanted | null} null when help was asked for
 */
function parse(argv) {
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  if (values.help) return null;
  if (positionals.length !== 1) throw usageError(positionals.length === 0 ? 'No file is given.' : 'Give one file.');
  const [file] = positionals;
  const outputs = forms.flatMap((form) => {
    const out = values[form];
    return out === undefined ? [] : [{ form, out }];
  });
  for (const { form, out } of outputs) {
    if (isSame(file, out)) throw usageError(`--${form} ${out} is the recording itself`);
  }
  return { file, outputs, summary: values.summary ?? outputs.length === 0 };
}

/**
 * @param {string} file
 * @param {string} out
 */
function isSame(file, out) {
  const [from, to] = [file, out].map((name) => fs.statSync(name, { throwIfNoEntry: false }));
  return from !== undefined && to !== undefined && from.ino === to.ino && from.dev === to.dev;
}

/** @param {Wanted} wanted */
function report({ file, summary, outputs }) {
  const addon = loadAddon();
  let damage = null;
  if (summary) {
    const { text, ...rest } = addon.summarizeRecording(file);
    process.stdout.write(text);
    damage = rest.damage ?? damage;
  }
  for (const { form, out } of outputs) damage = addon.exportRecording(file, form, out) ?? damage;
  if (damage === null) return 0;
  process.stderr.write(`async-hooks-rs report: ${file} is damaged: ${damage}. The report is of what comes before.\n`);
  return DAMAGED_EXIT_CODE;
}

/** @param {string} message */
function usageError(message) {
  return Object.assign(new Error(message), { code: 'ERR_REPORT_USAGE' });
}

module.exports = { command };

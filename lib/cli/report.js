'use strict';
/** The `report` command: reads its arguments, prints the summary of a recording or writes it in other forms. */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { loadAddon } = require('../engine/addon');
const { durationOf } = require('./duration');
const { linksOn } = require('./links');
const { shown } = require('../node/shown');
const { EVERYTHING, rulesOf } = require('./otlp/sample');
const { follow, send } = require('./otlp/send');
const { attributesOf, intervalOf, targetOf } = require('./otlp/target');
const { sources } = require('./sources');
const { isUsageError } = require('./usage');

const usage = `Usage: async-hooks-rs report FILE... [options]

Prints a report on the recorded program: what is worth a look, and the requests that it answered, by route.
One report can cover several recordings, of processes that worked together: report a.rec b.rec 'pods/*.rec'
These options write other forms instead; you can give several:

  --html OUT     a page for the browser, in one file
  --chrome OUT   Trace Event JSON, for Perfetto and chrome://tracing
  --ndjson OUT   one JSON object per event
  --traces OUT   one JSON object per trace: spans grouped by what triggered them
  --otlp OUT     OTLP JSON, for the file receiver of an OpenTelemetry collector
  --otlp-endpoint URL
                 send the spans to an OpenTelemetry collector, such as http://localhost:4318: OTLP over HTTP.
                 "env" takes the address of OTEL_EXPORTER_OTLP_ENDPOINT
  --follow       send them while the program runs, until its recording ends or Ctrl-C. FILE need not exist yet
  --sample RULES send only some traces: 1/N, slow=TIME, failed, or several, as in slow=200ms,failed,1/100 (all)
  --since TIME   send only what has ended in this time or later, as in 10m; "now" leaves out everything so far
  --otlp-metrics also send metrics: durations of requests, and how busy the event loops are
  --summary      also print the text
  --all          print everything: threads, callbacks, waiting and lifetimes by type, what was alive at the end
  --why          print what keeps the program alive, even if it has ended
  --json         print findings and routes as JSON
  --help         print this text

Exit code: 0 done, 1 a file is damaged and was only read up to there, 2 wrong usage, 3 failed
`;

const forms = /** @type {const} */ (['html', 'chrome', 'ndjson', 'traces', 'otlp']);

const options = /** @type {const} */ ({
  html: { type: 'string', multiple: true },
  chrome: { type: 'string', multiple: true },
  ndjson: { type: 'string', multiple: true },
  traces: { type: 'string', multiple: true },
  otlp: { type: 'string', multiple: true },
  'otlp-endpoint': { type: 'string' },
  follow: { type: 'boolean' },
  sample: { type: 'string' },
  since: { type: 'string' },
  'otlp-metrics': { type: 'boolean' },
  summary: { type: 'boolean' },
  all: { type: 'boolean' },
  why: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

const DEFAULT_WIDTH = 120;
/** Recordings that are read at once. */
const MOST_FILES = 512;
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
    if (!code?.startsWith('ERR_REPORT') && !isUsageError(error)) throw error;
    say(message);
    process.stderr.write('See "async-hooks-rs report --help".\n');
    return USAGE_EXIT_CODE;
  }
  if (wanted === null) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    const { files, target, follows } = wanted;
    if (target === undefined) return report(wanted);
    return follows ? await follow(files, target, sayOf) : await reportAndSend(wanted, target);
  } catch (error) {
    sayOf(/** @type {Error} */ (error).message);
    return FAILED_EXIT_CODE;
  }
}

/**
 * Prints a line. It may hold names of files and what somebody typed.
 * @param {string} line
 */
function say(line) {
  process.stderr.write(`${shown(line)}\n`);
}

/** @param {string} line of this command */
function sayOf(line) {
  say(`async-hooks-rs report: ${line}`);
}

/** @typedef {import('../engine/native').WantedText} WantedText */
/** @typedef {import('./otlp/exporter').Wanted} Target */
/** @typedef {{ files: string[], text: WantedText | undefined, outputs: { form: typeof forms[number] | 'spans', out: string }[], target?: Target, follows: boolean }} Wanted */

/**
 * @param {string[]} argv
 * @returns {Wanted | null} null when help was asked for
 */
function parse(argv) {
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  if (values.help) return null;
  if (positionals.length === 0) throw usageError('No file is given.');
  if (positionals.includes('')) throw usageError('The name of the file is empty.');
  const files = distinct(positionals.flatMap(filesOf));
  if (files.length > MOST_FILES)
    throw usageError(`${files.length} recordings are too many for one report: it reads ${MOST_FILES} at most.`);
  const outputs = forms.flatMap((form) => (values[form] ?? []).map((out) => ({ form, out })));
  outputs.forEach(({ form, out }, index) => {
    if (out === '') throw usageError(`--${form} needs the name of a file.`);
    if (files.some((file) => isSame(file, out))) throw usageError(`--${form} ${out} is the recording itself.`);
    const other = outputs.slice(0, index).find((before) => before.form === form || isSame(before.out, out));
    if (other?.form === form) throw usageError(`--${form} is given twice.`);
    if (other !== undefined) throw usageError(`--${other.form} and --${form} both write ${out}.`);
  });
  const { summary, all = false, why = false, json = false, follow: follows = false } = values;
  const target = targetFrom(values);
  if (follows && (outputs.length > 0 || summary || all || why || json))
    throw usageError('--follow only sends. For a report, leave it out: the report covers what has been recorded so far.');
  const wantsText = summary ?? (all || why || json || (outputs.length === 0 && target === undefined));
  const text = { all, why, json, ...lookOn(process.stdout) };
  return { files, outputs, text: wantsText ? text : undefined, target, follows };
}

/**
 * @param {{ 'otlp-endpoint'?: string, follow?: boolean, sample?: string, since?: string, 'otlp-metrics'?: boolean }} values
 * @returns {Target | undefined}
 */
function targetFrom({ 'otlp-endpoint': endpoint, ...values }) {
  if (endpoint === undefined) {
    const alone = /** @type {const} */ (['follow', 'otlp-metrics', 'sample', 'since']).find((name) => values[name] !== undefined);
    if (alone === undefined) return undefined;
    throw usageError(`--${alone} only applies to sending to a collector: it needs --otlp-endpoint URL.`);
  }
  const { 'otlp-metrics': sendsMetrics = false, sample } = values;
  const rules = sample === undefined ? EVERYTHING : rulesOf(sample);
  const since = sinceOf(values.since);
  const { env } = process;
  try {
    const metrics = sendsMetrics ? targetOf(endpoint, env, 'metrics') : null;
    return { traces: targetOf(endpoint, env, 'traces'), metrics, interval: intervalOf(env), attributes: attributesOf(env), rules, since };
  } catch (error) {
    throw usageError(`--otlp-endpoint: ${/** @type {Error} */ (error).message}.`);
  }
}

/**
 * @param {string | undefined} text
 * @returns {bigint} nanoseconds since 1970
 */
function sinceOf(text) {
  if (text === undefined) return 0n;
  return BigInt(Date.now() - (text === 'now' ? 0 : durationOf(text, '--since', 'now, or '))) * 1_000_000n;
}

/**
 * A pattern that the shell has left as it is, as on Windows or in quotes, stands for the files that it fits.
 * @param {string} word
 * @returns {string[]}
 */
function filesOf(word) {
  if (!/[*?]/.test(word) || fs.existsSync(word)) return [word];
  const parts = word.split(/[\\/]/);
  const found = parts.slice(1).reduce((folders, part) => folders.flatMap((folder) => fitting(folder, part)), fitting('', parts[0]));
  if (found.length === 0) throw usageError(`No file matches ${word}.`);
  return found;
}

/**
 * @param {string} folder '' for the one that this runs in
 * @param {string} part of a path, with `*` for any characters and `?` for one
 * @returns {string[]} what there is of it, in the order of their names
 */
function fitting(folder, part) {
  // The parts of an absolute path begin with an empty one.
  if (part === '') return [`${folder}/`];
  const join = (/** @type {string} */ name) => (folder === '' || folder.endsWith('/') ? `${folder}${name}` : path.join(folder, name));
  if (!/[*?]/.test(part)) return fs.existsSync(join(part)) ? [join(part)] : [];
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^(?!\\.)${source}$`, 's');
  try {
    return fs
      .readdirSync(folder || '.')
      .filter((name) => pattern.test(name))
      .sort()
      .map(join);
  } catch {
    return [];
  }
}

/**
 * A file that two words name counts once.
 * @param {string[]} files
 */
function distinct(files) {
  return files.filter((file, at) => !files.slice(0, at).some((other) => isSame(file, other)));
}

/**
 * How text is to look on a stream.
 * @param {NodeJS.WriteStream} stream
 */
function lookOn(stream) {
  // A terminal that shows colours, and nobody minds.
  const colour = stream.isTTY === true && !process.env.NO_COLOR && stream.hasColors();
  return { width: stream.columns ?? DEFAULT_WIDTH, colour, links: linksOn(stream) };
}

/**
 * The first screen of a recording.
 * @param {string} file
 * @param {NodeJS.WriteStream} stream that it is for
 */
function firstScreen(file, stream) {
  const text = { all: false, why: false, json: false, ...lookOn(stream) };
  return loadAddon().reportRecording(file, text, sources(), []).summary ?? '';
}

/**
 * Whether writing one replaces the other. Devices and pipes take several outputs, one after the other.
 * @param {string} one
 * @param {string} other
 */
function isSame(one, other) {
  const [from, to] = [one, other].map(stat);
  if (from === undefined || to === undefined) return path.resolve(one) === path.resolve(other);
  return from.isFile() && from.ino === to.ino && from.dev === to.dev;
}

/**
 * Nothing where there is no such file, or none that may be looked at: who opens it says why.
 * @param {string | number} file its name, or its descriptor
 */
function stat(file) {
  try {
    return typeof file === 'string' ? fs.statSync(file) : fs.fstatSync(file);
  } catch {
    return undefined;
  }
}

/**
 * The spans go through a file, as a collector may be slower than a report.
 * @param {Wanted} wanted
 * @param {Target} target
 */
async function reportAndSend(wanted, target) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-otlp-'));
  const out = path.join(folder, 'spans');
  try {
    const code = report({ ...wanted, outputs: [...wanted.outputs, { form: 'spans', out }] });
    if (!fs.existsSync(out)) return code || FAILED_EXIT_CODE;
    return (await send(out, target, wanted.files.length > 1, sayOf)) || code;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Wanted} wanted */
function report({ files, ...wanted }) {
  const addon = loadAddon();
  const resolve = sources();
  let [damage, code] = /** @type {[string | undefined, number]} */ ([undefined, 0]);
  let damaged = '';
  for (const { text, outputs } of readings(wanted)) {
    const made = addon.reportRecording(files, text ?? null, resolve, outputs);
    process.stdout.write(made.summary ?? '');
    if (damage === undefined && made.damage !== undefined) {
      damage = made.damage;
      damaged = made.damagedFile ?? '';
    }
    for (const [at, { leftOut, failure }] of made.outputs.entries()) {
      for (const what of leftOut) sayOf(`${outputs[at].out} is incomplete: ${what}`);
      if (failure === undefined) continue;
      sayOf(failure);
      code = FAILED_EXIT_CODE;
    }
  }
  if (damage === undefined) return code;
  sayOf(`${damaged} is damaged: ${damage}. The report covers what comes before.`);
  return code || DAMAGED_EXIT_CODE;
}

/**
 * One reading of the recording makes everything. But outputs that share a pipe or a device, which stdout may be, are written
 * one after the other.
 * @param {Omit<Wanted, 'files' | 'follows'>} wanted
 */
function readings({ text, outputs }) {
  /** @type {{ text: WantedText | undefined, outputs: Wanted['outputs'], targets: (fs.Stats | undefined)[] }[]} */
  const all = [{ text, outputs: [], targets: text !== undefined ? [stat(1)] : [] }];
  for (const output of outputs) {
    const target = stat(output.out);
    const isFree = (/** @type {typeof all[number]} */ { targets }) =>
      target === undefined || !targets.some((other) => other?.ino === target.ino && other.dev === target.dev);
    const last = all[all.length - 1];
    if (isFree(last)) {
      last.outputs.push(output);
      last.targets.push(target);
    } else {
      all.push({ text: undefined, outputs: [output], targets: [target] });
    }
  }
  return all;
}

/** @param {string} message */
function usageError(message) {
  return Object.assign(new Error(message), { code: 'ERR_REPORT_USAGE' });
}

module.exports = { command, firstScreen };

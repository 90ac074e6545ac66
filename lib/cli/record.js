'use strict';
/** The `record` command: runs a program as it is, or attaches to one that runs, and leaves a recording of it. */

const fs = require('node:fs');
const path = require('node:path');

const { attach } = require('./attach');
const { durationOf } = require('./duration');
const { commandOf, givenProgram } = require('./followed');
const { parseCommandLine, splitNodeOptions } = require('./node-options');
const { nearest } = require('./nearest');
const { whyNotWritable } = require('./output');
const { run } = require('./run');
const { knownTypes } = require('./types');
const { UsageError } = require('./usage');
const { FORM, keepOf, signalForm, signalOf } = require('../record/keep');
const { DEFAULT_FILE, SHARE, VARIABLES, stacksOf } = require('../record/options');

const NAME = 'async-hooks-rs record';

const usage = `Usage: async-hooks-rs record [options] [--] PROGRAM [args]
       async-hooks-rs record [options] --pid PID [--for TIME]

Runs a program and records its asynchronous operations, and those of its Workers, in one file. The program keeps its
own input, output, signals and exit code. To read the file: "async-hooks-rs report --help".

  record app.js          runs a script with this Node
  record node app.js     the same, with options for Node before the script
  record vite build      runs a program from node_modules/.bin or PATH, and records each Node process that it starts:
  record npm run x       the first in FILE, the others in files with their process id in the name. npm, npx, yarn,
                         pnpm and corepack themselves are not recorded
  record --pid 1234      records a process that already runs, until Ctrl-C or for the time of --for. The process goes on

  -o, --out FILE         the file to write (${DEFAULT_FILE}; %p is the process id)
  --types TYPE,TYPE      record only resources of these types, as in --types Timeout,TCPWRAP
  --no-promises          do not record promises
  --places PERCENT       how much of a thread's time may go into finding where resources are created, 0 to 100 (${SHARE})
  --no-places            do not record where resources are created, nor samples of where a busy thread runs
  --stacks[=1/N]         record whole stacks instead, of all resources or of one in N
  --no-arguments         do not record the program's arguments
  --keep SIZE|TIME       always on: keep only the newest part, in FILE and FILE.old, as in --keep 64MiB, --keep 5m
                         or --keep 5m,256MiB
  --dump-on SIGNAL       with --keep: this signal copies what is kept to a file beside it, as in --dump-on SIGUSR2
  --children             record child processes too, each in its own file
  --node-options "..."   options for Node, as in --node-options "--expose-gc"
  --report               print the report at the end, on stderr
  --open                 write the recording as a page at the end, and open it
  --pid PID              attach to a Node process that already runs
  --for TIME             with --pid: stop after this time, as in --for 10s or --for 2m
  -h, --help             print this text

Exit code: the program's, or 2 for wrong usage; with --pid 0, or 1 if the process cannot be recorded
`;

const options = /** @type {const} */ ({
  out: { type: 'string', short: 'o' },
  types: { type: 'string' },
  'no-promises': { type: 'boolean' },
  places: { type: 'string' },
  'no-places': { type: 'boolean' },
  stacks: { type: 'string' },
  'no-arguments': { type: 'boolean' },
  keep: { type: 'string' },
  'dump-on': { type: 'string' },
  children: { type: 'boolean' },
  'node-options': { type: 'string' },
  report: { type: 'boolean' },
  open: { type: 'boolean' },
  pid: { type: 'string' },
  for: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

/** Looks like a share of resources, as `--stacks` takes it. */
const STACKS = /^-?[\d.]+(?:\/-?[\d.]+)?$/;

/**
 * @param {string[]} argv
 * @returns {(() => Promise<number>) | null} what was asked for; null when that was help
 */
function parse(argv) {
  const { values, program: words } = parseCommandLine(withShare(argv), options);
  if (values.help) return null;
  if (values.pid !== undefined) {
    const wanted = attached(values, values.pid, words);
    return () => attach(wanted);
  }
  if (values.for !== undefined) throw new UsageError('--for needs --pid: a program that this command starts is recorded to its end.');
  if (words.length === 0) throw new UsageError('No program is given.');
  const wanted = started(values, words);
  return () => run(wanted);
}

/** @typedef {ReturnType<typeof parseCommandLine<typeof options>>['values']} Values */

/**
 * @param {Values} values
 * @param {string[]} words the program
 * @returns {import('./run').Wanted}
 */
function started(values, words) {
  const out = values.out ?? DEFAULT_FILE;
  if (values.stacks !== undefined) checkStacks(values.stacks);
  const places = placesOf(values.places, values['no-places']);
  const kept = keptOf(values, out);
  const types = values.types === undefined ? undefined : typesOf(values.types);
  const nodeOptions = splitNodeOptions(values['node-options']);
  const program = givenProgram(words, nodeOptions, NAME);
  const isEverything = program.startsOthers || values.children === true;
  const reason = whyNotWritable(out);
  if (reason !== null) throw new UsageError(`No recording can be written to ${JSON.stringify(out)}: ${reason}.`);
  return {
    program,
    nodeOptions,
    isEverything,
    out,
    prints: values.report ?? false,
    opens: values.open ?? false,
    unknownTypes: types === undefined ? [] : tellOfUnknown(types),
    variables: {
      // The program may change its folder before it writes.
      [VARIABLES.file]: path.resolve(out),
      ...(types && { [VARIABLES.types]: types.join() }),
      ...(values['no-promises'] && { [VARIABLES.promises]: '0' }),
      ...(values['no-arguments'] && { [VARIABLES.arguments]: '0' }),
      ...(values.stacks !== undefined && { [VARIABLES.stacks]: values.stacks }),
      ...(places !== undefined && { [VARIABLES.places]: places }),
      ...(kept.keep !== undefined && { [VARIABLES.keep]: kept.keep }),
      ...(kept.dumpOn !== undefined && { [VARIABLES.dumpOn]: kept.dumpOn }),
      ...(isEverything && { [VARIABLES.children]: '1' }),
    },
  };
}

/**
 * @param {Values} values
 * @param {string} pid
 * @param {string[]} words
 * @returns {import('./attach').Wanted}
 */
function attached(values, pid, words) {
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new UsageError(`--pid=${pid}: it takes a process id, which is a number.`);
  if (words.length > 0)
    throw new UsageError(`--pid records a process that already runs, but ${words[0]} is a program to start. Give only one of them.`);
  for (const name of /** @type {const} */ (['children', 'node-options'])) {
    if (values[name] !== undefined)
      throw new UsageError(`--${name} cannot be used with --pid: it needs a program that this command starts.`);
  }
  const { out = DEFAULT_FILE, stacks } = values;
  if (stacks !== undefined) checkStacks(stacks);
  const places = placesOf(values.places, values['no-places']);
  const kept = keptOf(values, out);
  const types = values.types === undefined ? undefined : typesOf(values.types);
  const file = path.resolve(out.replaceAll('%p', pid));
  const reason = whyNotWritable(file);
  if (reason !== null) throw new UsageError(`No recording can be written to ${JSON.stringify(out)}: ${reason}.`);
  return {
    pid: Number(pid),
    milliseconds: values.for === undefined ? null : durationOf(values.for),
    prints: values.report ?? false,
    opens: values.open ?? false,
    unknownTypes: types === undefined ? [] : tellOfUnknown(types),
    options: {
      file,
      ...(types && { types }),
      ...(values['no-promises'] && { promises: false }),
      ...(values['no-arguments'] && { arguments: false }),
      ...(stacks !== undefined && { stacks: stacksOf(stacks) }),
      ...(places !== undefined && { places: Number(places) }),
      ...kept,
    },
  };
}

/**
 * `--stacks` may stand alone, which the parser does not know.
 * @param {string[]} argv
 */
function withShare(argv) {
  const at = argv.indexOf('--stacks');
  if (at < 0 || !isBeforeProgram(argv, at)) return argv;
  const share = argv[at + 1];
  const isShare = share !== undefined && STACKS.test(share);
  return withShare([...argv.slice(0, at), `--stacks=${isShare ? share : '1'}`, ...argv.slice(at + (isShare ? 2 : 1))]);
}

/**
 * @param {string[]} argv
 * @param {number} at
 */
function isBeforeProgram(argv, at) {
  try {
    return parseCommandLine(argv.slice(0, at), options).program.length === 0;
  } catch {
    return true;
  }
}

/** @param {string} text */
function checkStacks(text) {
  try {
    if (stacksOf(text) !== false) return;
  } catch {
    /* Said below, in the words of the command line. */
  }
  throw new UsageError(
    `--stacks=${text}: it takes 1/N for one in N resources, with N from 1, or nothing for all of them. ` +
      'Without it, no stacks are recorded.',
  );
}

/**
 * @param {string} [percent]
 * @param {boolean} [hasNone]
 * @returns {string | undefined} as the variable has it
 */
function placesOf(percent, hasNone) {
  if (percent === undefined) return hasNone ? '0' : undefined;
  if (hasNone) throw new UsageError('--places and --no-places cannot be used together.');
  if (/^\d+(?:\.\d+)?$/.test(percent) && Number(percent) <= 100) return percent;
  throw new UsageError(`--places=${percent}: it takes a number from 0 to 100, the percent of a thread's time that may go into places.`);
}

/**
 * @param {Values} values
 * @param {string} out
 * @returns {{ keep?: string, dumpOn?: string }}
 */
function keptOf({ keep, 'dump-on': dumpOn }, out) {
  if (keep !== undefined) {
    if (!isValid(() => keepOf(keep))) throw new UsageError(`--keep=${keep}: it takes ${FORM}.`);
    const found = fs.statSync(out, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile() && !found.isDirectory()) {
      throw new UsageError(`--keep=${keep} needs a file: data that was written to ${out} cannot be removed again.`);
    }
  }
  if (dumpOn !== undefined) {
    if (keep === undefined) throw new UsageError('--dump-on needs --keep, which sets how much there is to copy.');
    if (!isValid(() => signalOf(dumpOn))) throw new UsageError(`--dump-on=${dumpOn}: it has to be ${signalForm()}.`);
  }
  return { ...(keep !== undefined && { keep }), ...(dumpOn !== undefined && { dumpOn }) };
}

/** @param {() => unknown} check */
function isValid(check) {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function typesOf(text) {
  const types = text
    .split(',')
    .map((type) => type.trim())
    .filter(Boolean);
  if (types.length === 0) throw new UsageError('--types names no type.');
  return types;
}

/**
 * A name that Node does not use may be the program's own, so it is no error.
 * @param {string[]} types
 * @returns {string[]} those that are unknown
 */
function tellOfUnknown(types) {
  const known = knownTypes();
  const unknown = types.filter((type) => !known.has(type));
  for (const type of unknown) {
    const meant = nearest(type, known);
    if (meant !== undefined) process.stderr.write(`${NAME}: Node has no type ${type}. Did you mean ${meant}?\n`);
  }
  return unknown;
}

module.exports = { command: commandOf({ name: NAME, usage, options, parse, run: (go) => go() }) };

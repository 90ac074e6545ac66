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

Runs a program and records its asynchronous operations, those of its workers included, in one file.
The program's input, output, signals and exit code are its own. See "async-hooks-rs report --help" for what to do
with the file.

  record --pid 1234      a program that runs already, until Ctrl-C, or for the time that --for gives. It goes on afterwards
  record app.js          a script, with this Node
  record node app.js     the same, with options for Node before the script
  record vite build      a program from node_modules/.bin or PATH: each Node process that it starts is recorded, the
  record npm run x       first one in FILE, further ones in files with their process id in the name. npm, npx, yarn,
                         pnpm and corepack are not recorded themselves

  -o, --out FILE         where to (${DEFAULT_FILE}; %p is the process id)
  --types TYPE,TYPE      only resources of these types, as in --types Timeout,TCPWRAP
  --no-promises          no promises
  --places PERCENT       where most resources are created, within so much of a thread's time, 0 to 100 (${SHARE})
  --no-places            no places, and no samples of where a busy thread runs
  --stacks[=1/N]         whole stacks instead, of all resources or of one in N
  --no-arguments         not the program's arguments, of which a recording holds the list
  --keep SIZE|TIME       always on: only the newest is kept, as in --keep 64MiB, --keep 5m or --keep 5m,256MiB, in FILE and FILE.old
  --dump-on SIGNAL       with --keep: the signal copies what is kept to a file beside it, as in --dump-on SIGUSR2
  --children             child processes as well, each in a file of its own
  --node-options "..."   options for Node, as in --node-options "--expose-gc"
  --report               prints the report at the end, on stderr
  --pid PID              attaches to a Node process that runs
  --for TIME             ends the recording of it after so long, as in --for 10s or --for 2m
  --open                 makes a page of the recording at the end, and opens it
  -h, --help             print this text

Exit code: the program's, and 2 for wrong usage; with --pid 0, and 1 where the process cannot be recorded
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
  if (values.for !== undefined) throw new UsageError('--for goes with --pid: a program that is started here is recorded to its end.');
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
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new UsageError(`--pid=${pid}: it takes the id of a process, a number.`);
  if (words.length > 0)
    throw new UsageError(`--pid records a process that runs already, and ${words[0]} would be started. Give one of them.`);
  for (const name of /** @type {const} */ (['children', 'node-options'])) {
    if (values[name] !== undefined) throw new UsageError(`--${name} is for a program that is started, and --pid names one that runs.`);
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
  if (hasNone) throw new UsageError('--places and --no-places say the opposite of each other.');
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
      throw new UsageError(`--keep=${keep} needs a file: what ${out} has taken cannot be taken back.`);
    }
  }
  if (dumpOn !== undefined) {
    if (keep === undefined) throw new UsageError('--dump-on goes with --keep, which says how much is there to be copied.');
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

'use strict';
/** The `top` command: a screen that follows a recording as it grows, of a file, of a process that runs, or of a program that it starts. */

const fs = require('node:fs');

const { durationOf } = require('./duration');
const { commandOf, givenProgram } = require('./followed');
const { parseCommandLine, splitNodeOptions } = require('./node-options');
const { whyNotWritable } = require('./output');
const { show, print } = require('./screen');
const { UsageError } = require('./usage');
const { ofFile, ofProcess, ofProgram } = require('./watched');

const NAME = 'async-hooks-rs top';
/** Milliseconds that `--once` watches a process or a program, where nothing else is asked for. */
const WHILE = 3000;

const usage = `Usage: async-hooks-rs top [options] [FILE | PID | -- PROGRAM [args]]

Shows in a terminal what a program does now: the requests that are open and those of each route, what is alive and where it was
made, what blocks the event loops, and what would keep it from exiting. It reads the recording as that grows: the program
pays nothing more than for being recorded.

  top app.rec            a recording that is being written, or one that has ended; without a name the newest one here
  top 1234               a process that runs: it is attached to as with "record --pid", and goes on afterwards
  top -- app.js          a program, as with "record app.js". It is ended with the screen, as Ctrl-C would end it. What it
                         prints goes to a file, which page 6 shows, and its input is empty

  -o, --out FILE         keeps the recording, all of it; else its newest 64 MiB are on the disk, and it is removed at the end
  --no-promises          records no promises
  --node-options "..."   options for Node, as in --node-options "--expose-gc"
  --once                 prints one screen as text instead, for which no terminal is needed
  --for TIME             watches for so long before that, as in --for 10s (3s; of a FILE as it is)
  -h, --help             print this text

Keys: 1-6 pages, arrows and Enter open, s sorts, / filters, Space pauses, q or Ctrl-C quits, ? tells more.
Exit code: 0; that of a program that ended by itself; 1 where nothing can be watched, 2 for wrong usage
`;

const options = /** @type {const} */ ({
  out: { type: 'string', short: 'o' },
  'no-promises': { type: 'boolean' },
  'node-options': { type: 'string' },
  once: { type: 'boolean' },
  for: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

/** @typedef {import('./watched').Source} Source */

/**
 * @param {string[]} argv
 * @returns {(() => Promise<number>) | null} what was asked for; null when that was help
 */
function parse(argv) {
  const { values, program: words } = parseCommandLine(argv, options);
  if (values.help) return null;
  const once = values.once ?? false;
  if (values.for !== undefined && !once) throw new UsageError('--for goes with --once: a screen stays until somebody quits it.');
  if (!once) checkTerminal();
  const asked = values.for === undefined ? null : durationOf(values.for);
  const source = sourceOf(values, words, argv[argv.length - words.length - 1] === '--');
  if (!once) return () => show(source);
  return () => print(source, asked ?? (source.isFile ? 0 : WHILE));
}

function checkTerminal() {
  const name = !process.stdout.isTTY ? 'stdout' : !process.stdin.isTTY ? 'stdin' : null;
  if (name !== null) throw new UsageError(`It needs a terminal, and ${name} is none. With --once it prints one screen as text.`);
}

/**
 * @param {ReturnType<typeof parseCommandLine<typeof options>>['values']} values
 * @param {string[]} words what is not an option
 * @param {boolean} isProgram whether they stand behind `--`
 * @returns {Source}
 */
function sourceOf(values, words, isProgram) {
  const { out } = values;
  const recorded = { out, promises: !values['no-promises'] };
  if (isProgram) {
    if (words.length === 0) throw new UsageError('No program is given behind --.');
    checkOut(out);
    const nodeOptions = splitNodeOptions(values['node-options']);
    return ofProgram(givenProgram(words, nodeOptions, NAME), nodeOptions, recorded);
  }
  if (values['node-options'] !== undefined)
    throw new UsageError('--node-options is for a program that is started, as in: top --node-options "..." -- app.js');
  const [word, ...others] = words;
  if (others.length > 0) throw new UsageError(`A program stands behind --, as in "top -- ${words.join(' ')}".`);
  if (word !== undefined && /^[1-9]\d{0,9}$/.test(word) && !fs.existsSync(word)) {
    checkOut(out);
    return ofProcess(Number(word), recorded);
  }
  if (out !== undefined) throw new UsageError('-o is for a recording that is made here, and this one is there already.');
  if (values['no-promises']) throw new UsageError('--no-promises is for a recording that is made here, and this one is there already.');
  const file = word ?? newest();
  if (file === undefined) throw new UsageError('There is no recording here (*.rec). Give a FILE, a PID or -- PROGRAM.');
  if (/\.[cm]?[jt]s$/.test(file)) throw new UsageError(`${file} is a program. "top -- ${file}" starts it.`);
  return ofFile(file);
}

/** @param {string | undefined} out */
function checkOut(out) {
  const reason = out === undefined ? null : whyNotWritable(out);
  if (reason !== null) throw new UsageError(`No recording can be written to ${JSON.stringify(out)}: ${reason}.`);
}

/** @returns {string | undefined} the recording in this folder that was written last */
function newest() {
  const files = fs.readdirSync('.').filter((name) => name.endsWith('.rec'));
  const times = files.map((name) => ({ name, time: fs.statSync(name).mtimeMs }));
  return times.sort((a, b) => b.time - a.time)[0]?.name;
}

module.exports = { command: commandOf({ name: NAME, usage, options, parse, run: (go) => go() }) };

'use strict';

/** Runs what is to be recorded, as if nobody were there, and tells at the end what was recorded. */

const fs = require('node:fs');
const path = require('node:path');

const { clearSignals, endAs, start } = require('./child');
const { openPage } = require('./open');
const { firstScreen } = require('./report');
const { loadAddon } = require('../engine/addon');
const { PROCESS } = require('../record/preload');
const { Journal, VARIABLE: JOURNAL } = require('../record/journal');

const PRELOAD = path.join(__dirname, '..', '..', 'record.js');
/** Bytes of a recording whose events are counted at the end. Nobody wants to wait for those of a larger one. */
const COUNTED = 2 ** 26;

/**
 * @typedef {object} Wanted
 * @property {import('./program').Program} program
 * @property {string[]} nodeOptions
 * @property {boolean} isEverything whether each Node process is recorded that the program starts
 * @property {string} out where to, as it was given
 * @property {boolean} prints whether the report is printed at the end
 * @property {boolean} opens whether a page is made and opened at the end
 * @property {string[]} unknownTypes types that are recorded, and that Node does not make
 * @property {NodeJS.ProcessEnv} variables
 */

/**
 * @param {Wanted} wanted
 * @returns {Promise<number>} the exit code
 */
async function run(wanted) {
  const journal = Journal.open();
  process.on('exit', () => journal?.remove());
  if (wanted.unknownTypes.length > 0) journal?.askForTypes();
  const { program, isEverything } = wanted;
  const variables = {
    ...wanted.variables,
    // Of the run that this one is part of. Where the program starts others, all of them are child processes, some of which are not
    // recorded.
    [PROCESS]: isEverything && program.startsOthers ? String(process.pid) : undefined,
    [JOURNAL]: journal?.folder,
  };
  const end = await start({ program, nodeOptions: wanted.nodeOptions, preload: PRELOAD, isEverything, variables });
  clearSignals();
  if (end.error !== undefined) {
    tell(end.error.message);
  } else {
    for (const file of tellOfRecordings(wanted, journal?.read() ?? [], end)) {
      if (wanted.prints) print(file);
      if (wanted.opens) await openPage(file, tell);
    }
  }
  journal?.remove();
  return end.signal === null ? end.code : endAs(end.signal);
}

/**
 * @param {Wanted} wanted
 * @param {import('../record/journal').Entry[]} entries
 * @param {{ pid?: number, signal: NodeJS.Signals | null }} end of the program
 * @returns {string[]} the files that can be read
 */
function tellOfRecordings({ program, isEverything, out, unknownTypes }, entries, { pid, signal }) {
  const recorded = entries.flatMap(({ file, ...entry }) => (file !== undefined && fs.existsSync(file) ? { file, ...entry } : []));
  // A process that may not write into the journal has its recording all the same.
  // One that told of itself without a file has said why there is none.
  const itsOwn = path.resolve(out.replaceAll('%p', String(pid)));
  if (entries.length === 0 && !fs.existsSync(itsOwn)) {
    tell(`nothing was recorded: no Node process of ${printable(path.basename(program.file))} has begun a recording.`);
    return [];
  }
  if (entries.length === 0 && pid !== undefined) recorded.push({ pid, file: itsOwn });
  const hasMany = recorded.length > 1 || isEverything || out.includes('%p');
  const last = recorded.filter((entry) => entry.pid === pid).pop();
  if (signal !== null && last !== undefined) markEnd(last.file, signal);
  for (const { pid, file, program: script } of recorded) {
    const name = script === undefined ? '' : `, ${path.basename(script)}`;
    tellOf(file, hasMany ? ` (process ${pid}${printable(name)})` : '');
  }
  const seen = entries.filter((entry) => entry.seen !== undefined).flatMap((entry) => entry.seen);
  if (entries.some((entry) => entry.seen !== undefined)) {
    for (const type of unknownTypes) {
      if (!seen.includes(type)) tell(`no resource of type ${type} was recorded.`);
    }
  }
  return recorded.map(({ file }) => file).filter((file) => fs.statSync(file).isFile());
}

/**
 * Says in a recording what has ended its process, which could not do so itself.
 * @param {string} file
 * @param {NodeJS.Signals} signal
 */
function markEnd(file, signal) {
  try {
    if (fs.statSync(file).isFile()) loadAddon().endRecording(file, signal);
  } catch {
    // It stays a recording without an end, which is reported as such.
  }
}

/**
 * Tells what was recorded, and what shows it.
 * @param {string} file
 * @param {string} of which process, where there may be several
 */
function tellOf(file, of) {
  const stat = fs.statSync(file);
  const fromHere = path.relative('', file);
  const name = fromHere.length < file.length ? fromHere : file;
  // A device or a pipe has been read already.
  if (!stat.isFile()) {
    tell(`recorded into ${printable(file)}${of}.`);
    return;
  }
  tell(`recorded ${contentOf(file, stat.size)} in ${printable(name)}${of}. See: npx async-hooks-rs report ${printable(asWord(name))}`);
}

/**
 * @param {string} file
 * @param {number} size
 */
function contentOf(file, size) {
  const count = size > COUNTED ? null : loadAddon().countRecorded(file);
  if (count === null) return `${(size / 2 ** 20).toFixed(size < 2 ** 20 ? 2 : 0)} MiB`;
  return `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`;
}

/**
 * As a shell takes it.
 * @param {string} file
 */
function asWord(file) {
  const word = file.startsWith('-') ? `.${path.sep}${file}` : file;
  if (/^[\w./\\:@%+,=-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** @param {string} file */
function print(file) {
  try {
    process.stderr.write(`\n${firstScreen(file, process.stderr)}`);
  } catch (error) {
    tell(printable(/** @type {Error} */ (error).message));
  }
}

/** @param {string} text */
function tell(text) {
  process.stderr.write(`async-hooks-rs: ${text}\n`);
}

/**
 * Names of files may hold anything, and a terminal obeys some of it.
 * @param {string} text
 */
function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

module.exports = { run };

'use strict';

/** Runs what is to be recorded, as if nobody were there, and tells at the end what was recorded. */

const fs = require('node:fs');
const path = require('node:path');

const { clearSignals, endAs, start } = require('./child');
const { openPage } = require('./open');
const { print, printable, tell, tellOf } = require('./recorded');
const { loadAddon } = require('../engine/addon');
const { PROCESS } = require('../record/preload');
const { Journal, VARIABLE: JOURNAL } = require('../record/journal');

const PRELOAD = path.join(__dirname, '..', '..', 'record.js');

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
    tell(`nothing was recorded: no Node process of ${printable(path.basename(program.file))} started a recording.`);
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

module.exports = { run };

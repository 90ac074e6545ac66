'use strict';

/** Records a program that runs already: attaches to it, follows it until somebody ends that, and tells what was recorded. */

const { interruption } = require('./interruption');
const { openPage } = require('./open');
const { print, printable, tell, tellOf } = require('./recorded');
const { Refusal } = require('../attach/refusal');
const { Session } = require('../attach/session');

const REFUSED_EXIT_CODE = 1;

/**
 * @typedef {object} Wanted
 * @property {number} pid
 * @property {number | null} milliseconds that it is recorded for; null for until somebody ends it
 * @property {boolean} prints whether the report is printed at the end
 * @property {boolean} opens whether a page is made and opened at the end
 * @property {string[]} unknownTypes types that are recorded, and that Node does not make
 * @property {import('../record/options').Options} options
 */

/**
 * @param {Wanted} wanted
 * @returns {Promise<number>} the exit code
 */
async function attach(wanted) {
  const { pid, milliseconds } = wanted;
  // From the first moment on: a process is left as it was, whenever somebody ends this one.
  const interrupted = interruption();
  const session = new Session(pid, tell);
  try {
    const { file, name } = await session.begin(wanted.options, milliseconds, interrupted.signal);
    tell(
      `recording process ${pid} (${printable(name)}) ${milliseconds === null ? 'until Ctrl-C' : `for ${milliseconds / 1000} s, or until Ctrl-C`}.`,
    );
    const reason = await session.follow(milliseconds, interrupted.signal);
    const types = await session.end();
    if (reason !== null) tell(`process ${pid} ${reason}.`);
    await tellOfFile(wanted, file);
    for (const type of types === null ? [] : wanted.unknownTypes) {
      if (!types?.includes(type)) tell(`no resource of type ${type} was recorded.`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(`process ${pid} cannot be recorded: ${printable(error.message)}.`);
    return REFUSED_EXIT_CODE;
  } finally {
    interrupted.clear();
  }
}

/**
 * @param {Wanted} wanted
 * @param {string} file
 */
async function tellOfFile({ prints, opens }, file) {
  tellOf(file, '');
  if (prints) print(file);
  if (opens) await openPage(file, tell);
}

module.exports = { attach };

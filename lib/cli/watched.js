'use strict';

/** What `top` watches: a recording that is there, a process that runs, or a program that it starts. */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const { endOf, spawned } = require('./child');
const { Refusal } = require('../attach/refusal');
const { Session } = require('../attach/session');
const { loadAddon } = require('../engine/addon');
const { Journal, VARIABLE: JOURNAL } = require('../record/journal');
const { VARIABLES } = require('../record/options');
const { PROCESS } = require('../record/preload');

const PRELOAD = path.join(__dirname, '..', '..', 'record.js');
/** As much of a recording is kept that is only there for the screen. */
const KEPT = '64MiB';
/** Milliseconds between two looks for the recording of a program that has just been started. */
const LOOK = 20;
/** What a program gets that does not end by the signals before: milliseconds, and the signal that follows. */
const PATIENCE = /** @type {const} */ ([
  [3000, 'SIGTERM'],
  [2000, 'SIGKILL'],
]);

/**
 * @typedef {object} Source
 * @property {boolean} isFile whether the recording is there already
 * @property {string | null} output the file that has what the program prints
 * @property {(tell: (note: string) => void, interrupted: AbortSignal) => Promise<string>} begin answers the recording; a `Refusal` says
 *   why there is none
 * @property {() => boolean | null} runs whether the process runs; null where only its number in the recording tells
 * @property {() => Promise<{ code: number, notes: string[] }>} end leaves what is watched as it should be. The notes are for whoever has quit
 */

/** @typedef {{ out: string | undefined, promises: boolean }} Recorded */

/** A folder that only this user can read, gone at the end. */
function temporary() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-top-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  return { folder, remove };
}

/**
 * @param {string} file
 * @returns {Source}
 */
function ofFile(file) {
  return { isFile: true, output: null, begin: async () => file, runs: () => null, end: async () => ({ code: 0, notes: [] }) };
}

/**
 * @param {number} pid
 * @param {Recorded} recorded
 * @returns {Source}
 */
function ofProcess(pid, { out, promises }) {
  const { folder, remove } = temporary();
  const interruption = new AbortController();
  /** @type {Promise<unknown> | null} */
  let followed = null;
  /** @type {(note: string) => void} */
  let tell = () => {};
  let hasEnded = false;
  const session = new Session(pid, (note) => tell(note));
  return {
    isFile: false,
    output: null,
    async begin(teller, interrupted) {
      tell = teller;
      const file = out === undefined ? path.join(folder, 'process.rec') : path.resolve(out.replaceAll('%p', String(pid)));
      const options = { file, ...(!promises && { promises }), ...(out === undefined && { keep: KEPT }) };
      const begun = await session.begin(options, null, interrupted);
      // It keeps the lease, and says when the recording has ended by itself.
      followed = session.follow(null, interruption.signal).then((reason) => {
        hasEnded = true;
        if (reason !== null) tell(`process ${pid} ${reason}`);
      });
      // Its failure is that of `end`.
      followed.catch(() => (hasEnded = true));
      return begun.file;
    },
    runs: () => !hasEnded,
    async end() {
      interruption.abort();
      /** @type {string[]} */
      const notes = [];
      tell = (note) => void notes.push(note);
      if (followed !== null) {
        await followed;
        await session.end();
      }
      remove();
      return { code: 0, notes };
    },
  };
}

/**
 * @param {import('./program').Program} program
 * @param {string[]} nodeOptions
 * @param {Recorded} recorded
 * @returns {Source}
 */
function ofProgram(program, nodeOptions, { out, promises }) {
  const { folder, remove } = temporary();
  const printed = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-output-'));
  const output = path.join(printed, 'output.txt');
  const file = out === undefined ? path.join(folder, 'program.rec') : path.resolve(out);
  /** @type {import('node:child_process').ChildProcess | null} */
  let child = null;
  /** @type {import('./child').End | null} */
  let end = null;
  /** @type {Promise<import('./child').End> | null} */
  let ended = null;
  let recording = file;

  /** @param {NodeJS.Signals} signal to all that a terminal would send it to */
  function signalAll(signal) {
    try {
      if (child?.pid !== undefined && end === null) process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch {
      // It has just ended.
    }
  }

  return {
    isFile: false,
    output,
    async begin(tell, interrupted) {
      const isEverything = program.startsOthers;
      const journal = Journal.open();
      process.on('exit', () => journal?.remove());
      const descriptor = fs.openSync(output, 'wx', 0o600);
      const variables = {
        [VARIABLES.file]: file,
        ...(!promises && { [VARIABLES.promises]: '0' }),
        ...(out === undefined && { [VARIABLES.keep]: KEPT }),
        ...(isEverything && { [VARIABLES.children]: '1' }),
        [PROCESS]: isEverything ? String(process.pid) : undefined,
        [JOURNAL]: journal?.folder,
      };
      const asked = { program, nodeOptions, preload: PRELOAD, isEverything, variables };
      // A group of its own: what a terminal would send to all of it can be sent to it.
      child = spawned(asked, { stdio: ['ignore', descriptor, descriptor], detached: process.platform !== 'win32' });
      fs.closeSync(descriptor);
      // Whatever ends this process, the program does not stay behind.
      process.on('exit', () => signalAll('SIGINT'));
      ended = endOf(child).then((how) => {
        end = how;
        const reason = how.signal === null ? `with exit code ${how.code}` : `by ${how.signal}`;
        if (how.signal !== null) markEnd(recording, how.signal);
        tell(how.error === undefined ? `the program has ended ${reason}` : how.error.message);
        return how;
      });
      for (;;) {
        const [first] = journal?.read() ?? [];
        if (first?.file !== undefined) recording = first.file;
        if (fs.existsSync(recording)) return recording;
        if (interrupted.aborted) throw new Refusal('it was interrupted before it began');
        if (end !== null) throw new Refusal(`no Node process of it has begun a recording.${tailOf(output)}`);
        await sleep(LOOK);
      }
    },
    runs: () => end === null,
    async end() {
      const hadEnded = end;
      signalAll('SIGINT');
      for (const [milliseconds, signal] of PATIENCE) {
        const patience = new AbortController();
        await Promise.race([ended, sleep(milliseconds, null, { signal: patience.signal }).catch(() => {})]);
        patience.abort();
        signalAll(signal);
      }
      await ended;
      const notes = out === undefined ? [] : [`the recording is in ${recording}`];
      if (fs.existsSync(output) && fs.statSync(output).size > 0) notes.push(`what the program printed is in ${output}`);
      else fs.rmSync(printed, { recursive: true, force: true });
      remove();
      return { code: hadEnded === null ? 0 : hadEnded.code, notes };
    },
  };
}

/**
 * @param {string} file
 * @param {NodeJS.Signals} signal
 */
function markEnd(file, signal) {
  try {
    loadAddon().endRecording(file, signal);
  } catch {
    // It stays a recording without an end.
  }
}

/**
 * What a program has printed last, which says why it has ended.
 * @param {string} file
 */
function tailOf(file) {
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' ').slice(-300);
  return lines === '' ? '' : ` It printed: ${lines}`;
}

module.exports = { ofFile, ofProcess, ofProgram };

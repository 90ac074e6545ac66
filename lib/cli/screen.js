'use strict';

/** The terminal of `top`: keys go to the addon, what it draws goes to the terminal, and whatever happens the terminal is as it was afterwards. */

const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');

const { interruption } = require('./interruption');
const { printable, tell } = require('./recorded');
const { runs } = require('./runs');
const { sources } = require('./sources');
const { Refusal } = require('../attach/refusal');
const { loadAddon } = require('../engine/addon');

/** Another screen without a cursor, and back. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?25h\x1b[?1049l';

/** Milliseconds: that are read at once, between two turns where there is nothing to read, and between two screens. */
const AT_ONCE = 40;
const PAUSE = 80;
const REFRESH = 500;
/** Between two questions whether a process runs. */
const ASK = 1000;

const REFUSED = 1;
/** Of a screen that is printed. */
const COLUMNS = 120;
const LINES = 50;

/** @typedef {import('./watched').Source} Source */
/** @typedef {import('../engine/native').ScreenTurn} ScreenTurn */

/** The terminal, while it is ours. */
class Terminal {
  #isOurs = false;
  /** What was typed, each byte as a character. */
  typed = '';
  /** Whether it has another size, or shows something else. */
  isNew = false;
  /** @type {() => void} */
  #wake = () => {};
  #leave = () => this.leave();
  #renew = () => this.#anew();
  /** @param {Buffer} bytes */
  #type = (bytes) => {
    this.typed += bytes.toString('latin1');
    this.#wake();
  };

  enter() {
    this.#isOurs = true;
    // Also where something throws that nobody catches: what Node says of it must not go to our screen.
    process.on('exit', this.#leave);
    process.on('uncaughtExceptionMonitor', this.#leave);
    process.stdin.setRawMode(true);
    process.stdin.resume();
    process.stdin.on('data', this.#type);
    // It is gone: so is whoever looks at it.
    process.stdin.on('end', () => process.emit('SIGHUP'));
    process.stdin.on('error', () => process.emit('SIGHUP'));
    process.stdout.on('error', () => {});
    process.stdout.on('resize', this.#renew);
    process.on('SIGCONT', this.#renew);
    process.stdout.write(ENTER);
  }

  /** Once, and at once. */
  leave() {
    if (!this.#isOurs) return;
    this.#isOurs = false;
    process.removeListener('exit', this.#leave);
    process.removeListener('uncaughtExceptionMonitor', this.#leave);
    process.removeListener('SIGCONT', this.#renew);
    try {
      process.stdin.removeListener('data', this.#type);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      process.stdin.unref();
    } catch {
      // There is no terminal any more.
    }
    try {
      fs.writeSync(1, LEAVE);
    } catch {
      // As above.
    }
  }

  #anew() {
    if (!this.#isOurs) return;
    // A shell that has stopped this process has used the terminal itself.
    process.stdin.setRawMode(true);
    this.isNew = true;
    this.#wake();
  }

  get size() {
    return { width: process.stdout.columns || 80, height: process.stdout.rows || 24 };
  }

  /** @param {string} drawn */
  write(drawn) {
    if (drawn !== '') process.stdout.write(drawn);
  }

  /** A line that is slow gets what is shown then, and not all that was shown meanwhile. */
  get isClogged() {
    return process.stdout.writableNeedDrain;
  }

  /**
   * Waits for a key, for so long at most.
   * @param {number} milliseconds
   */
  async wait(milliseconds) {
    if (this.typed !== '' || this.isNew) return;
    const waited = new AbortController();
    const woken = new Promise((resolve) => (this.#wake = () => resolve(null)));
    await Promise.race([woken, sleep(milliseconds, null, { signal: waited.signal }).catch(() => {})]);
    waited.abort();
  }
}

/** Whether the process runs that a recording is of, as far as that can be told. */
class Liveness {
  #source;
  #asked = 0;

  /** @param {Source} source */
  constructor(source) {
    this.#source = source;
  }

  /**
   * @param {number | undefined} pid
   * @returns {boolean | undefined} undefined where there is nothing new
   */
  ask(pid) {
    if (Date.now() - this.#asked < ASK) return undefined;
    const known = this.#source.runs();
    if (known === null && pid === undefined) return undefined;
    this.#asked = Date.now();
    return known ?? runs(/** @type {number} */ (pid));
  }
}

/** @type {ScreenTurn} */
const NOTHING = { milliseconds: AT_ONCE, typed: '', isNew: false, width: 0, height: 0, refreshes: false, draws: false };

/**
 * @param {Source} source
 * @returns {Promise<number>} the exit code
 */
function show(source) {
  return watched(source, async (file, interrupted, notes) => {
    const colour = !process.env.NO_COLOR && process.stdout.hasColors();
    const terminal = new Terminal();
    const addon = loadAddon();
    const top = addon.topOpen(file, sources(), { ...terminal.size, colour, ...outputOf(source) });
    const liveness = new Liveness(source);
    terminal.enter();
    try {
      let [due, pid] = /** @type {[number, number | undefined]} */ ([0, undefined]);
      while (!interrupted.aborted) {
        const { typed, isNew } = terminal;
        [terminal.typed, terminal.isNew] = ['', false];
        const refreshes = Date.now() >= due;
        if (refreshes) due = Date.now() + REFRESH;
        const draws = (refreshes || typed !== '' || isNew) && !terminal.isClogged;
        const note = notes.shift();
        const turn = addon.topTurn(top, { ...NOTHING, typed, isNew, ...terminal.size, note, runs: liveness.ask(pid), refreshes, draws });
        if (turn.quits) break;
        if (turn.failure !== undefined && turn.pid === undefined) throw new Refusal(turn.failure);
        pid = turn.pid;
        terminal.write(turn.drawn);
        await terminal.wait(turn.hasMore ? 0 : PAUSE);
      }
    } finally {
      terminal.leave();
    }
  });
}

/**
 * Prints one screen as text.
 * @param {Source} source
 * @param {number} milliseconds that it is watched before
 * @returns {Promise<number>} the exit code
 */
function print(source, milliseconds) {
  return watched(source, async (file, interrupted) => {
    const width = process.stdout.columns ?? COLUMNS;
    const addon = loadAddon();
    const top = addon.topOpen(file, sources(), { width, height: LINES, colour: false });
    const liveness = new Liveness(source);
    const end = Date.now() + milliseconds;
    for (let hasMore = true; hasMore || (Date.now() < end && !interrupted.aborted && source.runs() !== false);) {
      const turn = addon.topTurn(top, { ...NOTHING, runs: liveness.ask(undefined) });
      if (!hasMore) await sleep(PAUSE);
      hasMore = turn.hasMore;
    }
    const { pid, failure } = addon.topTurn(top, NOTHING);
    if (failure !== undefined && pid === undefined) throw new Refusal(failure);
    addon.topTurn(top, { ...NOTHING, runs: new Liveness(source).ask(pid) });
    await new Promise((resolve) => process.stdout.write(addon.topText(top), resolve));
  });
}

/** @param {Source} source */
function outputOf({ output }) {
  return output === null ? {} : { output };
}

/**
 * @param {Source} source
 * @param {(file: string, interrupted: AbortSignal, notes: string[]) => Promise<void>} act
 */
async function watched(source, act) {
  const { signal: interrupted, clear } = interruption();
  /** @type {string[]} */
  const notes = [];
  let code = 0;
  try {
    const file = await source.begin((note) => void notes.push(note), interrupted);
    await act(file, interrupted, notes);
  } catch (error) {
    if (!(error instanceof Refusal) && !isOfAddon(error)) throw error;
    tell(
      `nothing to watch: ${printable(/** @type {Error} */ (error).message)}${/[.!?]$/.test(/** @type {Error} */ (error).message) ? '' : '.'}`,
    );
    code = REFUSED;
  } finally {
    const end = await source.end();
    for (const note of end.notes) tell(`${printable(note)}.`);
    code ||= end.code;
  }
  clear();
  return code;
}

/** A file that cannot be opened. @param {unknown} error */
function isOfAddon(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code === 'GenericFailure';
}

module.exports = { print, show };

'use strict';

/**
 * What runs in a process that is attached to, on each of its threads: begins to record, and ends. The command line calls this through
 * the inspector. It may be gone at any moment, so a lease that is not renewed ends the recording and closes the inspector.
 */

const { clearInterval, setInterval } = require('node:timers');
const { isMainThread } = require('node:worker_threads');

const instance = require('../instance');

/** Milliseconds between two looks at the lease. */
const PAUSE = 100;

/**
 * @typedef {object} Asked
 * @property {import('../record/options').Options} options
 * @property {boolean} closes whether the inspector is closed at the end
 * @property {number} looks after so many without a renewal the lease is over. A thread that is blocked looks at nothing meanwhile
 * @property {number | null} most looks that the recording may last
 */

class Target {
  #recorder;
  #closes;
  #renewed;
  #left;
  #most;
  /** @type {NodeJS.Timeout | null} */
  #timer = null;
  /** @type {((types: string[]) => void) | null} */
  #whenEnded = null;
  #atExit = () => this.#closeInspector();

  /**
   * @param {Asked} asked
   * @param {object} turn the resource in whose callback this is, which is none of the program's
   */
  constructor({ options, closes, looks, most }, turn) {
    this.#closes = closes;
    this.#renewed = this.#left = looks;
    this.#most = most ?? Infinity;
    if (isMainThread) this.#timer = setInterval(() => this.#look(), PAUSE).unref();
    try {
      this.#recorder = instance.recorder.recordAttached(options, this.#timer === null ? [turn] : [turn, this.#timer]);
    } catch (error) {
      if (this.#timer !== null) clearInterval(this.#timer);
      throw error;
    }
    // A process that ends waits for whoever is connected to its inspector. One listener more than it allows would make Node warn.
    if (this.#closes && isMainThread && process.listenerCount('exit') < process.getMaxListeners()) {
      process.prependListener('exit', this.#atExit);
    }
  }

  /** The file that is written, or null where there is none. */
  get file() {
    return this.#recorder?.file ?? null;
  }

  /** @returns {boolean} whether the recording goes on */
  renew() {
    this.#left = this.#renewed;
    return this.#recorder !== null && !this.#recorder.isOver();
  }

  /** Whether {@link Target.endSoon} does what it says. */
  get endsSoon() {
    return this.#timer !== null;
  }

  /**
   * Ends at the next look, in a callback of its own that the recording does not have.
   * @param {(types: string[]) => void} whenEnded
   */
  endSoon(whenEnded) {
    this.#whenEnded = whenEnded;
  }

  /**
   * The file is complete, and nothing follows the thread any more.
   * @returns {string[]} the types that were recorded
   */
  end() {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    process.removeListener('exit', this.#atExit);
    this.#recorder?.stop();
    return this.#recorder?.types() ?? [];
  }

  #look() {
    this.#left -= 1;
    this.#most -= 1;
    const whenEnded = this.#whenEnded;
    if (whenEnded === null && this.#left > 0 && this.#most > 0) return;
    const types = this.end();
    if (whenEnded !== null) whenEnded(types);
    else this.#closeInspector();
  }

  #closeInspector() {
    if (this.#closes) /** @type {any} */ (process)._debugEnd();
  }
}

/**
 * Why this thread cannot take part.
 * @returns {string | null}
 */
function refusal() {
  const { isRecording } = instance.recorder;
  if (typeof isRecording !== 'function') return 'the program has loaded another version of async-hooks-rs, which cannot be attached to';
  if (isMainThread && isRecording()) return 'it is already being recorded. End that recording first';
  return null;
}

/**
 * @param {Asked} asked
 * @param {object | null} turn where this is called in a callback of its own
 * @returns {Target}
 */
function begin(asked, turn) {
  return new Target(asked, turn ?? {});
}

module.exports = { begin, refusal };

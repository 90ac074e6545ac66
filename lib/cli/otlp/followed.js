'use strict';

/**
 * A recording that is read while it is written: its file may not be there yet, its process may be killed, another recording may take its
 * place, or only the newest of it is kept, in two files.
 */

const fs = require('node:fs');

const { Opened } = require('./opened');
const { runs } = require('../runs');

/** Milliseconds that are read at once. */
const AT_ONCE = 40;
/** A recording of which nothing comes for so long is over where there is no such process. */
const SILENCE = 3000;
/** What the exit code says. */
const DAMAGED = 1;
const FAILED = 3;

/** @typedef {import('./exporter').Exporter} Exporter */

class Followed {
  #file;
  #exporter;
  #resources;
  #say;
  /** @type {Opened | null} */
  #opened = null;
  /** Whether that is read to its end and another part follows. */
  #isFormer = false;
  /** Whether it goes on no more, and what is followed then. */
  #ends = false;
  /** @type {Opened | null} */
  #next = null;
  #hasBegun = false;
  #waits = false;
  /** Whether its process was seen, whether it has grown after all of it was read, and when anything came last. */
  #sawProcess = false;
  #wasRead = false;
  #grew = false;
  #last = Date.now();
  isOver = false;
  code = 0;

  /**
   * @param {string} file
   * @param {Exporter} exporter
   * @param {number} resources that are followed at once
   * @param {(line: string) => void} say
   */
  constructor(file, exporter, resources, say) {
    this.#file = file;
    this.#exporter = exporter;
    this.#resources = resources;
    this.#say = say;
  }

  /** Reads for a moment. @returns {boolean} whether there is more to read */
  turn() {
    if (!this.#hasBegun) return this.#begin();
    const opened = /** @type {Opened} */ (this.#opened);
    if (this.#ends) return opened.end() || this.#turnToNext();
    const before = opened.state.now;
    opened.read(AT_ONCE);
    if (opened.state.now !== before) {
      this.#last = Date.now();
      this.#grew ||= this.#wasRead;
    }
    if (opened.state.hasMore) return true;
    this.#wasRead = true;
    const { state, why } = opened.state;
    if (state === 'damaged') {
      this.#say(`${this.#file} is damaged: ${why}. Everything before the damage is sent.`);
      return this.#end(DAMAGED);
    }
    if (state === 'killed') this.#say(`${why} has ended the process that wrote ${this.#file}.`);
    if (state === 'killed' || state === 'complete') return this.#end(0);
    if ((state === 'replaced' || this.#isFormer) && this.#goOn()) return !this.isOver;
    if (!this.#isGone()) return false;
    this.#say(`the process that wrote ${this.#file} is gone.`);
    return this.#end(0);
  }

  /** @param {number} code */
  #end(code) {
    this.code ||= code;
    this.#ends = true;
    return true;
  }

  /** All of one that has ended is taken. @returns {boolean} whether another one is to be read */
  #turnToNext() {
    this.isOver = this.#next === null;
    [this.#opened, this.#next, this.#ends] = [this.#next, null, false];
    [this.#isFormer, this.#sawProcess, this.#wasRead, this.#grew, this.#last] = [false, false, false, false, Date.now()];
    return !this.isOver;
  }

  /** Looks for its beginning. */
  #begin() {
    this.#opened ??= this.#open(this.#file);
    if (this.#opened === null || !this.#opened.peek()) {
      const { state, why } = this.#opened?.state ?? {};
      if (state === 'damaged') {
        this.#say(`${this.#file}: ${why}`);
        [this.isOver, this.code] = [true, FAILED];
      } else if (!this.#waits) {
        this.#waits = true;
        this.#say(`waiting for ${this.#file}.`);
      }
      if (state === 'replaced') this.#opened = null;
      return false;
    }
    this.#hasBegun = true;
    const { process, part } = this.#opened.state;
    const former = part ? this.#open(this.#former) : null;
    if (part && former?.peek() && former.state.process === process && former.state.part === part - 1) {
      [this.#opened, this.#isFormer] = [former, true];
    }
    return true;
  }

  /** Where the part stands that came before the newest one. */
  get #former() {
    return `${this.#file}.old`;
  }

  /**
   * @param {string} file
   * @returns {Opened | null} null where there is none
   */
  #open(file) {
    try {
      return new Opened(file, this.#exporter, this.#resources);
    } catch (error) {
      if (!fs.existsSync(file)) return null;
      if (file !== this.#file) return null;
      this.#say(/** @type {Error} */ (error).message);
      [this.isOver, this.code] = [true, FAILED];
      return null;
    }
  }

  /** All of the file is read, and another one has its name. @returns {boolean} whether anything follows it */
  #goOn() {
    const { process, part } = /** @type {Opened} */ (this.#opened).state;
    const newest = this.#open(this.#file);
    // Its header may not be there yet.
    if (newest === null || !newest.peek()) return this.isOver;
    const former = this.#open(this.#former);
    former?.peek();
    const number = (/** @type {Opened | null} */ one) => (one?.state.process === process ? (one?.state.part ?? 0) : 0);
    const [next] = [former, newest].filter((one) => one !== null && number(one) > (part ?? 0));
    if (next) {
      const missing = number(next) - (part ?? 0) - 1;
      if (missing > 0) this.#say(`${missing} parts of ${this.#file} were removed before they could be read.`);
      [this.#opened, this.#isFormer] = [next, next === former];
      return true;
    }
    if (newest.state.process === process && newest.state.part === part) return false;
    this.#say(`${this.#file} is another recording now.`);
    [this.#next, this.#ends] = [newest, true];
    return true;
  }

  /** Whether nobody writes it any more. One that cannot be seen from here may be known under another number elsewhere. */
  #isGone() {
    const { pid } = /** @type {Opened} */ (this.#opened).state;
    if (pid !== undefined && runs(pid)) {
      this.#sawProcess = true;
      return false;
    }
    return (this.#sawProcess || !this.#grew) && Date.now() - this.#last >= SILENCE;
  }
}

module.exports = { Followed };

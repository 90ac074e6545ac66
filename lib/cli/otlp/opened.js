'use strict';

/** One file of a recording, as far as it is written. */

const { Source } = require('./exporter');
const { loadAddon } = require('../../engine/addon');
const { sources } = require('../sources');

/** @typedef {import('./exporter').Exporter} Exporter */
/**
 * @typedef {object} State of a recording
 * @property {boolean} hasMore whether there is more to read
 * @property {'open' | 'complete' | 'killed' | 'damaged' | 'replaced'} state how it goes on
 * @property {string} why
 * @property {number} now when something was recorded last
 * @property {number} [pid] the process, once it is known
 * @property {string} [process] the same for all parts of a recording, and for no other one
 * @property {number | null} [part] counts the parts of which only the newest are kept
 */

class Opened {
  #feed;
  #exporter;
  #source = new Source();
  #held = '';
  /** @type {State} */
  state = { hasMore: true, state: 'open', why: '', now: 0 };

  /**
   * @param {string} file
   * @param {Exporter} exporter
   * @param {number} resources that are followed at once
   */
  constructor(file, exporter, resources) {
    this.#feed = loadAddon().spansOpen(file, sources(), resources);
    this.#exporter = exporter;
  }

  /** Looks at its header. @returns {boolean} whether it is there */
  peek() {
    this.#held += this.#read(0);
    return this.state.pid !== undefined;
  }

  /** @param {number} milliseconds at most */
  read(milliseconds) {
    const held = this.#held;
    this.#held = '';
    this.#exporter.take(this.#source, held + this.#read(milliseconds));
  }

  /** It goes on no more: takes some of what had not ended. @returns {boolean} whether there was any */
  end() {
    const text = this.#held + loadAddon().spansRead(this.#feed, 0, true);
    this.#held = '';
    this.#exporter.take(this.#source, text);
    return text !== '';
  }

  /** @param {number} milliseconds */
  #read(milliseconds) {
    const text = loadAddon().spansRead(this.#feed, milliseconds, false);
    const last = text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
    const [, hasMore, state, why, now, pid, process, part] = JSON.parse(last);
    this.state = { hasMore, state, why, now, pid, process, part };
    return text;
  }
}

module.exports = { Opened };

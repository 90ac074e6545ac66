'use strict';

/**
 * Resources that were not recorded because there was no room. Their later events must not be recorded
 * either, so their ids are remembered, in runs: when there is no room, all new resources are refused for
 * a while.
 */

const {
  layout: { firstId: FIRST_OWN_ID },
} = require('../engine/thread');

/**
 * Runs that are remembered. When there are more, the oldest is forgotten: a resource that was refused
 * then and lives on looks like one that is older than the recording.
 */
const MAX_RUNS = 1024;

/** The refused ids of one counter: the runtime's or this package's. They come nearly in order. */
class Runs {
  /** @type {number[]} */
  #first = [];
  /** @type {number[]} */
  #last = [];
  #isOpen = false;

  /** @param {number} id */
  add(id) {
    const end = this.#last.length - 1;
    if (this.#isOpen && id >= this.#first[end]) {
      if (id > this.#last[end]) this.#last[end] = id;
      return;
    }
    this.#isOpen = true;
    // By hand: the program may have put something else in the place of the methods of arrays.
    let at = end + 1;
    if (at === MAX_RUNS) {
      at = end;
      for (let i = 0; i < end; i++) {
        this.#first[i] = this.#first[i + 1];
        this.#last[i] = this.#last[i + 1];
      }
    }
    this.#first[at] = id;
    this.#last[at] = id;
  }

  close() {
    this.#isOpen = false;
  }

  /**
   * From the newest on: an id that was given early and announced late has a run out of order.
   * @param {number} id
   */
  has(id) {
    for (let i = this.#last.length - 1; i >= 0; i--) {
      if (id >= this.#first[i] && id <= this.#last[i]) return true;
    }
    return false;
  }
}

class Gaps {
  #runtime = new Runs();
  #own = new Runs();

  /** @param {number} id */
  add(id) {
    this.#of(id).add(id);
  }

  /** New resources are recorded again. */
  close() {
    this.#runtime.close();
    this.#own.close();
  }

  /** @param {number} id */
  has(id) {
    return this.#of(id).has(id);
  }

  /** @param {number} id */
  #of(id) {
    return id > FIRST_OWN_ID ? this.#own : this.#runtime;
  }
}

module.exports = { Gaps, MAX_RUNS };

'use strict';

/** A small seeded generator of random numbers (mulberry32): the same seed gives the same sequence everywhere. */

class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
    // Neighbouring seeds begin alike; a few steps drive them apart.
    for (let i = 0; i < 4; i++) this.next();
  }

  /** A number from 0 up to 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @param {number} end an integer from 0 up to, not including, this one */
  int(end) {
    return Math.floor(this.next() * end);
  }

  /** @param {number} share */
  chance(share) {
    return this.next() < share;
  }

  /**
   * @template T
   * @param {readonly T[]} list
   * @returns {T}
   */
  pick(list) {
    return list[this.int(list.length)];
  }

  /** @param {Record<string, number>} weights one of its keys, as often as its weight says */
  weighted(weights) {
    const names = Object.keys(weights);
    let at = this.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    return names.find((name) => (at -= weights[name]) < 0) ?? names[0];
  }
}

module.exports = { Random };

'use strict';

/**
 * Numbers for the routes of requests, so that what they lead to can be told apart while they run (`places.js`). The pattern of a
 * route is known at the end of a request only. So a path has a number by its parts, without those with digits; and
 * once a pattern was seen, without those that it leaves open.
 */

const { OwnMap, charCodeAt } = require('../engine/own');

/** So many are told apart. Names in paths may be any number: those beyond have the number 0. */
const MOST = 127;
/** Parts of a path that are looked at, and ways in which patterns leave some of them open. */
const PARTS = 16;
const SHAPES = 16;
const [SLASH, ZERO, NINE] = [0x2f, 0x30, 0x39];
/** Stands for a part that names one thing of many. */
const OPEN = 0x3a;

const { imul } = Math;

class Routes {
  /** By the hash of a route. @type {Map<number, number>} */
  #numbers = new OwnMap();
  /** The parts of what is looked at, and those with digits and those of its pattern. */
  #parts = new Int32Array(PARTS);
  #pattern = new Int32Array(PARTS);
  #digits = 0;
  /** By the number of parts, which of them patterns leave open, one bit each. @type {number[][]} */
  #shapes = [];

  constructor() {
    for (let count = 0; count <= PARTS; count++) this.#shapes[count] = [];
  }

  /** @param {string} asks a method and a path */
  numberOf(asks) {
    const count = this.#read(asks, this.#parts);
    const shapes = this.#shapes[count];
    for (let at = 0; at < shapes.length; at++) {
      const known = this.#numbers.get(this.#hash(count, shapes[at]));
      if (known !== undefined) return known;
    }
    return this.#number(this.#hash(count, this.#digits));
  }

  /**
   * @param {string} asks a method and a path
   * @param {string} pattern of the route, without a method
   */
  learn(asks, pattern) {
    if (this.#numbers.size >= MOST) return;
    const count = this.#read(pattern, this.#pattern);
    if (count !== this.#read(asks, this.#parts)) return;
    let open = 0;
    // The first part is the method.
    for (let at = 1; at < count; at++) if (this.#parts[at] !== this.#pattern[at]) open |= 1 << at;
    if (open === 0) return;
    const shapes = this.#shapes[count];
    let known = 0;
    while (known < shapes.length && shapes[known] !== open) known += 1;
    if (known === SHAPES) return;
    shapes[known] = open;
    this.#number(this.#hash(count, open));
  }

  /** @param {number} hash */
  #number(hash) {
    const known = this.#numbers.get(hash);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MOST) return 0;
    const number = this.#numbers.size + 1;
    this.#numbers.set(hash, number);
    return number;
  }

  /**
   * @param {number} count of parts
   * @param {number} open those that are left open
   */
  #hash(count, open) {
    let hash = count;
    for (let at = 0; at < count; at++) hash = mixed(hash, ((open >> at) & 1) === 0 ? this.#parts[at] : OPEN);
    return hash;
  }

  /**
   * @param {string} path
   * @param {Int32Array} parts
   * @returns {number} how many it has
   */
  #read(path, parts) {
    let count = 0;
    let part = 0;
    let digits = 0;
    for (let at = 0; at <= path.length && count < PARTS; at++) {
      const code = at === path.length ? SLASH : charCodeAt(path, at);
      if (code === SLASH) {
        parts[count] = part;
        count += 1;
        part = 0;
        continue;
      }
      part = mixed(part, code);
      if (code >= ZERO && code <= NINE) digits |= 1 << count;
    }
    this.#digits = digits;
    return count;
  }
}

/**
 * @param {number} hash
 * @param {number} value
 */
function mixed(hash, value) {
  const all = imul(hash ^ value, 0x9e3779b1);
  return all ^ (all >>> 15);
}

module.exports = { Routes };

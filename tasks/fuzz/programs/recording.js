'use strict';

/**
 * What one module lets a program see, as lines of text with names instead of ids: the same program has the same lines
 * with every module that is right.
 */

const { Names } = require('../../../lib/compare/names');

/** @typedef {import('./program').Phase} Phase */

/**
 * @typedef {object} Part what is compared of a program's run
 * @property {string[]} lines what happened, in order
 * @property {string[]} ended by hook, what was reported only when the garbage was collected, sorted
 * @property {string[]} promises those that a hook announced, in order
 */

/** Promises that this package tracks itself have ids from here on. */
const FIRST_OWN_ID = 1e15;

class Recording {
  /** @type {string[]} */
  lines = [];
  /** @type {string[]} */
  ended = [];
  /** @type {string[]} */
  promises = [];
  /** Whether the program is over, and what remains is to come from the garbage collector. */
  isCollecting = false;
  /** @type {Map<object, string>} what was seen as `executionAsyncResource()` without ever being announced */
  #strangers = new Map();
  /** @type {WeakMap<object, number>} */
  #ids = new WeakMap();
  #names;

  /**
   * @param {any} api the module
   * @param {object} options
   * @param {boolean} options.absolute whether ids are compared as numbers
   * @param {number[]} options.firstIds the program's ids begin here, with those of the runtime and those of the package
   */
  constructor(api, { absolute, firstIds }) {
    this.api = api;
    this.firstIds = firstIds;
    this.#names = new Names(absolute);
  }

  /** @param {string} line */
  note(line) {
    this.lines.push(`${line}${this.#place()}`);
  }

  /** @param {string} hook @param {number} id @param {string} type @param {number} trigger @param {any} resource */
  init(hook, id, type, trigger, resource) {
    if (this.isCollecting) return;
    const isObject = (typeof resource === 'object' && resource !== null) || typeof resource === 'function';
    if (isObject) this.#ids.set(resource, id);
    if (!this.#names.isAnnounced(id)) {
      this.#names.announce(id, type);
      if (type === 'PROMISE') this.promises.push(this.#names.full(id));
    }
    this.note(
      `${hook} init ${type} ${this.#names.of(id)}, trigger ${this.#names.of(trigger)}, ` +
        `a ${isObject ? resource.constructor?.name : typeof resource}`,
    );
  }

  /** @param {string} hook @param {Phase} phase @param {number} id */
  enter(hook, phase, id) {
    if (!this.isCollecting) this.note(`${hook} ${phase} ${this.#nameOf(id)}`);
  }

  /** @param {string} hook @param {number} id */
  destroy(hook, id) {
    if (id < this.firstIds[id >= FIRST_OWN_ID ? 1 : 0]) return;
    if (this.isCollecting) this.ended.push(`${hook} ${this.#nameOf(id)}`);
    else this.lines.push(`${hook} destroy ${this.#nameOf(id)}`);
  }

  /** A resource that no hook announced may be the only one, or not; its name would tell when it was seen first. @param {number} id */
  #nameOf(id) {
    return this.isCollecting && !this.#names.isAnnounced(id) ? 'unannounced' : this.#names.full(id);
  }

  #place() {
    const { api } = this;
    const id = api.executionAsyncId();
    const expected = this.#names.isAnnounced(id) ? this.#names.of(id) : '';
    const resource = this.#resource(api.executionAsyncResource());
    return `, in ${this.#names.of(id)}, trigger ${this.#names.of(api.triggerAsyncId())}${resource === expected ? '' : `, with ${resource}`}`;
  }

  /** @param {any} resource */
  #resource(resource) {
    const id = this.#ids.get(resource);
    if (id !== undefined) return this.#names.of(id);
    let name = this.#strangers.get(resource);
    if (name === undefined) {
      name = `${resource?.constructor?.name} ${this.#strangers.size + 1}`;
      this.#strangers.set(resource, name);
    }
    return name;
  }

  /** @returns {Part} */
  part() {
    this.#strangers.clear();
    return { lines: this.lines, ended: this.ended.sort(), promises: this.promises };
  }

  /** What it has seen may go. */
  forget() {
    this.#strangers.clear();
  }
}

module.exports = { Recording, FIRST_OWN_ID };

'use strict';
// The observer: a hook with all five callbacks that writes down what it is told, and nothing else.
// It keeps no resource object, or the garbage collector could never report one destroyed.

const { performance } = require('node:perf_hooks');
const { createHook } = require('./module');

/**
 * @typedef {object} Resource
 * @property {number} id
 * @property {string} type
 * @property {number} trigger
 * @property {number} init time in ms
 * @property {number[]} before
 * @property {number[]} after
 * @property {number} resolved how often promiseResolve came
 * @property {number[]} destroy
 * @property {string} order the events as they came, one letter each: i b a r d
 */

class Observer {
  /** @type {Map<number, Resource>} */
  #resources = new Map();
  /** @type {string[]} events for an id that was never announced */
  strays = [];
  #hook = createHook({
    init: (id, type, trigger) => {
      this.#resources.set(id, {
        id, type, trigger, init: performance.now(), before: [], after: [], resolved: 0, destroy: [], order: 'i',
      });
    },
    before: (id) => this.#note(id, 'b', (resource) => resource.before.push(performance.now())),
    after: (id) => this.#note(id, 'a', (resource) => resource.after.push(performance.now())),
    promiseResolve: (id) => this.#note(id, 'r', (resource) => { resource.resolved += 1; }),
    destroy: (id) => this.#note(id, 'd', (resource) => resource.destroy.push(performance.now())),
  });

  start() { this.#hook.enable(); }
  stop() { this.#hook.disable(); }

  /** How many resources there were so far: two of these cut out the resources of the time between. */
  get count() { return this.#resources.size; }

  /** All resources, in the order of their init. */
  get resources() { return [...this.#resources.values()]; }

  /** @param {number} id @param {string} letter @param {(resource: Resource) => void} write */
  #note(id, letter, write) {
    const resource = this.#resources.get(id);
    if (resource === undefined) {
      this.strays.push(letter);
      return;
    }
    resource.order += letter;
    write(resource);
  }
}

module.exports = { Observer };

'use strict';

/**
 * `AsyncLocalStorage`: the storage that does what the running Node's does, with what
 * newer Nodes have in addition.
 */

const builtin = require('../node/builtin');
const { AsyncResource } = require('../hooks/resource');
const { countInstances, showMethods } = require('../node/prototype');
const { RunScope } = require('./scope');

/** @typedef {{ defaultValue?: any, name?: string }} Options */

/** @type {new (options?: Options) => any} */
const BuiltinStorage = builtin.AsyncLocalStorage;

const Engine = engine();

/** @returns {typeof BuiltinStorage} */
function engine() {
  const probe = new BuiltinStorage();
  // On some Nodes a new storage is enabled, and hooks with it.
  probe.disable();
  if (!('enabled' in probe)) return require('./framed').FramedStorage;
  // Node >= 24 with --no-async-context-frame keeps stores in yet another way, and its own class.
  if ('name' in BuiltinStorage.prototype) return BuiltinStorage;
  return require('./hooked').HookedStorage;
}

/** Some Nodes have names and no `withScope`. */
const hasName = 'name' in BuiltinStorage.prototype;

/** With what the running Node's class lacks. */
class CompletedStorage extends Engine {
  #name = '';

  /** @param {Options} [options] */
  constructor(options = undefined) {
    super(options);
    if (hasName) return;
    if (typeof options !== 'object' || options === null) return;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  get name() {
    if (hasName) return super.name;
    return #name in this ? this.#name : '';
  }

  /** @param {unknown} store */
  withScope(store) {
    return new RunScope(this, store);
  }
}

const isComplete = 'withScope' in BuiltinStorage.prototype;

class AsyncLocalStorage extends (isComplete ? Engine : CompletedStorage) {
  /** @param {any} fn */
  static bind(fn) {
    return AsyncResource.bind(fn);
  }

  static snapshot() {
    // The parameter's name stands in the message of the error where it is no function.
    return AsyncLocalStorage.bind((/** @type {Function} */ cb, /** @type {any[]} */ ...args) => cb(...args));
  }
}

showMethods(AsyncLocalStorage, BuiltinStorage);
countInstances(AsyncLocalStorage, BuiltinStorage);

module.exports = { AsyncLocalStorage };

'use strict';

/**
 * `AsyncLocalStorage`. It stands on Node's, and gives it what only newer Nodes
 * have: `defaultValue`, `name` and `withScope`.
 */

const builtin = require('./builtin');
const { AsyncResource } = require('./resource');

/** @typedef {{ defaultValue?: any, name?: string }} Options */

/** In a storage with a default value, the store that was set to `undefined`. */
const UNDEFINED = Symbol('undefined');

/** @type {new (options?: Options) => any} */
const BuiltinStorage = builtin.AsyncLocalStorage;

/** Whether Node's own class has all of it (Node >= 24 with `withScope`). */
const isComplete = 'withScope' in BuiltinStorage.prototype;

/** A store that is entered until it is disposed. */
class RunScope {
  #storage;
  #previousStore;
  #disposed = false;

  /**
   * @param {any} storage
   * @param {unknown} store
   */
  constructor(storage, store) {
    this.#storage = storage;
    this.#previousStore = storage.getStore();
    storage.enterWith(store);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#storage.enterWith(this.#previousStore);
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

/** Node's class with what it lacks. */
class CompletedStorage extends BuiltinStorage {
  /** @type {unknown} */
  #defaultValue;
  #name = '';

  /** @param {Options} [options] */
  constructor(options = undefined) {
    super(options);
    if (typeof options !== 'object' || options === null) return;
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  get name() {
    return this.#name;
  }

  getStore() {
    const store = super.getStore();
    if (store === undefined) return this.#defaultValue;
    return store === UNDEFINED ? undefined : store;
  }

  /** @param {unknown} store */
  enterWith(store) {
    super.enterWith(this.#kept(store));
  }

  /**
   * @param {unknown} store
   * @param {(...args: any[]) => any} callback
   * @param {any[]} args
   */
  run(store, callback, ...args) {
    if (Object.is(store, this.getStore())) return Reflect.apply(callback, null, args);
    return super.run(this.#kept(store), callback, ...args);
  }

  /**
   * @param {(...args: any[]) => any} callback
   * @param {any[]} args
   */
  exit(callback, ...args) {
    if (this.#defaultValue === undefined) return super.exit(callback, ...args);
    return this.run(undefined, callback, ...args);
  }

  /** @param {unknown} store */
  withScope(store) {
    return new RunScope(this, store);
  }

  /** What to keep for a store: one set to `undefined` must not look like one that is not set. */
  #kept(/** @type {unknown} */ store) {
    return store === undefined && this.#defaultValue !== undefined ? UNDEFINED : store;
  }
}

const Base = isComplete ? BuiltinStorage : CompletedStorage;

class AsyncLocalStorage extends Base {
  /** @param {any} fn */
  static bind(fn) {
    return AsyncResource.bind(fn);
  }

  static snapshot() {
    // The parameter's name stands in the message of the error where it is no function.
    return AsyncLocalStorage.bind((/** @type {Function} */ cb, /** @type {any[]} */ ...args) => cb(...args));
  }
}

module.exports = { AsyncLocalStorage };

'use strict';

/**
 * The storage for a Node without context frames (Node 20 and 22). There a store belongs
 * to the resource that runs, and resources inherit it when they are created, while its
 * storage is enabled. All storages of ours are one to Node, the slot, whose store on a
 * resource is the stores of all.
 */

const builtin = require('../node/builtin');
const { behind, newState, placeIn, setStore } = require('./behind');
const { enable, disable, currentResource, kStores } = require('./enabled');
const { EMPTY, UNDEFINED, read, write } = require('./stores');

const { apply } = Reflect;

/** @type {new (options?: object) => any} */
const BuiltinStorage = builtin.AsyncLocalStorage;

/** @typedef {ReturnType<typeof newState>} State */

/**
 * Nothing for what only stands before a storage, `Object.create(storage)` or a `Proxy`.
 * @type {(storage: any) => State | undefined}
 */
let stateOf;

class HookedStorage extends BuiltinStorage {
  /** @type {State} */
  #state;

  static {
    stateOf = (storage) => {
      try {
        return #state in storage ? storage.#state : undefined;
      } catch {
        return undefined; // It is no object.
      }
    };
  }

  /** @param {{ defaultValue?: any } | undefined} [options] */
  constructor(options = undefined) {
    super(options);
    const hasOptions = typeof options === 'object' && options !== null;
    this.#state = newState(this.kResourceStore, hasOptions ? options.defaultValue : undefined);
  }

  getStore() {
    const state = stateOf(this);
    if (state === undefined) return behind.getStore.call(this);
    if (!this.enabled) return state.defaultValue;
    const kept = read(currentResource()[kStores] ?? EMPTY, state.place);
    if (kept === undefined) return state.defaultValue;
    return kept === UNDEFINED ? undefined : kept;
  }

  /** @param {any} store */
  enterWith(store) {
    const state = stateOf(this);
    if (state === undefined) return behind.enterWith.call(this, store);
    this._enable();
    setStore(currentResource(), state, store === undefined ? UNDEFINED : store);
  }

  /**
   * @param {any} store
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  run(store, fn, ...args) {
    const state = stateOf(this);
    if (state === undefined) return behind.run.call(this, store, fn, args);
    const resource = currentResource();
    const found = resource[kStores];
    const stores = found ?? EMPTY;
    const former = read(stores, state.place);
    // Node's own calls it; a subclass may have another one.
    const current =
      this.getStore !== getStore
        ? this.getStore()
        : !this.enabled || former === undefined
          ? state.defaultValue
          : former === UNDEFINED
            ? undefined
            : former;
    if (Object.is(store, current)) return apply(fn, null, args);
    if (!this.enabled) this._enable();
    const entered = write(stores, placeIn(state), former, store === undefined ? UNDEFINED : store);
    resource[kStores] = entered;
    try {
      return apply(fn, null, args);
    } finally {
      if (resource[kStores] === entered) resource[kStores] = found;
      else setStore(resource, state, former);
    }
  }

  /**
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  exit(fn, ...args) {
    const state = stateOf(this);
    if (state === undefined) return behind.exit.call(this, fn, args);
    if (state.defaultValue !== undefined) return this.run(undefined, fn, ...args);
    if (!this.enabled) return apply(fn, null, args);
    this.disable();
    try {
      return apply(fn, null, args);
    } finally {
      this._enable();
    }
  }

  disable() {
    const state = stateOf(this);
    if (state === undefined) return behind.disable.call(this);
    if (!this.enabled) return;
    this.enabled = false;
    disable(undefined, placeIn(state), () => true);
  }

  _enable() {
    const state = stateOf(this);
    if (state === undefined) return behind.enable.call(this);
    if (this.enabled) return;
    this.enabled = true;
    state.made ??= new WeakRef(this);
    enable(undefined, placeIn(state));
  }
}

const { getStore } = HookedStorage.prototype;

module.exports = { HookedStorage };

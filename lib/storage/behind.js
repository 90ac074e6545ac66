'use strict';

/**
 * A storage that is used through something else, `Object.create(storage)` or a `Proxy`, on a Node without context
 * frames. Node's methods know a storage by two of its properties, which the other shows as well. These do what
 * those do, and call the same methods in the same order: a proxy may tell.
 */

const { NOWHERE, placeOf } = require('./places');
const { enable, disable, currentResource, kStores } = require('./enabled');
const { EMPTY, UNDEFINED, read, write } = require('./stores');

const { apply } = Reflect;

/** What the storages of one key share: one that was made, and all that is seen through others. */
class State {
  /** @param {any} [defaultValue] */
  constructor(defaultValue = undefined) {
    this.place = NOWHERE;
    /** @type {WeakRef<any> | undefined} the storage that was made, once it was enabled itself */
    this.made = undefined;
    this.defaultValue = defaultValue;
  }
}

/**
 * By the key under which Node would have the store on a resource.
 * @type {WeakMap<WeakKey, State>}
 */
const states = new WeakMap();

/**
 * Of other keys, which only an object has that no constructor made.
 * @type {Map<unknown, State>}
 */
const strangeStates = new Map();

/** Whether any storage has a default value, which no Node without frames knows. */
let hasDefaults = false;

/**
 * @param {any} key of a storage that is being made
 * @param {any} defaultValue
 */
function newState(key, defaultValue) {
  const state = new State(defaultValue);
  states.set(key, state);
  hasDefaults ||= defaultValue !== undefined;
  return state;
}

/** @param {State} state */
function placeIn(state) {
  if (state.place === NOWHERE) state.place = placeOf(state);
  return state.place;
}

/**
 * @param {any} resource
 * @param {State} state
 * @param {any} store as it is kept
 */
function setStore(resource, state, store) {
  const stores = resource[kStores] ?? EMPTY;
  const place = placeIn(state);
  resource[kStores] = write(stores, place, read(stores, place), store);
}

/** @param {any} face */
function stateBehind(face) {
  const key = face.kResourceStore;
  const isUnique = typeof key === 'symbol' && Symbol.keyFor(key) === undefined;
  const known = /** @type {Map<any, State>} */ (isUnique ? states : strangeStates);
  const name = typeof key === 'symbol' ? key : String(key);
  let state = known.get(name);
  if (state === undefined) known.set(name, (state = new State()));
  return state;
}

/** Each is called on what stands before the storage. */
const behind = {
  /** @this {any} */
  getStore() {
    if (!this.enabled) return hasDefaults ? stateBehind(this).defaultValue : undefined;
    const resource = currentResource();
    const { place, defaultValue } = stateBehind(this);
    const kept = read(resource[kStores] ?? EMPTY, place);
    if (kept === undefined) return defaultValue;
    return kept === UNDEFINED ? undefined : kept;
  },

  /**
   * @this {any}
   * @param {any} store
   */
  enterWith(store) {
    this._enable();
    const resource = currentResource();
    setStore(resource, stateBehind(this), store === undefined ? UNDEFINED : store);
  },

  /**
   * @this {any}
   * @param {any} store
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  run(store, fn, args) {
    if (Object.is(store, this.getStore())) return apply(fn, null, args);
    this._enable();
    const resource = currentResource();
    const former = read(resource[kStores] ?? EMPTY, stateBehind(this).place);
    setStore(resource, stateBehind(this), store === undefined ? UNDEFINED : store);
    try {
      return apply(fn, null, args);
    } finally {
      setStore(resource, stateBehind(this), former);
    }
  },

  /**
   * @this {any}
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  exit(fn, args) {
    if (hasDefaults && stateBehind(this).defaultValue !== undefined) return this.run(undefined, fn, ...args);
    if (!this.enabled) return apply(fn, null, args);
    this.disable();
    try {
      return apply(fn, null, args);
    } finally {
      this._enable();
    }
  },

  /** @this {any} */
  disable() {
    if (!this.enabled) return;
    this.enabled = false;
    const state = stateBehind(this);
    disable(this, placeIn(state), () => state.made?.deref()?.enabled === false);
  },

  /** @this {any} */
  enable() {
    if (this.enabled) return;
    this.enabled = true;
    enable(this, placeIn(stateBehind(this)));
  },
};

module.exports = { behind, newState, placeIn, setStore };

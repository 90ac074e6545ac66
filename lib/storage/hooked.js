'use strict';

/**
 * The storage for a Node without context frames (Node 20 and 22). There a store belongs
 * to the resource that runs, and resources inherit it when they are created, while its
 * storage is enabled. All storages of ours are one to Node, the slot, whose store on a
 * resource is the stores of all.
 */

const builtin = require('../builtin');
const { NOWHERE, placeOf, onCollected } = require('./places');
const { slot: publicSlot } = require('./slot-storage');
const { EMPTY, UNDEFINED, read, write } = require('./stores');

const { apply } = Reflect;
const { executionAsyncResource, createHook } = builtin;

/** With what Node's types leave out. */
const slot = /** @type {any} */ (publicSlot);

/** Under this symbol the slot has its store on a resource. */
const kStores = slot.kResourceStore;

/** @type {new (options?: object) => any} */
const BuiltinStorage = builtin.AsyncLocalStorage;

class HookedStorage extends BuiltinStorage {
  #place = NOWHERE;
  /** @type {any} */
  #defaultValue;

  /** @param {{ defaultValue?: any } | undefined} [options] */
  constructor(options = undefined) {
    super(options);
    if (typeof options === 'object' && options !== null) this.#defaultValue = options.defaultValue;
  }

  getStore() {
    if (!this.enabled) return this.#defaultValue;
    const kept = read(currentResource()[kStores] ?? EMPTY, this.#place);
    if (kept === undefined) return this.#defaultValue;
    return kept === UNDEFINED ? undefined : kept;
  }

  /** @param {any} store */
  enterWith(store) {
    this._enable();
    this.#set(currentResource(), store === undefined ? UNDEFINED : store);
  }

  /**
   * @param {any} store
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  run(store, fn, ...args) {
    const resource = currentResource();
    const found = resource[kStores];
    const stores = found ?? EMPTY;
    const former = read(stores, this.#place);
    // Node's own calls it; a subclass may have another one.
    const current = this.getStore !== getStore ? this.getStore() :
      !this.enabled || former === undefined ? this.#defaultValue :
        former === UNDEFINED ? undefined : former;
    if (Object.is(store, current)) return apply(fn, null, args);
    if (!this.enabled) this._enable();
    const entered = write(stores, this.#place, former, store === undefined ? UNDEFINED : store);
    resource[kStores] = entered;
    try {
      return apply(fn, null, args);
    } finally {
      if (resource[kStores] === entered) resource[kStores] = found;
      else this.#set(resource, former);
    }
  }

  /**
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  exit(fn, ...args) {
    if (this.#defaultValue !== undefined) return this.run(undefined, fn, ...args);
    if (!this.enabled) return apply(fn, null, args);
    this.disable();
    try {
      return apply(fn, null, args);
    } finally {
      this._enable();
    }
  }

  disable() {
    if (!this.enabled) return;
    this.enabled = false;
    disable(this.#place);
  }

  _enable() {
    if (this.enabled) return;
    this.enabled = true;
    if (this.#place === NOWHERE) this.#place = placeOf(this);
    enable(this.#place);
  }

  /**
   * @param {any} resource
   * @param {any} store as it is kept
   */
  #set(resource, store) {
    const stores = resource[kStores] ?? EMPTY;
    const former = read(stores, this.#place);
    resource[kStores] = write(stores, this.#place, former, store);
  }

}

const { getStore } = HookedStorage.prototype;

/** @returns {any} */
function currentResource() {
  return executionAsyncResource();
}

// Which storages are enabled

/** @typedef {typeof import('./places').NOWHERE} Place */

/** @type {Set<Place>} */
const enabled = new Set();

/**
 * Those of storages that were disabled, and have stores on resources. A resource that is
 * created meanwhile must not inherit them with the rest.
 * @type {Set<Place>}
 */
const disabled = new Set();

/** @param {Place} place */
function enable(place) {
  disabled.delete(place);
  enabled.add(place);
  update();
}

/** @param {Place} place */
function disable(place) {
  enabled.delete(place);
  disabled.add(place);
  update();
}

onCollected((place) => {
  enabled.delete(place);
  disabled.delete(place);
  update();
});

/** Takes the stores of disabled storages off what a new resource inherited. */
const withholding = createHook({
  init(asyncId, type, triggerAsyncId, /** @type {any} */ resource) {
    let inherited = currentResource()[kStores];
    if (inherited === undefined) return;
    for (const place of disabled) inherited = write(inherited, place, read(inherited, place), undefined);
    resource[kStores] = inherited;
  },
});

/** Nothing is on for storages that are not; and the slot is Node's first, since who withholds comes after. */
function update() {
  const isOn = enabled.size > 0;
  if (isOn !== slot.enabled) {
    // To enter what is there enables the slot and changes nothing.
    if (isOn) slot.enterWith(currentResource()[kStores]);
    else slot.disable();
  }
  if (isOn && disabled.size > 0) withholding.enable();
  else withholding.disable();
}

module.exports = { HookedStorage };

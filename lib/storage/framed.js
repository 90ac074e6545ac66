'use strict';

/**
 * The storage for a Node with context frames (Node >= 24). What it does there: to enter a
 * store makes a new frame of the current one, and so does to leave it; `disable` changes
 * the current frame for all who share it.
 */

const builtin = require('../node/builtin');
const { carrier, inSlot } = require('./frames/carriers');
const { Frame } = require('./frames/frame');
const { NOWHERE, placeOf } = require('./places');
const { UNDEFINED, read, write } = require('./stores');

const { apply } = Reflect;

/** @type {new (options?: object) => any} */
const BuiltinStorage = builtin.AsyncLocalStorage;

/** Whether Node's class knows `defaultValue`; it came with `name`. */
const hasDefaultValue = 'name' in BuiltinStorage.prototype;

/** On 24.0, `run` restores the frame as it was before, and enters the store that is current already. Its text tells; one that was patched tells nothing. */
const restoresFrame = String(BuiltinStorage.prototype.run).includes('AsyncContextFrame.current()');

/**
 * Whether an object was made by the class. What stands before a storage (`Object.create(storage)`, a `Proxy`) was
 * not: to Node it is a storage of its own, and as such Node's own methods keep it.
 * @type {(storage: any) => boolean}
 */
let isMade;

class FramedStorage extends BuiltinStorage {
  #place = NOWHERE;
  /** @type {any} */
  #defaultValue;

  static {
    isMade = (storage) => {
      // Of all ways to ask, this one costs a call to `getStore` nothing.
      try {
        return #place in storage;
      } catch {
        return false; // It is no object.
      }
    };
  }

  /** @param {{ defaultValue?: any } | undefined} [options] */
  constructor(options = undefined) {
    super(options);
    // No frame knows the new storage yet, so Node's answer is the default.
    this.#defaultValue = hasDefaultValue ? super.getStore() : options?.defaultValue;
  }

  getStore() {
    if (!isMade(this)) return super.getStore();
    const frame = inSlot();
    const kept = frame === undefined ? undefined : read(frame.stores, this.#place);
    if (kept === undefined) return this.#defaultValue;
    return kept === UNDEFINED ? undefined : kept;
  }

  /** @param {any} store */
  enterWith(store) {
    if (!isMade(this)) return super.enterWith(store);
    if (this.#place === NOWHERE) this.#place = placeOf(this);
    this.#enter(carrier.current(), store === undefined ? UNDEFINED : store);
  }

  /**
   * @param {any} store
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  run(store, fn, ...args) {
    // Node's own calls these; a subclass may have others.
    if (!isMade(this) || this.enterWith !== enterWith || this.getStore !== getStore) return super.run(store, fn, ...args);
    const { stores, foreign } = carrier.current();
    const former = read(stores, this.#place);
    if (restoresFrame) return this.#within(stores, foreign, former, store, fn, args);
    const current = former === undefined ? this.#defaultValue : former === UNDEFINED ? undefined : former;
    if (Object.is(current, store)) return apply(fn, null, args);
    if (this.#place === NOWHERE) this.#place = placeOf(this);
    const entered = write(stores, this.#place, former, store === undefined ? UNDEFINED : store);
    const frame = new Frame(entered, foreign);
    carrier.enter(frame);
    try {
      return apply(fn, null, args);
    } finally {
      if (inSlot() === frame && frame.stores === entered && frame.foreign === foreign) {
        // A frame of its own, as in Node: a `disable` from now on must not reach those who
        // have the former one.
        carrier.enter(new Frame(stores, foreign));
      } else {
        this.#enter(carrier.current(), former);
      }
    }
  }

  /**
   * @param {import('./frames/frame').Stores} stores
   * @param {Frame['foreign']} foreign
   * @param {any} former
   * @param {any} store
   * @param {(...args: any[]) => any} fn
   * @param {any[]} args
   */
  #within(stores, foreign, former, store, fn, args) {
    if (this.#place === NOWHERE) this.#place = placeOf(this);
    const entered = write(stores, this.#place, former, store === undefined ? UNDEFINED : store);
    return carrier.within(new Frame(entered, foreign), fn, args);
  }

  disable() {
    if (!isMade(this)) return super.disable();
    const frame = carrier.shared();
    if (frame !== undefined && this.#place !== NOWHERE) frame.stores = this.#write(frame.stores, undefined);
  }

  /**
   * @param {Frame} above
   * @param {any} store as it is kept
   */
  #enter({ stores, foreign }, store) {
    carrier.enter(new Frame(this.#write(stores, store), foreign));
  }

  /**
   * @param {import('./frames/frame').Stores} stores
   * @param {any} store as it is kept
   */
  #write(stores, store) {
    return write(stores, this.#place, read(stores, this.#place), store);
  }
}

const { enterWith, getStore } = FramedStorage.prototype;

module.exports = { FramedStorage };

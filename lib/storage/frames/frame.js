'use strict';

/**
 * The frame: what travels through the program, in the place of Node's own or inside it.
 * Like Node's it can change only in one way: a storage that is disabled leaves it.
 */

const builtin = require('../../node/builtin');
const { slot } = require('./slot');
const { EMPTY, list } = require('../stores');

/** @typedef {typeof EMPTY} Stores */

/** It answers what Node's own frame is asked: `has`, `get`, `disable` and what its entries are. */
class Frame {
  /**
   * @param {Stores} stores those of our storages
   * @param {Map<object, any> | undefined} foreign those of Node's own; never changed
   * @param {boolean} isInside whether it is inside of a frame of Node's
   */
  constructor(stores, foreign, isInside = false) {
    this.stores = stores;
    this.foreign = foreign;
    this.isInside = isInside;
  }

  /** @param {object} storage one of Node's */
  has(storage) {
    return storage === slot || (this.foreign !== undefined && this.foreign.has(storage));
  }

  /**
   * To the slot the frame itself is the store: so it is found without a call to the addon.
   * @param {object} storage one of Node's
   */
  get(storage) {
    return storage === slot ? this : this.foreign?.get(storage);
  }

  /** @param {object} storage one of Node's */
  disable(storage) {
    if (this.foreign === undefined) return;
    this.foreign = new Map(this.foreign);
    this.foreign.delete(storage);
  }

  /** What a frame of Node copies when one of its storages is entered above this one. */
  [Symbol.iterator]() {
    const own = new Frame(this.stores, undefined, true);
    return [[slot, own], ...(this.foreign ?? [])][Symbol.iterator]();
  }

  /** Looks like Node's in what a program prints. */
  [Symbol.for('nodejs.util.inspect.custom')]() {
    const shown = new AsyncContextFrame();
    for (const store of list(this.stores)) shown.set(Object.create(builtin.AsyncLocalStorage.prototype), store);
    for (const [storage, store] of this.foreign ?? []) shown.set(storage, store);
    return shown;
  }
}

class AsyncContextFrame extends Map {}

/** The frame in which no storage has a store. */
const NONE = new Frame(EMPTY, undefined);

module.exports = { Frame, NONE };

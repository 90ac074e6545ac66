'use strict';

/**
 * What travels with the stores: a frame has a token for each storage that was entered or left on the way here, the last one. A token
 * knows who entered what, where, and within which other one. Tokens do not keep stores alive.
 */

/** Tokens that a token remembers around it. */
const MOST_AROUND = 32;

let frames = 0;

class Frame {
  /**
   * @param {Frame | undefined} former
   * @param {Token} token
   */
  constructor(former, token) {
    frames += 1;
    this.number = frames;
    /** The outermost one around it, by its number. @type {number} */
    this.root = former === undefined ? frames : former.root;
    /** @type {Token[]} */
    this.tokens = [token];
    if (former === undefined) return;
    for (const each of former.tokens) if (each.storage !== token.storage) this.tokens.push(each);
  }

  /** Something is made that goes on here. */
  use() {
    if (this.tokens[0].isUsed) return;
    for (const each of this.tokens) each.isUsed = true;
  }

  /** Whether something was entered here that does not end with a function. */
  hasEntered() {
    for (const { kind, hasStore } of this.tokens) if (hasStore && kind !== 'run') return true;
    return false;
  }

  /**
   * @param {import('./storages').Storage} storage
   * @returns {Token | undefined}
   */
  tokenOf(storage) {
    for (const token of this.tokens) if (token.storage === storage) return token;
    return undefined;
  }
}

/** @typedef {'run' | 'enterWith' | 'withScope' | 'exit' | 'disable'} Kind */

class Token {
  /**
   * @param {import('./storages').Storage} storage
   * @param {Kind} kind
   * @param {boolean} hasStore
   * @param {Token | undefined} around what was there before
   * @param {import('./places').Place | null} place
   * @param {import('./path').Operation} operation in which it happened; operations know frames, so that to keep it would keep all
   */
  constructor(storage, kind, hasStore, around, place, operation) {
    this.storage = storage;
    this.kind = kind;
    this.hasStore = hasStore;
    /** @type {Token | undefined} */
    this.around = around;
    this.place = place;
    this.operation = new WeakRef(operation);
    /** How many are around it. @type {number} */
    this.depth = around === undefined ? 0 : around.depth + 1;
    if (this.depth > MOST_AROUND) {
      this.around = undefined;
      this.depth = 0;
    }
    /** The outermost one with a store. @type {Token} */
    this.root = hasStore && around?.hasStore === true ? around.root : this;
    /** Whether a call of `getStore` has found it. */
    this.wasRead = false;
    /** Whether anything was made in it that goes on there. */
    this.isUsed = false;
    /** The HTTP request in which it happened. @type {import('./requests').Request | null} */
    this.request = around?.hasStore === true ? around.request : null;
    /** Whether the promise that the run has answered is resolved. */
    this.isEnded = false;
  }

  /** Whether what it was made for has ended. */
  get isOver() {
    return this.isEnded || this.request?.isOver === true;
  }

  /** @param {Token} other */
  isAround(other) {
    /** @type {Token | undefined} */
    let each = other;
    while (each !== undefined && each !== this) each = each.around;
    return each === this;
  }
}

module.exports = { Frame, Token };

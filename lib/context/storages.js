'use strict';

/** The storages of the program: a class in the place of the package's that does the same, and tells what happens to the stores. */

const { isPromise } = require('node:util').types;

const { Storage: Original, currentFrame, enterFrame, runInFrame } = require('./current');
const { currentOperation, endWith } = require('./path');
const { callerOf, innermostOf } = require('./places');
const { Frame, Token } = require('./tokens');

const { apply } = Reflect;
/** Runs that are remembered of each storage. */
const MOST_RUNS = 256;

/** What is known of a storage of the program. */
class Storage {
  /** How often a store was entered. */
  entered = 0;
  /** The last runs, by their places. @type {Token[]} */
  runs = [];
  /** Where it was disabled at last. @type {import('./places').Place | null} */
  disabledAt = null;

  /**
   * @param {number} number
   * @param {string} name as its constructor was told
   * @param {import('./places').Place | null} place of its construction
   */
  constructor(number, name, place) {
    this.number = number;
    this.name = name;
    this.place = place;
  }
}

/** @type {WeakMap<object, Storage>} */
const storages = new WeakMap();
let count = 0;

/**
 * @param {any} storage
 * @param {import('./places').Place | null} place
 */
function known(storage, place) {
  let found = storages.get(storage);
  if (found === undefined) {
    count += 1;
    found = new Storage(count, nameOf(storage), place);
    storages.set(storage, found);
  }
  return found;
}

/** @param {any} storage */
function nameOf(storage) {
  try {
    return typeof storage.name === 'string' ? storage.name : '';
  } catch {
    return '';
  }
}

/**
 * Whether the methods of the storage call each other, of which nobody shall hear.
 * @type {boolean}
 */
let isQuiet = false;

/**
 * @template T
 * @param {() => T} call
 * @returns {T}
 */
function quietly(call) {
  const was = isQuiet;
  isQuiet = true;
  try {
    return call();
  } finally {
    isQuiet = was;
  }
}

/**
 * @param {() => any} call of the program
 * @returns {any}
 */
function aloud(call) {
  const was = isQuiet;
  isQuiet = false;
  try {
    return call();
  } finally {
    isQuiet = was;
  }
}

/** @typedef {(storage: Storage, store: unknown, above: Function) => void} Look */

/** @type {{ looked: Look | null, entered: ((token: Token, store: unknown) => void) | null }} */
const listeners = { looked: null, entered: null };

/**
 * @param {any} storage
 * @param {import('./tokens').Kind} kind
 * @param {unknown} store
 * @param {Function} above
 * @returns {{ token: Token, frame: Frame } | null} null where nothing may be told
 */
function entering(storage, kind, store, above) {
  try {
    const of = known(storage, null);
    const former = currentFrame();
    const hasStore = store !== undefined;
    const operation = currentOperation();
    const token = new Token(of, kind, hasStore, former?.tokenOf(of), callerOf(above), operation);
    if (hasStore) {
      of.entered += 1;
      token.request ??= operation.request;
      of.runs.push(token);
      if (of.runs.length > MOST_RUNS) of.runs.splice(0, MOST_RUNS / 2);
      listeners.entered?.(token, store);
    }
    return { token, frame: new Frame(former, token) };
  } catch {
    // The program has used up its stack, most likely, and shall find out by itself.
    return null;
  }
}

/**
 * @param {Token} token
 * @param {any} result of the function that has run
 */
function ended(token, result) {
  try {
    // A run that only starts something may end long before that does. One that answers a promise says when it is over.
    if (isPromise(result)) endWith(result, token);
  } catch {
    // As above.
  }
}

class AsyncLocalStorage extends Original {
  /** @param {any[]} args */
  constructor(...args) {
    super(...args);
    try {
      known(this, innermostOf(new.target));
    } catch {
      // The program has used up its stack, most likely, and shall find out by itself.
    }
  }

  /** @returns {any} */
  getStore() {
    if (isQuiet) return super.getStore();
    const store = super.getStore();
    try {
      listeners.looked?.(known(this, null), store, AsyncLocalStorage.prototype.getStore);
    } catch {
      // The program has used up its stack, most likely, and shall find out by itself.
    }
    return store;
  }

  /** @param {any} store */
  enterWith(store) {
    if (isQuiet) return super.enterWith(store);
    const entered = entering(this, 'enterWith', store, AsyncLocalStorage.prototype.enterWith);
    const result = quietly(() => super.enterWith(store));
    if (entered !== null) enterFrame(entered.frame);
    return result;
  }

  /**
   * @param {any} store
   * @param {any} fn
   * @param {any[]} args
   */
  run(store, fn, ...args) {
    if (isQuiet) return super.run(store, fn, ...args);
    const entered = entering(this, 'run', store, AsyncLocalStorage.prototype.run);
    if (entered === null) return super.run(store, fn, ...args);
    return within(entered, store, fn, args, (call) => super.run(store, call));
  }

  /**
   * @param {any} fn
   * @param {any[]} args
   */
  exit(fn, ...args) {
    if (isQuiet) return super.exit(fn, ...args);
    const entered = entering(this, 'exit', undefined, AsyncLocalStorage.prototype.exit);
    if (entered === null) return super.exit(fn, ...args);
    return within(entered, undefined, fn, args, (call) => super.exit(call));
  }

  disable() {
    if (isQuiet) return super.disable();
    try {
      known(this, null).disabledAt = callerOf(AsyncLocalStorage.prototype.disable);
    } catch {
      // As above.
    }
    return quietly(() => super.disable());
  }

  /** @param {any} store */
  withScope(store) {
    if (isQuiet) return super.withScope(store);
    const former = currentFrame();
    const entered = entering(this, 'withScope', store, AsyncLocalStorage.prototype.withScope);
    const scope = quietly(() => super.withScope(store));
    if (entered !== null) {
      enterFrame(entered.frame);
      leaveWith(scope, former);
    }
    return scope;
  }
}

/**
 * @param {{ token: Token, frame: Frame }} entered
 * @param {unknown} store
 * @param {any} fn
 * @param {any[]} args
 * @param {(call: () => any) => any} enter
 */
function within({ token, frame }, store, fn, args, enter) {
  const result = runInFrame(frame, () => quietly(() => enter(() => aloud(() => apply(fn, null, args)))));
  ended(token, result);
  return result;
}

/**
 * @param {any} scope what `withScope` gave
 * @param {Frame | undefined} former
 */
function leaveWith(scope, former) {
  const prototype = Object.getPrototypeOf(scope);
  let isDisposed = false;
  const leave = (/** @type {Function} */ original) =>
    function dispose() {
      const result = quietly(() => apply(original, scope, []));
      if (!isDisposed) enterFrame(former);
      isDisposed = true;
      return result;
    };
  for (const key of ['dispose', Symbol.dispose]) {
    if (typeof prototype[key] === 'function') {
      Object.defineProperty(scope, key, { value: leave(prototype[key]), configurable: true, writable: true });
    }
  }
}

module.exports = { AsyncLocalStorage, Storage, known, listeners };

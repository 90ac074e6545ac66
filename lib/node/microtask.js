'use strict';

/**
 * A microtask that no hook can see. Loaded with the package, however late promises are tracked: programs replace `then`, and hooks
 * would see the promise that it starts from.
 */

/** What `then` makes of {@link SilentPromise} instead of a promise, so that none is created. */
class NoPromise {
  /** @param {(resolve: () => void, reject: () => void) => void} executor */
  constructor(executor) {
    executor(
      () => {},
      () => {},
    );
  }
}

// A class of its own: to set the constructor or species of a plain promise would make V8
// give up its fast paths for all promises in the process.
class SilentPromise extends Promise {
  static get [Symbol.species]() {
    return /** @type {any} */ (NoPromise);
  }
}

const settledPromise = SilentPromise.resolve();

const { then } = Promise.prototype;
const { apply } = Reflect;

/** @param {() => void} callback */
function inInvisibleMicrotask(callback) {
  apply(then, settledPromise, [callback]);
}

module.exports = { inInvisibleMicrotask };

'use strict';

/** When the program loads a native addon into this thread. */

const Module = /** @type {any} */ (require('node:module'));
const process = require('node:process'); // The global is not in every vm context.

const { endsWith, getOwnPropertyDescriptor, keysOf } = require('../../engine/own');

const { apply, defineProperty } = Reflect;

/**
 * @typedef {object} Listener
 * @property {() => void} begin called before the first addon is loaded, or now if one is there
 * @property {() => void} end called where it did not load after all, so that there is none
 */

/**
 * @param {object} own exports of this package's own addon
 * @param {Listener} listener
 */
function watchAddons(own, listener) {
  if (hasAddon(own)) listener.begin();
  else watchLoading(listener);
}

/**
 * Whether an addon was loaded before. Node's loader keeps those that were required; a report of the process (`process.report`) would name
 * all, but asks the network for names, and knows nothing of threads.
 * @param {object} own
 */
function hasAddon(own) {
  try {
    const { _cache: cache } = Module;
    for (const file of keysOf(cache)) {
      if (endsWith(file, '.node') && cache[file].exports !== own) return true;
    }
  } catch {
    // The program has put something else there.
  }
  return false;
}

/**
 * Every way to load an addon leads to `process.dlopen`. Until the first one is loaded something else stands in its place, with the
 * properties, answers and errors of what was there, which may be somebody else's already.
 * @param {Listener} listener
 */
function watchLoading({ begin, end }) {
  const original = getOwnPropertyDescriptor(process, 'dlopen')?.value;
  if (typeof original !== 'function') return;
  let hasBegun = false;
  let hasLoaded = false;

  /**
   * @param {Function} dlopen
   * @param {unknown} self
   * @param {unknown[]} args
   */
  function load(dlopen, self, args) {
    hasBegun ||= succeeds(begin);
    try {
      const answer = apply(dlopen, self, args);
      if (hasBegun) finish();
      return answer;
    } catch (error) {
      if (hasBegun && !hasLoaded) hasBegun = !succeeds(end);
      throw error;
    }
  }

  /** There is nothing more to do, for those either who have kept the function. */
  function finish() {
    if (hasLoaded) return;
    hasLoaded = true;
    handler.apply = undefined;
    if (getOwnPropertyDescriptor(process, 'dlopen')?.value === value) put(original);
  }

  /** @type {any} */
  const handler = { __proto__: null, apply: load };
  const value = new Proxy(original, handler);
  put(value);
}

/**
 * In the place of `process.dlopen`, whose other attributes stay.
 * @param {Function} value
 */
function put(value) {
  // Without what programs give all objects.
  const change = /** @type {any} */ ({ __proto__: null, value });
  defineProperty(process, 'dlopen', change);
}

/**
 * Whatever goes wrong here must not keep the program from its addon: the end of the stack may be near.
 * @param {() => void} action
 */
function succeeds(action) {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

module.exports = { watchAddons };

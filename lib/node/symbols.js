'use strict';

/**
 * The symbols under which Node keeps ids on resources and callbacks on hooks.
 * They are found on probes by comparing values, so their names may change.
 */

const builtin = require('./builtin');

/**
 * @param {object} object
 * @param {unknown} value
 * @returns {symbol} a symbol of the package's own where Node keeps no such value
 */
function symbolOf(object, value) {
  const symbols = Object.getOwnPropertySymbols(object);
  const found = symbols.find((symbol) => /** @type {any} */ (object)[symbol] === value);
  return found ?? Symbol('async-hooks-rs');
}

const probe = new builtin.AsyncResource('PROBE', { requireManualDestroy: true });

/** Where Node keeps the async id of a resource or promise. */
const kAsyncId = symbolOf(probe, probe.asyncId());
/** Where Node keeps its trigger id. */
const kTriggerId = symbolOf(probe, probe.triggerAsyncId());

const callbacks = {
  init() {},
  before() {},
  after() {},
  destroy() {},
  promiseResolve() {},
};
const hook = builtin.createHook(callbacks);

/** Where Node's hooks keep their callbacks. */
const kCallbacks = {
  init: symbolOf(hook, callbacks.init),
  before: symbolOf(hook, callbacks.before),
  after: symbolOf(hook, callbacks.after),
  destroy: symbolOf(hook, callbacks.destroy),
  promiseResolve: symbolOf(hook, callbacks.promiseResolve),
};

/** Where a hook of Node keeps that it follows no promises; its own symbol where Node has no such hooks. */
const kIgnoresPromises = symbolOf(
  // Without what programs give all objects.
  builtin.createHook(/** @type {object} */ ({ __proto__: null, trackPromises: false })), true);

/** Whether the runtime can leave promises out of its feed (Node >= 24.12). */
const runtimeCanIgnorePromises = kIgnoresPromises in hook;

/** Whether Node's storages stand on hooks, and not on context frames. */
const storagesAreHooks = '_enable' in builtin.AsyncLocalStorage.prototype;

module.exports = {
  probe,
  kAsyncId,
  kTriggerId,
  kCallbacks,
  kIgnoresPromises,
  runtimeCanIgnorePromises,
  storagesAreHooks,
  symbolOf,
};

'use strict';

/** Where Node keeps what a hook was made of, found as the ids of resources are; and what it can do with hooks. */

const builtin = require('./builtin');
const { symbolOf } = require('./symbols');

const callbacks = {
  // Without what programs give all objects.
  __proto__: null,
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
const kIgnoresPromises = symbolOf(builtin.createHook(/** @type {object} */ ({ __proto__: null, trackPromises: false })), true);

/** Whether the runtime can leave promises out of its feed (Node >= 24.12). */
const runtimeCanIgnorePromises = kIgnoresPromises in hook;

/** Whether Node's storages stand on hooks, and not on context frames. To ask makes Node load them. */
const storagesAreHooks = () => '_enable' in builtin.AsyncLocalStorage.prototype;

module.exports = { kCallbacks, kIgnoresPromises, runtimeCanIgnorePromises, storagesAreHooks };

'use strict';

/** `createHook` and the hooks that it makes. */

const builtin = require('./builtin');
const { native, wants } = require('./thread');
const { kCallbacks, kIgnoresPromises, runtimeCanIgnorePromises } = require('./symbols');
const { invalidArgType, invalidArgValue } = require('./errors');
const { onSettle, updateTables } = require('./emit');
const { updateFeed } = require('./feed');
const { updatePromises } = require('./promises');

/** @typedef {import('..').HookCallbacks} HookCallbacks */

// Node's class checks the callbacks, and keeps them where its own hooks do.
const BuiltinAsyncHook = /** @type {new (callbacks: HookCallbacks) => object} */ (
  builtin.createHook({}).constructor);

/**
 * The hooks that are enabled or about to be, by the handle that Rust knows them by.
 * @type {Map<number, AsyncHook>}
 */
const hooks = new Map();

/** Whether a hook that follows promises was enabled since the last update. */
let enabledForPromises = false;

/** The set of enabled hooks changed. */
function update() {
  updateTables(hooks);
  updateFeed();
  updatePromises(enabledForPromises);
  enabledForPromises = false;
  const enabled = new Set(native.hooksWanting(0));
  for (const handle of hooks.keys()) {
    if (!enabled.has(handle)) hooks.delete(handle);
  }
}

onSettle(() => {
  native.settleHooks();
  update();
});

class AsyncHook extends BuiltinAsyncHook {
  #handle = 0;
  #wants = 0;

  /** @param {HookCallbacks} callbacks */
  constructor(callbacks) {
    super(callbacks);
    if (!runtimeCanIgnorePromises) checkTrackPromises(this, callbacks.trackPromises);
    this.#wants = wantsOf(this);
  }

  enable() {
    if (this.#handle === 0) this.#handle = native.newHook();
    if (!hooks.has(this.#handle)) {
      hooks.set(this.#handle, this);
      enabledForPromises ||= (this.#wants & wants.promises) !== 0;
    }
    if (native.enableHook(this.#handle, this.#wants)) update();
    return this;
  }

  disable() {
    if (native.disableHook(this.#handle)) update();
    return this;
  }
}

/**
 * What newer Nodes do with the option, for a Node that does not know it.
 * @param {any} hook
 * @param {unknown} trackPromises
 */
function checkTrackPromises(hook, trackPromises) {
  if (trackPromises !== undefined && typeof trackPromises !== 'boolean') {
    throw invalidArgType('trackPromises', 'of type boolean', trackPromises);
  }
  if (trackPromises === false && hook[kCallbacks.promiseResolve]) {
    throw invalidArgValue('trackPromises', trackPromises, 'must not be false when promiseResolve is enabled');
  }
  Object.defineProperty(hook, kIgnoresPromises, { value: trackPromises === false });
}

/**
 * @param {any} hook
 * @returns {number} bits
 */
function wantsOf(hook) {
  return (hook[kCallbacks.init] ? wants.init : 0) |
    (hook[kCallbacks.before] ? wants.before : 0) |
    (hook[kCallbacks.after] ? wants.after : 0) |
    (hook[kCallbacks.destroy] ? wants.destroy : 0) |
    (hook[kCallbacks.promiseResolve] ? wants.promiseResolve : 0) |
    (hook[kIgnoresPromises] ? 0 : wants.promises);
}

/**
 * @param {HookCallbacks} callbacks
 * @returns {AsyncHook}
 */
function createHook(callbacks) {
  return new AsyncHook(callbacks);
}

module.exports = { createHook };

'use strict';

/** `createHook` and the hooks that it makes. */

const builtin = require('./builtin');
const { native, wants } = require('./thread');
const { kCallbacks, kIgnoresPromises, runtimeCanIgnorePromises } = require('./symbols');
const { invalidArgType, invalidArgValue } = require('./errors');
const { addHook, onSettle, removeAllHooks, removeHook } = require('./emit');
const { endParts, updateFeed } = require('./feed');
const { scopes } = require('./headroom');
const { tracksPromises, followPromises, leavePromises, settlePromises } = require('./promises');

/** @typedef {import('..').HookCallbacks} HookCallbacks */

// Node's class checks the callbacks, and keeps them where its own hooks do.
const BuiltinAsyncHook = /** @type {new (callbacks: HookCallbacks) => object} */ (
  builtin.createHook({}).constructor);

/** @typedef {{ hook: AsyncHook, wanted: number }} Entry */

/**
 * The hooks that are enabled or about to be, by the handle that Rust knows them by.
 * @type {Map<number, Entry>}
 */
const hooks = new Map();

// What the native functions say of a change.
const NONE = 0;
const STAGED = 1;
const DONE = 2;

/**
 * Whether there was a callback after the last change that was not staged, and after the last one that was: Node keeps
 * two counts, and what it does with them shows in which promises are followed.
 * @type {{ now: boolean, staged: boolean | undefined }}
 */
const hadCallbacks = { now: false, staged: undefined };

/** Whether promises are not to be followed any more when what is staged takes effect. */
let leaves = false;

/** Whether a hook was enabled by a staged change, and one that follows promises. */
const staged = { enables: false, follows: false };

/**
 * The set of enabled hooks changed, and so did the lists of whom to call.
 * @param {{ enables: boolean, follows: boolean }} what
 * @param {boolean} [leavesPromises]
 */
function update({ enables, follows }, leavesPromises = false) {
  scopes.areCompiled = false;
  // Where the feed carries promises it stays as it is while hooks are disabled, as Node's promise hooks do.
  if (tracksPromises || enables || !anyCallbacks()) updateFeed(enables, follows, leavesPromises);
  else endParts();
}

onSettle(() => {
  native.settleHooks();
  const enabled = native.hookHandles();
  removeAllHooks();
  for (const handle of enabled) {
    const { hook, wanted } = /** @type {Entry} */ (hooks.get(handle));
    addHook(hook, wanted);
  }
  update(staged, leaves);
  settlePromises();
  hadCallbacks.staged = undefined;
  staged.enables = false;
  staged.follows = false;
  leaves = false;
  const staying = new Set(enabled);
  for (const handle of hooks.keys()) {
    if (!staying.has(handle)) hooks.delete(handle);
  }
});

/**
 * The handles of hooks that were enabled. No private field: a hook can be enabled behind a Proxy, and is another one then,
 * as with Node.
 * @type {WeakMap<object, number>}
 */
const handles = new WeakMap();

/** @param {AsyncHook} hook */
function handleOf(hook) {
  const known = handles.get(hook);
  if (known !== undefined) return known;
  const handle = native.newHook();
  handles.set(hook, handle);
  return handle;
}

class AsyncHook extends BuiltinAsyncHook {
  /** @param {HookCallbacks} callbacks */
  constructor(callbacks) {
    super(callbacks);
    if (!runtimeCanIgnorePromises) checkTrackPromises(this, callbacks.trackPromises);
  }

  enable() {
    const handle = handleOf(this);
    const wanted = wantsOf(this);
    const change = native.enableHook(handle, wanted);
    if (change === NONE) return this;
    hooks.set(handle, { hook: this, wanted });
    const follows = (wanted & wants.promises) !== 0;
    if (change === DONE) {
      addHook(this, wanted);
      update({ enables: true, follows });
    } else {
      staged.enables = true;
      staged.follows ||= follows;
    }
    noteCallbacks(change);
    // As Node: now, by the hooks that are enabled so far, and not again when a change takes effect.
    if (follows) {
      leaves = false;
      followPromises();
    }
    return this;
  }

  disable() {
    const handle = handleOf(this);
    const change = native.disableHook(handle);
    if (change === NONE) return this;
    if (change === DONE) {
      hooks.delete(handle);
      removeHook(this);
      update({ enables: false, follows: false });
    }
    if (noteCallbacks(change)) {
      leaves = change === STAGED;
      leavePromises();
    }
    return this;
  }
}

/**
 * Notes whether there is a callback.
 * @param {1 | 2} change
 * @returns {boolean} whether there was one, by the same count, and there is none any more
 */
function noteCallbacks(change) {
  const count = change === DONE ? 'now' : 'staged';
  const had = hadCallbacks[count];
  hadCallbacks[count] = anyCallbacks();
  return had === true && !hadCallbacks[count];
}

/** Whether a hook has a callback, with staged changes. */
function anyCallbacks() {
  return (native.nextWanted() & ~wants.promises) !== 0;
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

'use strict';

/** `createHook` and the hooks that it makes. */

const builtin = require('../node/builtin');
const { native, wants } = require('../engine/thread');
const { kCallbacks, kIgnoresPromises, runtimeCanIgnorePromises } = require('../node/symbols');
const { invalidArgType, invalidArgValue } = require('../node/errors');
const { addHook, onSettle, removeAllHooks, removeHook } = require('./emit');
const { changeAtNode, correctTriggers, ignorePromises } = require('./direct');
const { updateFeed } = require('./feed');
const { entered, onFirstEnter } = require('../engine/contexts');
const { scopes } = require('./headroom');
const { tracksPromises, followPromises, followsPromises, leavePromises, settlePromises } = require('./promises');

/** @typedef {import('../..').HookCallbacks} HookCallbacks */

// Node's class checks the callbacks, and keeps them where its own hooks do.
const BuiltinAsyncHook = /** @type {new (callbacks: HookCallbacks) => object} */ (
  builtin.createHook({}).constructor);

/** @typedef {{ hook: AsyncHook, wanted: number }} Entry */

/**
 * The hooks that are enabled or about to be, by the handle that Rust knows them by.
 * @type {Map<number, Entry>}
 */
const hooks = new Map();

// What the native functions say of a change; 1 is staged.
const NONE = 0;
const DONE = 2;

/**
 * Whether there was a callback after the last change that was not staged, and after the last one that was: Node keeps
 * two counts, and what it does with them shows in which promises are followed.
 * @type {{ now: boolean, staged: boolean | undefined }}
 */
const hadCallbacks = { now: false, staged: undefined };

/**
 * Changes for Node that are staged here.
 * @type {{ hook: AsyncHook, change: import('./direct').Change }[]}
 */
let staged = [];

/** Hears of scopes. */
const HEARS_SCOPES = wants.before | wants.after;

/** The set of enabled hooks changed, and so did the lists of whom to call. */
function update() {
  if (native.wanted() & HEARS_SCOPES) scopes.areCompiled = false;
  if (tracksPromises) updateFeed();
}

onSettle(() => {
  native.settleHooks();
  const enabled = native.hookHandles();
  removeAllHooks();
  for (const handle of enabled) {
    const { hook, wanted } = /** @type {Entry} */ (hooks.get(handle));
    addHook(hook, wanted);
  }
  update();
  settlePromises();
  hadCallbacks.staged = undefined;
  const changes = staged;
  staged = [];
  for (const { hook, change } of changes) changeAtNode(hook, change);
  const staying = new Set(enabled);
  for (const handle of hooks.keys()) {
    if (!staying.has(handle)) hooks.delete(handle);
  }
});

onFirstEnter(() => {
  if (tracksPromises) return;
  for (const { hook } of hooks.values()) correctTriggers(hook);
});

/**
 * Where Node calls the hooks itself, it is told of what changes.
 * @param {AsyncHook} hook
 * @param {import('./direct').Change} change
 * @param {1 | 2} when
 */
function tellNode(hook, change, when) {
  if (tracksPromises) return;
  if (when === DONE) changeAtNode(hook, change);
  else staged.push({ hook, change });
}

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
    if (isLeft) takeFromNode(wanted);
    const change = native.enableHook(handle, wanted);
    if (change === NONE) return this;
    hooks.set(handle, { hook: this, wanted });
    if (change === DONE) {
      addHook(this, wanted);
      update();
    }
    tellNode(this, 'enable', change);
    noteCallbacks(change);
    // As Node: now, by the hooks that are enabled so far, and not again when a change takes effect.
    if (wanted & wants.promises) followPromises();
    return this;
  }

  disable() {
    const handle = handleOf(this);
    const wanted = native.wanted();
    const change = native.disableHook(handle);
    if (change === NONE) return this;
    if (change === DONE) {
      hooks.delete(handle);
      removeHook(this);
      update();
    }
    tellNode(this, 'disable', change);
    const wereLast = noteCallbacks(change);
    if (change === DONE && canLeaveToNode()) leaveToNode(wanted);
    else if (wereLast) leavePromises();
    return this;
  }
}

/**
 * Whether no hook is left that follows promises. Inside of a continuation Node, which has not entered it, would take
 * whatever runs underneath for what triggers new promises.
 */
function canLeaveToNode() {
  return followsPromises() && native.enabledHooks() === 0 && entered() === 0;
}

/** Whether Node follows promises since the last hook was disabled. */
let isLeft = false;

/**
 * No hook is left. What is still followed of promises, to the next microtask or, after hooks without callbacks, for good, Node
 * follows itself from here on: so its core knows what triggers what it creates in a continuation.
 * @param {number} wanted what the last hooks wanted
 */
function leaveToNode(wanted) {
  followAtNode(wanted);
  isLeft = true;
  leavePromises();
}

/**
 * A hook is enabled again. Before that microtask, what Node follows is what the new hook wants.
 * @param {number} wanted
 */
function takeFromNode(wanted) {
  if (wanted & wants.promises && followsPromises() && native.enabledHooks() === 0) followAtNode(wanted);
  isLeft = false;
}

/**
 * Makes Node follow of promises what it does after a hook with such callbacks was enabled and disabled.
 * @param {number} wanted
 */
function followAtNode(wanted) {
  /** @type {Record<string, any>} */
  const callbacks = { __proto__: null };
  for (const [name, bit] of Object.entries(wants)) {
    if (name !== 'promises' && wanted & bit) callbacks[name] = () => {};
  }
  builtin.createHook(callbacks).enable().disable();
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
  if (trackPromises === false) ignorePromises(hook);
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

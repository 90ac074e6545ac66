'use strict';

/** `createHook` and the hooks that it makes. */

const builtin = require('../node/builtin');
const { native, layout, fields, wants, todo } = require('../engine/thread');
const { kCallbacks, kIgnoresPromises, runtimeCanIgnorePromises } = require('../node/hook-symbols');
const { invalidArgType, invalidArgValue } = require('../node/errors');
const { isAhead, withoutAhead, withoutInit } = require('./ahead');
const { addHook, onSettle, removeAllHooks, removeHook } = require('./emit');
const { changeAtNode, correctTriggers, ignorePromises } = require('./direct');
const { updateFeed, withoutOwnInit } = require('./feed');
const { onFirstEnter } = require('../engine/contexts');
const { scopes } = require('./headroom');
const { tracksPromises, followPromises, leavePromises } = require('./promises');
const { onNameless } = require('./resource');

const { wanted: WANTED } = layout;

/** @typedef {import('../..').HookCallbacks} HookCallbacks */

// Node's class checks the callbacks, and keeps them where its own hooks do.
const BuiltinAsyncHook = /** @type {new (callbacks: HookCallbacks) => object} */ (
  builtin.createHook(/** @type {object} */ ({ __proto__: null })).constructor
);

/** @typedef {{ hook: AsyncHook, wanted: number }} Entry */

/**
 * The hooks that are enabled or about to be, by the handle that Rust knows them by.
 * @type {Map<number, Entry>}
 */
const hooks = new Map();

/**
 * Changes for Node that are staged here.
 * @type {{ hook: AsyncHook, change: import('./direct').Change }[]}
 */
let staged = [];

/** Hears of scopes. */
const HEARS_SCOPES = wants.before | wants.after;

/** The set of enabled hooks changed, and so did the lists of whom to call. */
function update() {
  if (fields[WANTED] & HEARS_SCOPES) scopes.areCompiled = false;
  if (tracksPromises) updateFeed();
}

onSettle(() => {
  const [due, ...enabled] = native.settleHooks();
  removeAllHooks();
  for (const handle of enabled) {
    const { hook, wanted } = /** @type {Entry} */ (hooks.get(handle));
    addHook(hook, wanted);
  }
  update();
  if (due & todo.follow) followPromises();
  const changes = staged;
  staged = [];
  for (const { hook, change } of changes) changeNow(hook, change);
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
 * @param {number} due
 */
function tellNode(hook, change, due) {
  if (tracksPromises) return;
  if (due & todo.now) changeNow(hook, change);
  else staged.push({ hook, change });
}

/**
 * @param {AsyncHook} hook
 * @param {import('./direct').Change} change
 */
function changeNow(hook, change) {
  if (change === 'enable') {
    withoutInit(() => changeAtNode(hook, change));
    return;
  }
  changeAtNode(hook, change);
  // Where that was the last callback of the program, Node stops following promises, unless it finds other hooks.
  if (fields[WANTED] === 0 && wantsOf(hook) !== 0) withoutAhead(() => {});
}

/** Brings the hooks behind the one that stands ahead, where that was enabled after them: Node calls its hooks in that order. */
function goBehind() {
  scopes.areCompiled = false;
  if (tracksPromises) {
    updateFeed();
  } else if (staged.length === 0) {
    for (const { hook } of hooks.values()) {
      changeAtNode(hook, 'disable');
      changeNow(hook, 'enable');
    }
  }
}

onNameless((make) => (fields[WANTED] & wants.init ? make() : withoutInit(() => withoutOwnInit(make))));

/**
 * The handles of hooks that were enabled. No private field: a hook can be enabled behind a Proxy, and is another one then,
 * as with Node.
 * @type {WeakMap<object, number>}
 */
const handles = new WeakMap();
let lastHandle = 0;

/** @param {AsyncHook} hook */
function handleOf(hook) {
  const known = handles.get(hook);
  if (known !== undefined) return known;
  lastHandle += 1;
  handles.set(hook, lastHandle);
  return lastHandle;
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
    const due = native.enableHook(handle, wanted);
    if (due & todo.changed) hooks.set(handle, { hook: this, wanted });
    if (due & todo.now) addHook(this, wanted);
    if (due & todo.followFirst) followPromises();
    if (due & todo.atNode) followAtNode(wanted);
    if (due & todo.now) update();
    if (due & todo.changed) tellNode(this, 'enable', due);
    if (due & todo.follow) followPromises();
    return this;
  }

  disable() {
    const handle = handleOf(this);
    const wanted = fields[WANTED];
    const due = native.disableHook(handle);
    if (due & todo.now) {
      hooks.delete(handle);
      removeHook(this);
      update();
    }
    if (due & todo.changed) tellNode(this, 'disable', due);
    // So its core knows what triggers what it creates in a continuation.
    if (due & todo.atNode) followAtNode(wanted);
    if (due & todo.leave) leavePromises();
    return this;
  }
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
  const follow = () => builtin.createHook(callbacks).enable().disable();
  if (!isAhead()) {
    follow();
  } else {
    withoutAhead(follow);
    goBehind();
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
  if (trackPromises === false) ignorePromises(hook);
}

/**
 * @param {any} hook
 * @returns {number} bits
 */
function wantsOf(hook) {
  return (
    (hook[kCallbacks.init] ? wants.init : 0) |
    (hook[kCallbacks.before] ? wants.before : 0) |
    (hook[kCallbacks.after] ? wants.after : 0) |
    (hook[kCallbacks.destroy] ? wants.destroy : 0) |
    (hook[kCallbacks.promiseResolve] ? wants.promiseResolve : 0) |
    (tracksPromises && !hook[kIgnoresPromises] ? wants.promises : 0)
  );
}

/**
 * @param {HookCallbacks} callbacks
 * @returns {AsyncHook}
 */
function createHook(callbacks) {
  return new AsyncHook(callbacks);
}

module.exports = { createHook, goBehind };

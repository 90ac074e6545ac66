'use strict';

/**
 * Calls the users' callbacks: for each event, those of every enabled hook that
 * wants it, in the order in which the hooks were enabled, as methods of the hook.
 *
 * The lists never change while an event is being emitted, nested ones included.
 */

const { native, layout, fields, wants } = require('./thread');
const { kCallbacks } = require('./symbols');

const { emitDepth: EMIT_DEPTH, hooksStaged: HOOKS_STAGED } = layout;
const {
  init: kInit,
  before: kBefore,
  after: kAfter,
  destroy: kDestroy,
  promiseResolve: kPromiseResolve,
} = kCallbacks;

/** @typedef {any[]} Hooks hooks that have the callback in question */

/** @type {Hooks} */
let allHooks = [];

// The hooks to call for each event.
/** @type {Hooks} */
let initHooks = [];
/** @type {Hooks} */
let beforeHooks = [];
/** @type {Hooks} */
let afterHooks = [];
/** @type {Hooks} */
let destroyHooks = [];

/**
 * The hooks to call for each event of a promise. As in Node, its `destroy` is for all.
 * @type {Record<'init' | 'before' | 'after' | 'promiseResolve', Hooks>}
 */
const promiseHooks = { init: [], before: [], after: [], promiseResolve: [] };

/** @type {() => void} */
let settle = () => {};

/**
 * Takes over the hooks that are enabled now.
 * @param {Map<number, object>} hooks by the handle that Rust knows them by
 */
function updateTables(hooks) {
  const wanting = (/** @type {number} */ bits) =>
    native.hooksWanting(bits).map((handle) => hooks.get(handle));
  allHooks = wanting(0);
  initHooks = wanting(wants.init);
  beforeHooks = wanting(wants.before);
  afterHooks = wanting(wants.after);
  destroyHooks = wanting(wants.destroy);
  promiseHooks.init = wanting(wants.init | wants.promises);
  promiseHooks.before = wanting(wants.before | wants.promises);
  promiseHooks.after = wanting(wants.after | wants.promises);
  promiseHooks.promiseResolve = wanting(wants.promiseResolve);
}

/**
 * Sets what makes staged changes of the hooks take effect.
 * @param {() => void} callback
 */
function onSettle(callback) {
  settle = callback;
}

/** Staged changes of the hooks take effect when the outermost emission is over. */
function settleAtTheEnd() {
  if (fields[EMIT_DEPTH] === 0) settle();
}

// The emitters. Each has a body of its own though they look alike: in a shared one
// every call would be megamorphic, and none inlined.

/**
 * @param {number} asyncId
 * @param {string} type
 * @param {number} triggerAsyncId
 * @param {object} resource
 */
function emitInit(asyncId, type, triggerAsyncId, resource) {
  const hooks = initHooks;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) {
      hooks[i][kInit](asyncId, type, triggerAsyncId, resource);
    }
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/** @param {number} asyncId */
function emitBefore(asyncId) {
  const hooks = beforeHooks;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kBefore](asyncId);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/** @param {number} asyncId */
function emitAfter(asyncId) {
  const hooks = afterHooks;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kAfter](asyncId);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/** @param {number} asyncId */
function emitDestroy(asyncId) {
  const hooks = destroyHooks;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kDestroy](asyncId);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/** @param {number} asyncId */
function emitPromiseResolve(asyncId) {
  const hooks = promiseHooks.promiseResolve;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kPromiseResolve](asyncId);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/**
 * Emits any event to the given hooks: the general form, for what is rare.
 * @param {Hooks} hooks
 * @param {symbol} kCallback
 * @param {any[]} args
 */
function emitTo(hooks, kCallback, ...args) {
  fields[EMIT_DEPTH] += 1;
  try {
    for (const hook of hooks) hook[kCallback](...args);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/** The enabled hook where there is exactly one. */
function onlyHook() {
  return allHooks.length === 1 ? allHooks[0] : null;
}

/** Whether a `destroy` would reach anybody. */
function destroyIsWanted() {
  return destroyHooks.length > 0;
}

module.exports = {
  promiseHooks,
  updateTables,
  onSettle,
  settleAtTheEnd,
  onlyHook,
  destroyIsWanted,
  emitInit,
  emitBefore,
  emitAfter,
  emitDestroy,
  emitPromiseResolve,
  emitTo,
};

'use strict';

/**
 * Calls the users' callbacks: for each event, those of every enabled hook that
 * wants it, in the order in which the hooks were enabled, as methods of the hook.
 *
 * The lists never change while an event is being emitted, nested ones included.
 */

const { layout, fields, wants } = require('../engine/thread');
const { kCallbacks } = require('../node/hook-symbols');

const { emitDepth: EMIT_DEPTH, hooksStaged: HOOKS_STAGED } = layout;
const { init: kInit, before: kBefore, after: kAfter, destroy: kDestroy } = kCallbacks;

/** @typedef {any[]} Hooks hooks that have the callback in question */

// The hooks to call for each event, and all of them.
/** @type {Hooks} */
const allHooks = [];
/** @type {Hooks} */
const initHooks = [];
/** @type {Hooks} */
const beforeHooks = [];
/** @type {Hooks} */
const afterHooks = [];
/** @type {Hooks} */
const destroyHooks = [];

/**
 * The hooks to call for each event of a promise. As in Node, its `destroy` is for all.
 * @type {Record<'init' | 'before' | 'after' | 'promiseResolve', Hooks>}
 */
const promiseHooks = { init: [], before: [], after: [], promiseResolve: [] };

/**
 * The lists, each with what a hook on it must want.
 * @type {[number, Hooks][]}
 */
const lists = [
  [0, allHooks],
  [wants.init, initHooks],
  [wants.before, beforeHooks],
  [wants.after, afterHooks],
  [wants.destroy, destroyHooks],
  [wants.init | wants.promises, promiseHooks.init],
  [wants.before | wants.promises, promiseHooks.before],
  [wants.after | wants.promises, promiseHooks.after],
  [wants.promiseResolve, promiseHooks.promiseResolve],
];

/** @type {() => void} */
let settle = () => {};

/**
 * A hook is enabled now, as the last one.
 * @param {object} hook
 * @param {number} wanted bits
 */
function addHook(hook, wanted) {
  for (const [bits, list] of lists) {
    if ((wanted & bits) === bits) list.push(hook);
  }
}

/**
 * A hook is not enabled any more.
 * @param {object} hook
 */
function removeHook(hook) {
  for (const [, list] of lists) {
    const index = list.indexOf(hook);
    if (index >= 0) list.splice(index, 1);
  }
}

function removeAllHooks() {
  for (const [, list] of lists) list.length = 0;
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
  addHook,
  removeHook,
  removeAllHooks,
  onSettle,
  settleAtTheEnd,
  onlyHook,
  destroyIsWanted,
  emitInit,
  emitBefore,
  emitAfter,
  emitDestroy,
};

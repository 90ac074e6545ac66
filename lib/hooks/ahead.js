'use strict';

/**
 * Two hooks of the package's own, which are Node's and ignore promises (`storage/native/keeper.js`). One has a `before`, and stands
 * ahead of all hooks that programs enable: they are called when it has done its part. The other has an `init`. No program is to tell
 * that they are there, so they step aside where Node looks at whether there are hooks, and with which callbacks.
 */

/** @typedef {import('node:async_hooks').AsyncHook} AsyncHook */

/**
 * The one with the `before`, and the one with the `init`.
 * @type {AsyncHook[]}
 */
let ahead = [];

/**
 * @param {AsyncHook} before
 * @param {AsyncHook} init
 */
function enableAhead(before, init) {
  ahead = [before, init];
  for (const hook of ahead) hook.enable();
}

function disableAhead() {
  for (const hook of ahead) hook.disable();
  ahead = [];
}

function isAhead() {
  return ahead.length > 0;
}

/**
 * Runs a function as if the `init` were not there: Node refuses resources without a type while there is one, and makes what it follows of
 * promises depend on it. The order of the hooks stays.
 * @template T
 * @param {() => T} fn
 * @returns {T}
 */
function withoutInit(fn) {
  return without(ahead.slice(1), fn);
}

/**
 * Runs a function as if neither were there: Node stops following promises when the last hook is disabled. Afterwards they are behind those
 * that are enabled.
 * @template T
 * @param {() => T} fn
 * @returns {T}
 */
function withoutAhead(fn) {
  return without(ahead, fn);
}

/**
 * @template T
 * @param {AsyncHook[]} hooks
 * @param {() => T} fn
 * @returns {T}
 */
function without(hooks, fn) {
  try {
    for (const hook of hooks) hook.disable();
    return fn();
  } finally {
    for (const hook of hooks) hook.enable();
  }
}

module.exports = { enableAhead, disableAhead, isAhead, withoutAhead, withoutInit };

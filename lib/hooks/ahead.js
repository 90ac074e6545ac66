'use strict';

/**
 * Two hooks of the package's own, which are Node's and ignore promises (`storage/native/keeper.js`). One has a `before`, and stands
 * ahead of all hooks that programs enable: they are called when it has done its part. The other has an `init`. No program is to tell
 * that they are there, so they step aside where Node looks at whether there are hooks, and with which callbacks.
 */

/** @typedef {import('node:async_hooks').AsyncHook} AsyncHook */

/** @type {AsyncHook[]} the one with the `before`, if it is enabled */
let entering = [];
/** @type {AsyncHook[]} the one with the `init`, likewise */
let keeping = [];

/** @param {AsyncHook} hook with a `before`; whoever enables it brings the others behind it */
function enableBefore(hook) {
  entering = [hook];
  hook.enable();
}

/** @param {AsyncHook} hook with an `init` */
function enableInit(hook) {
  keeping = [hook];
  hook.enable();
}

function disableAhead() {
  for (const hook of [...entering, ...keeping]) hook.disable();
  entering = [];
  keeping = [];
}

function isAhead() {
  return keeping.length > 0;
}

/**
 * Runs a function as if the `init` were not there: Node refuses resources without a type while there is one, and makes what it follows of
 * promises depend on it. The order of the hooks stays.
 * @template T
 * @param {() => T} fn
 * @returns {T}
 */
function withoutInit(fn) {
  return without(keeping, fn);
}

/**
 * Runs a function as if neither were there: Node stops following promises when the last hook is disabled. Afterwards they are behind those
 * that are enabled.
 * @template T
 * @param {() => T} fn
 * @returns {T}
 */
function withoutAhead(fn) {
  return without([...entering, ...keeping], fn);
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

module.exports = { enableBefore, enableInit, disableAhead, isAhead, withoutAhead, withoutInit };

'use strict';

/**
 * Hooks that Node calls itself: where promises are not tracked here, each hook is enabled as the hook of `node:async_hooks` that it
 * is. So whom Node calls, in which order, what it follows of promises, and what a change means that is made in a callback, is
 * its own answer, at its own price. What it does not know is added to the callbacks that it finds on the hook.
 */

const { isPromise } = require('node:util').types;

const builtin = require('../node/builtin');
const { currentTriggerFor, history } = require('../engine/contexts');
const { kCallbacks } = require('../node/hook-symbols');
const {
  layout: { firstId: FIRST_OWN_ID },
} = require('../engine/thread');

const { apply, set } = Reflect;
const { init: kInit, before: kBefore, after: kAfter } = kCallbacks;

/** @typedef {import('node:async_hooks').AsyncHook} AsyncHook */
/** @typedef {'enable' | 'disable'} Change */

/** Node's own methods. */
const { enable, disable } = Object.getPrototypeOf(builtin.createHook(/** @type {object} */ ({ __proto__: null })));

/** The hooks whose `init` corrects the trigger. */
const corrected = new WeakSet();

/**
 * @param {any} hook
 * @param {Change} change
 */
function changeAtNode(hook, change) {
  if (change === 'disable') {
    apply(disable, hook, []);
    return;
  }
  if (history.hasEntered) correctTriggers(hook);
  apply(enable, hook, []);
}

/**
 * Node does not know the contexts of the low-level API: what it creates inside of one is triggered by the context, and not by
 * what runs underneath, as Node says.
 * @param {any} hook
 */
function correctTriggers(hook) {
  const init = hook[kInit];
  if (init === undefined || corrected.has(hook)) return;
  corrected.add(hook);
  replace(hook, kInit, function (asyncId, type, triggerAsyncId, resource) {
    const trigger = isOwn(asyncId) ? triggerAsyncId : currentTriggerFor(triggerAsyncId, type, resource);
    apply(init, this, [asyncId, type, trigger, resource]);
  });
}

/**
 * For a Node whose hooks cannot ignore promises. It says only of `init` what it is about; in `before` and `after` the current
 * resource tells. As with newer Nodes, the `destroy` of a promise reaches every hook.
 * @param {any} hook
 */
function ignorePromises(hook) {
  const { [kInit]: init, [kBefore]: before, [kAfter]: after } = hook;
  replace(
    hook,
    kInit,
    init &&
      function (asyncId, type, triggerAsyncId, resource) {
        if (type !== 'PROMISE' || !isPromise(resource)) apply(init, this, [asyncId, type, triggerAsyncId, resource]);
      },
  );
  replace(
    hook,
    kBefore,
    before &&
      function (asyncId) {
        if (isOwn(asyncId) || !inPromise()) apply(before, this, [asyncId]);
      },
  );
  replace(
    hook,
    kAfter,
    after &&
      function (asyncId) {
        // A promise's continuation that was not entered, for nobody followed promises then, is not the current one.
        if (isOwn(asyncId) || (asyncId === builtin.executionAsyncId() && !inPromise())) apply(after, this, [asyncId]);
      },
  );
}

/**
 * @param {object} hook that may be frozen
 * @param {symbol} key
 * @param {((this: unknown, ...args: any[]) => void) | undefined} callback
 */
function replace(hook, key, callback) {
  if (callback) set(hook, key, callback);
}

/**
 * Whether an event is one of the low-level API, which calls the same callbacks.
 * @param {number} asyncId
 */
function isOwn(asyncId) {
  return asyncId > FIRST_OWN_ID;
}

function inPromise() {
  return isPromise(builtin.executionAsyncResource());
}

module.exports = { changeAtNode, correctTriggers, ignorePromises };

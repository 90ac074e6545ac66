'use strict';

/**
 * The runtime feed: the one hook of Node's own `async_hooks` that this package has
 * enabled, and only while it has hooks of its own, with only the callbacks that
 * those want.
 */

const { isPromise } = require('node:util').types;

const builtin = require('./builtin');
const { native, wants } = require('./thread');
const { currentTriggerFor } = require('./contexts');
const { runtimeCanIgnorePromises } = require('./symbols');
const emit = require('./emit');

const { tables } = emit;

/**
 * Callbacks where every hook wants whatever the runtime feeds: one list for all.
 * @type {import('node:async_hooks').HookCallbacks}
 */
const uniform = {
  init(asyncId, type, triggerAsyncId, resource) {
    emit.emitInit(tables.init, asyncId, type, currentTriggerFor(triggerAsyncId, resource), resource);
  },
  before(asyncId) {
    emit.emitBefore(tables.before, asyncId);
  },
  after(asyncId) {
    emit.emitAfter(tables.after, asyncId);
  },
  destroy(asyncId) {
    emit.emitDestroy(tables.destroy, asyncId);
  },
  promiseResolve(asyncId) {
    emit.emitPromiseResolve(tables.promiseResolve, asyncId);
  },
};

/**
 * Callbacks where some hooks follow promises and others do not. The runtime says
 * only of `init` what it is about; in `before` and `after` the current resource tells.
 * As in Node, the `destroy` of a promise reaches every hook.
 * @type {import('node:async_hooks').HookCallbacks}
 */
const mixed = {
  init(asyncId, type, triggerAsyncId, resource) {
    const hooks = type === 'PROMISE' && isPromise(resource) ? tables.promiseInit : tables.init;
    emit.emitInit(hooks, asyncId, type, currentTriggerFor(triggerAsyncId, resource), resource);
  },
  before(asyncId) {
    emit.emitBefore(inPromise() ? tables.promiseBefore : tables.before, asyncId);
  },
  after(asyncId) {
    emit.emitAfter(inPromise() ? tables.promiseAfter : tables.after, asyncId);
  },
  destroy: uniform.destroy,
  promiseResolve: uniform.promiseResolve,
};

function inPromise() {
  return isPromise(builtin.executionAsyncResource());
}

/** @type {import('node:async_hooks').AsyncHook | null} */
let feed = null;

/**
 * Brings the feed in line with the hooks that are enabled now.
 *
 * The new feed is enabled before the old one is disabled, so no event falls between
 * them; and it is made anew even where it wants the same, because enabling a hook is
 * what makes Node look again at what it tracks of promises.
 */
function updateFeed() {
  const former = feed;
  feed = null;
  if (native.enabledHooks() > 0) {
    feed = builtin.createHook(callbacksFor(native.wanted()));
    feed.enable();
  }
  former?.disable();
}

/**
 * @param {number} wanted
 * @returns {import('node:async_hooks').HookCallbacks}
 */
function callbacksFor(wanted) {
  const followsPromises = (wanted & wants.promises) !== 0;
  const hasPromises = followsPromises || !runtimeCanIgnorePromises;
  const everyHookFollows = native.hooksWanting(wants.promises).length === native.enabledHooks();
  const source = hasPromises && !everyHookFollows ? mixed : uniform;
  const callbacks = /** @type {any} */ ({
    init: wanted & wants.init ? source.init : undefined,
    before: wanted & wants.before ? source.before : undefined,
    after: wanted & wants.after ? source.after : undefined,
    destroy: wanted & wants.destroy ? source.destroy : undefined,
    promiseResolve: wanted & wants.promiseResolve ? source.promiseResolve : undefined,
  });
  if (runtimeCanIgnorePromises && !followsPromises) callbacks.trackPromises = false;
  return callbacks;
}

module.exports = { updateFeed };

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
const emit = require('./emit');
const { callbacksForOnly } = require('./only');
const { tracksPromises, isReportedHere } = require('./promises');
const { kCallbacks, kIgnoresPromises, runtimeCanIgnorePromises } = require('./symbols');

const { emitInit, emitDestroy, emitTo, promiseHooks } = emit;

/**
 * Callbacks where every hook wants whatever the runtime feeds.
 * @type {import('node:async_hooks').HookCallbacks}
 */
const uniform = {
  init(asyncId, type, triggerAsyncId, resource) {
    emitInit(asyncId, type, currentTriggerFor(triggerAsyncId, type, resource), resource);
  },
  before: emit.emitBefore,
  after: emit.emitAfter,
  destroy: !tracksPromises ? emitDestroy : (asyncId) => {
    if (!isReportedHere(asyncId)) emitDestroy(asyncId);
  },
  promiseResolve: emit.emitPromiseResolve,
};

/**
 * Callbacks where some hooks follow promises and others do not, but the runtime
 * feeds them to all. It says only of `init` what it is about; in `before` and `after` the
 * current resource tells. As in Node, the `destroy` of a promise reaches every hook.
 * @type {import('node:async_hooks').HookCallbacks}
 */
const mixed = {
  init(asyncId, type, triggerAsyncId, resource) {
    const trigger = currentTriggerFor(triggerAsyncId, type, resource);
    const isPromises = type === 'PROMISE' && isPromise(resource);
    if (isPromises) emitTo(promiseHooks.init, kCallbacks.init, asyncId, type, trigger, resource);
    else emitInit(asyncId, type, trigger, resource);
  },
  before(asyncId) {
    if (inPromise()) emitTo(promiseHooks.before, kCallbacks.before, asyncId);
    else emit.emitBefore(asyncId);
  },
  after(asyncId) {
    // A promise's continuation that was not entered, for nobody followed promises then, is not the current one.
    if (asyncId !== builtin.executionAsyncId() || inPromise()) emitTo(promiseHooks.after, kCallbacks.after, asyncId);
    else emit.emitAfter(asyncId);
  },
  destroy: uniform.destroy,
  promiseResolve: uniform.promiseResolve,
};

/**
 * For hooks without an `init`: what is created in the continuation of a promise still has its trigger.
 * @type {NonNullable<import('node:async_hooks').HookCallbacks['init']>}
 */
function currentTriggerInit(_asyncId, type, triggerAsyncId, resource) {
  currentTriggerFor(triggerAsyncId, type, resource);
}

function inPromise() {
  return isPromise(builtin.executionAsyncResource());
}

/** @type {import('node:async_hooks').AsyncHook | null} */
let feed = null;

/** What Node looks at, besides whom to call: whether to queue ids that end, and to follow how promises are resolved. */
const PARTS = /** @type {const} */ (['destroy', 'promiseResolve']);

/**
 * The parts of the feed that stand by themselves, so that one can end alone; see {@link endParts}.
 * @type {Map<typeof PARTS[number], import('node:async_hooks').AsyncHook>}
 */
const parts = new Map();

/**
 * Brings the feed in line with the hooks that are enabled now. It is made anew even where it wants the same, because
 * enabling a hook is what makes Node look again at what it tracks of promises.
 * @param {boolean} isEnabled whether one was enabled
 * @param {boolean} follows whether one was that follows promises: for no other one does Node look again
 * @param {boolean} leavesPromises whether Node is to end tracking them, which it does not where the first change inside of
 *   a callback is that the last hook is disabled
 */
function updateFeed(isEnabled, follows, leavesPromises) {
  const former = [feed, ...parts.values()];
  feed = null;
  parts.clear();
  const wanted = native.wanted();
  const hasCallbacks = tracksPromises || (wanted & ~wants.promises) !== 0;
  // Without callbacks, a hook of a Node that cannot ignore promises does nothing but make it look at them.
  const isNeeded = native.enabledHooks() > 0 && (isEnabled || hasCallbacks || runtimeCanIgnorePromises);
  const looksAtPromises = follows && !tracksPromises;
  if (isNeeded && hasCallbacks && !looksAtPromises) {
    // First, for without any callback Node would leave promises, also those that others follow.
    enableFeed(wanted, false);
    disableAll(former);
  } else {
    // First, so that what Node looks at is what is wanted now.
    if (leavesPromises && !tracksPromises) builtin.createHook({}).enable().disable();
    disableAll(former);
    if (isNeeded) enableFeed(wanted, looksAtPromises);
  }
}

/** @param {(import('node:async_hooks').AsyncHook | null)[]} hooks */
function disableAll(hooks) {
  for (const hook of hooks) hook?.disable();
}

/**
 * @param {number} wanted
 * @param {boolean} looksAtPromises
 */
function enableFeed(wanted, looksAtPromises) {
  const callbacks = callbacksFor(wanted);
  if (!tracksPromises) splitParts(callbacks, looksAtPromises);
  feed = enabled(callbacks, looksAtPromises);
}

/**
 * @param {import('node:async_hooks').HookCallbacks} callbacks
 * @param {boolean} looksAtPromises whether Node is to look at what it tracks of promises
 * @returns {import('node:async_hooks').AsyncHook}
 */
function enabled(callbacks, looksAtPromises) {
  const hook = /** @type {any} */ (builtin.createHook(callbacks));
  const ignoresPromises = hook[kIgnoresPromises];
  // Node asks the hook when it is enabled, and again for each event.
  if (!looksAtPromises) hook[kIgnoresPromises] = true;
  hook.enable();
  hook[kIgnoresPromises] = ignoresPromises;
  return hook;
}

/**
 * Takes out of the callbacks what not every hook wants that has any, into hooks of its own.
 * @param {any} callbacks
 * @param {boolean} looksAtPromises
 */
function splitParts(callbacks, looksAtPromises) {
  for (const kind of PARTS) {
    if (callbacks[kind] === undefined || emit.everyListenerHas(kCallbacks[kind])) continue;
    // Without what programs give all objects.
    const part = /** @type {any} */ ({ __proto__: null, [kind]: callbacks[kind], trackPromises: callbacks.trackPromises });
    parts.set(kind, enabled(part, looksAtPromises));
    callbacks[kind] = undefined;
  }
}

/**
 * Where the feed carries promises it is not made anew when a hook is disabled, as Node looks at promises again only when one is
 * enabled. Only those parts end that nobody wants any more: of what ends from now on Node would tell a hook that is enabled
 * before its next turn.
 */
function endParts() {
  for (const [kind, part] of parts) {
    if ((native.wanted() & wants[kind]) !== 0) continue;
    part.disable();
    parts.delete(kind);
  }
}

/**
 * @param {number} wanted
 * @returns {import('node:async_hooks').HookCallbacks}
 */
function callbacksFor(wanted) {
  const followsPromises = (wanted & wants.promises) !== 0 && !tracksPromises;
  const hasPromises = followsPromises || !runtimeCanIgnorePromises;
  const everyHookFollows = native.allHooksWant(wants.promises);
  const source = sourceFor(hasPromises && !everyHookFollows);
  const entersPromises = tracksPromises && (wanted & wants.promises) !== 0;
  const callbacks = /** @type {any} */ ({
    init: wanted & wants.init ? source.init : entersPromises ? currentTriggerInit : undefined,
    before: wanted & wants.before ? source.before : undefined,
    after: wanted & wants.after ? source.after : undefined,
    destroy: wanted & wants.destroy ? source.destroy : undefined,
    promiseResolve: wanted & wants.promiseResolve && followsPromises ? source.promiseResolve : undefined,
  });
  if (runtimeCanIgnorePromises && !followsPromises) callbacks.trackPromises = false;
  return callbacks;
}

/** @param {boolean} isMixed */
function sourceFor(isMixed) {
  if (isMixed) return mixed;
  const hook = emit.onlyHook();
  return hook === null ? uniform : callbacksForOnly(hook);
}

module.exports = { updateFeed, endParts };

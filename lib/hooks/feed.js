'use strict';

/**
 * The runtime feed: the one hook of Node's own `async_hooks` that this package has enabled where it tracks promises
 * itself, and only while it has hooks of its own, with only the callbacks that those want.
 */

const builtin = require('../node/builtin');
const { layout, fields, wants } = require('../engine/thread');
const { currentTriggerFor } = require('../engine/contexts');
const emit = require('./emit');
const { callbacksForOnly } = require('./only');
const { isReportedHere } = require('./promises');
const { queue, isFilling } = require('./queue');

const { enabledHooks: ENABLED_HOOKS, wanted: WANTED } = layout;

/** @typedef {import('node:async_hooks').HookCallbacks} HookCallbacks */

/**
 * Callbacks for any number of hooks.
 * @type {HookCallbacks}
 */
const callbacksForAll = {
  init(asyncId, type, triggerAsyncId, resource) {
    queue.mayHold = true;
    emit.emitInit(asyncId, type, currentTriggerFor(triggerAsyncId, type, resource), resource);
  },
  before: emit.emitBefore,
  after: emit.emitAfter,
  destroy(asyncId) {
    if (!isReportedHere(asyncId) && !isFilling(asyncId)) emit.emitDestroy(asyncId);
  },
};

/**
 * For hooks without an `init`: what is created in the continuation of a promise still has its trigger.
 * @type {NonNullable<HookCallbacks['init']>}
 */
function currentTriggerInit(_asyncId, type, triggerAsyncId, resource) {
  queue.mayHold = true;
  currentTriggerFor(triggerAsyncId, type, resource);
}

/** @type {import('node:async_hooks').AsyncHook | null} */
let feed = null;

/**
 * Brings the feed in line with the hooks that are enabled now. The new feed is enabled before the old one is disabled, so no
 * event falls between them.
 */
function updateFeed() {
  const former = feed;
  feed = fields[ENABLED_HOOKS] > 0 ? builtin.createHook(callbacksFor(fields[WANTED])).enable() : null;
  former?.disable();
}

/**
 * @param {number} wanted
 * @returns {HookCallbacks}
 */
function callbacksFor(wanted) {
  const hook = emit.onlyHook();
  const source = hook === null ? callbacksForAll : callbacksForOnly(hook);
  const entersPromises = (wanted & wants.promises) !== 0;
  return /** @type {any} */ ({
    // Without what programs give all objects.
    __proto__: null,
    init: wanted & wants.init ? source.init : entersPromises ? currentTriggerInit : undefined,
    before: wanted & wants.before ? source.before : undefined,
    after: wanted & wants.after ? source.after : undefined,
    destroy: wanted & wants.destroy ? source.destroy : undefined,
    trackPromises: false,
  });
}

/**
 * Runs a function as if there were no feed, where no hook wants an `init` and the feed may have one all the same.
 * @template T
 * @param {() => T} fn
 * @returns {T}
 */
function withoutOwnInit(fn) {
  if (feed === null) return fn();
  feed.disable();
  try {
    return fn();
  } finally {
    feed.enable();
  }
}

module.exports = { updateFeed, withoutOwnInit };

'use strict';

/**
 * Promises, tracked by this package: where the runtime can leave them out of its
 * feed, V8's promise hooks tell of them at a fraction of the price.
 *
 * A promise carries its ids under Node's own two symbols, so Node's internals and
 * hooks of `node:async_hooks` beside ours agree about them; whoever sees a promise
 * first gives it its ids.
 */

const { OwnSet, OwnWeakMap } = require('../engine/own');
const { native, layout, ids, fields, wants, handlers, closeBatch, promiseSource } = require('../engine/thread');
const { kAsyncId, kTriggerId } = require('../node/symbols');
const { kCallbacks, runtimeCanIgnorePromises, storagesAreHooks } = require('../node/hook-symbols');
const { currentAsyncId, enter, leave, returnTo } = require('../engine/contexts');
const { beginInContinuation, runtimeEntered } = require('./beginning');
const { promiseHooks, settleAtTheEnd, emitDestroy, onlyHook } = require('./emit');
const { fatal } = require('../node/fatal');
const { later } = require('../node/loader');
const { inInvisibleMicrotask } = require('../node/microtask');

const {
  lastId: LAST_ID,
  firstId: FIRST_ID,
  batchBase: BATCH_BASE,
  batchSize: BATCH_SIZE,
  batchLength: BATCH_LENGTH,
  emitDepth: EMIT_DEPTH,
  hooksStaged: HOOKS_STAGED,
  wanted: WANTED,
  tracked: TRACKED,
} = layout;
const { init: kInit, before: kBefore, after: kAfter, promiseResolve: kPromiseResolve } = kCallbacks;

/**
 * Whether promises are tracked here; otherwise the runtime tells of them, too. It does where Node's storages stand on hooks
 * (`--no-async-context-frame`): they make the runtime follow promises anyway, and their stores belong to what it entered.
 * `ASYNC_HOOKS_RS_PROMISES=feed` chooses that on any Node.
 */
const tracksPromises = runtimeCanIgnorePromises && !storagesAreHooks() && promiseSource !== 'feed';

// Ids

/**
 * @param {any} promise
 * @param {any} parent the promise that it follows from, if any
 * @returns {number} its async id, given now if it has none
 */
function identify(promise, parent) {
  if (promise[kAsyncId] !== undefined) return promise[kAsyncId];
  // First the parent's, so that it is the lower one where it has to be given now.
  const triggerAsyncId = parent === undefined ? currentAsyncId() : idOf(parent);
  const asyncId = ids[LAST_ID] + 1;
  try {
    promise[kAsyncId] = asyncId;
  } catch {
    return identityOf(promise, triggerAsyncId).asyncId;
  }
  ids[LAST_ID] = asyncId;
  promise[kTriggerId] = triggerAsyncId;
  return asyncId;
}

/** @param {any} promise */
function idOf(promise) {
  if (promise[kAsyncId] !== undefined) return promise[kAsyncId];
  const asyncId = ids[LAST_ID] + 1;
  try {
    promise[kAsyncId] = asyncId;
  } catch {
    return identityOf(promise, currentAsyncId()).asyncId;
  }
  return (ids[LAST_ID] = asyncId);
}

/** @param {any} promise that has an id */
function triggerOf(promise) {
  return promise[kTriggerId] ?? identities.get(promise)?.triggerAsyncId;
}

/**
 * The ids of promises that take no properties, and what keeps their batch's token alive. Node ends the process when it meets one.
 * @type {WeakMap<object, { asyncId: number, triggerAsyncId: number, token?: object }>}
 */
const identities = new OwnWeakMap();

/**
 * @param {object} promise
 * @param {number} triggerAsyncId what it is where it has none yet
 * @returns {{ asyncId: number, triggerAsyncId: number, token?: object }}
 */
function identityOf(promise, triggerAsyncId) {
  const known = identities.get(promise);
  if (known !== undefined) return known;
  const identity = { asyncId: (ids[LAST_ID] += 1), triggerAsyncId };
  identities.set(promise, identity);
  return identity;
}

// What V8 tells
//
// These run for every promise of the program. So each emits by itself, and what is
// rare (a promise that has ids already, or has none yet) is left to a function.

/**
 * @param {any} promise
 * @param {any} parent
 */
function init(promise, parent) {
  const asyncId = promise[kAsyncId] ?? identify(promise, parent);
  const triggerAsyncId = promise[kTriggerId] ?? triggerOf(promise);
  const hooks = promiseHooks.init;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kInit](asyncId, 'PROMISE', triggerAsyncId, promise);
  } catch (error) {
    fatal(error);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
  return asyncId;
}

/**
 * @param {any} promise
 * @param {any} parent
 */
function initAndWatch(promise, parent) {
  watch(promise, init(promise, parent));
}

/**
 * @param {any} promise
 * @param {any} parent
 */
function identifyAndWatch(promise, parent) {
  watch(promise, identify(promise, parent));
}

/** @param {any} promise */
function before(promise) {
  const asyncId = promise[kAsyncId] ?? identify(promise, undefined);
  enter(asyncId, triggerOf(promise), promise);
  const hooks = promiseHooks.before;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kBefore](asyncId);
  } catch (error) {
    fatal(error);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/** @param {any} promise */
function after(promise) {
  const asyncId = promise[kAsyncId] ?? identify(promise, undefined);
  const isEntered = returnTo(asyncId) || (runtimeEntered(promise, asyncId < FIRST_ID) && enterLate(promise, asyncId));
  const hooks = promiseHooks.after;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kAfter](asyncId);
  } catch (error) {
    fatal(error);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  // Not entered by anybody where tracking began in the middle of the continuation.
  if (isEntered) leave();
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

/**
 * Enters a continuation at its end: tracking began in the middle of it, and the runtime, which had entered it, has left it.
 * @param {any} promise
 * @param {number} asyncId
 */
function enterLate(promise, asyncId) {
  enter(asyncId, triggerOf(promise), promise);
  return true;
}

/** @param {any} promise */
function enterOnly(promise) {
  enter(promise[kAsyncId] ?? identify(promise, undefined), triggerOf(promise), promise);
}

/** @param {any} promise */
function leaveOnly(promise) {
  if (returnTo(promise[kAsyncId] ?? identify(promise, undefined))) leave();
}

/** @param {any} promise */
function settled(promise) {
  const asyncId = promise[kAsyncId] ?? identify(promise, undefined);
  const hooks = promiseHooks.promiseResolve;
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) hooks[i][kPromiseResolve](asyncId);
  } catch (error) {
    fatal(error);
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
}

// The end of promises

/** Under this symbol a promise keeps its batch's token alive. */
const kBatch = Symbol('async-hooks-rs.batch');

/** The batch that is open. An object, because V8 makes checks where it reads a variable that changes. */
const batch = { token: {}, turnIsAsked: false };

/**
 * Ids of watched promises that the runtime gave: a hook of `node:async_hooks` follows
 * promises too, so their `destroy` may also reach us through the feed. Whichever
 * comes first is the one that is emitted.
 * @type {Set<number>}
 */
const adopted = new OwnSet();

/**
 * Adopted ids that were reported from here, of this turn of the event loop and the
 * one before. The runtime learns of the same garbage collection, so its report is not
 * later than that.
 * @type {[Set<number>, Set<number>]}
 */
const reported = [new OwnSet(), new OwnSet()];

/**
 * @param {any} promise
 * @param {number} asyncId
 */
function watch(promise, asyncId) {
  if (asyncId < FIRST_ID) adopted.add(asyncId);
  try {
    promise[kBatch] = batch.token;
  } catch {
    identityOf(promise, currentAsyncId()).token = batch.token;
  }
  const length = fields[BATCH_LENGTH];
  ids[BATCH_BASE + length] = asyncId;
  fields[BATCH_LENGTH] = length + 1;
  if (length === 0) askTurn();
  else if (length + 1 === BATCH_SIZE) openNextBatch();
}

function openNextBatch() {
  const closed = batch.token;
  batch.token = {};
  closeBatch(closed);
}

function askTurn() {
  if (batch.turnIsAsked) return;
  batch.turnIsAsked = true;
  native.askTurn();
}

handlers.turn = () => {
  batch.turnIsAsked = false;
  if (fields[BATCH_LENGTH] > 0) openNextBatch();
  if (reported[0].size + reported[1].size === 0) return;
  reported[1] = reported[0];
  reported[0] = new OwnSet();
  askTurn();
};

handlers.collected = (first, count) => {
  if (first > FIRST_ID && onlyHook()?.[kPromiseCallbacks]?.collected(first, count)) return;
  for (let asyncId = first; asyncId < first + count; asyncId++) {
    if (asyncId < FIRST_ID && !reportAdopted(asyncId)) continue;
    try {
      emitDestroy(asyncId);
    } catch (error) {
      fatal(error);
    }
  }
};

/**
 * @param {number} asyncId
 * @returns {boolean} false where the feed was first
 */
function reportAdopted(asyncId) {
  if (!adopted.delete(asyncId)) return false;
  reported[0].add(asyncId);
  askTurn();
  return true;
}

/**
 * Whether a `destroy` in the feed is that of a promise which is reported from here.
 * @param {number} asyncId
 */
function isReportedHere(asyncId) {
  if (asyncId > FIRST_ID) return true;
  // Nearly always: to ask sizes is cheaper than to look into the sets.
  if (adopted.size + reported[0].size + reported[1].size === 0) return false;
  if (adopted.delete(asyncId)) return false;
  return reported[0].delete(asyncId) || reported[1].delete(asyncId);
}

// Starting and stopping

/**
 * Under this symbol a hook may have functions that V8's promise hooks call directly where it is the only
 * hook; they must identify, watch, enter and leave as those above do. Their `collected(first, count)` takes the
 * `destroy` of consecutive ids at once, or answers false.
 */
const kPromiseCallbacks = Symbol('async-hooks-rs.promiseCallbacks');

/** @type {(() => void) | null} */
let stop = null;

/** Loaded only where it is needed: it would be most of what `require` of this package costs. */
const promiseHooksOfV8 = later(() => require('node:v8').promiseHooks);

/** Follows promises from here on as the engine says: which callbacks hear of contexts, and what is tracked beside them. */
function followPromises() {
  if (stop === null) beginInContinuation();
  else stop();
  const wanted = fields[WANTED];
  const tracked = fields[TRACKED];
  const created = promiseHooksOfV8().createHook(
    onlyHook()?.[kPromiseCallbacks] ?? {
      init: initFor((tracked & wants.init) !== 0, (tracked & wants.destroy) !== 0),
      before: wanted & wants.before ? before : enterOnly,
      after: wanted & wants.after ? after : leaveOnly,
      settled: tracked & wants.promiseResolve ? settled : undefined,
    },
  );
  stop = /** @type {() => void} */ (created);
}

/**
 * @param {boolean} wantsInit
 * @param {boolean} wantsDestroy
 */
function initFor(wantsInit, wantsDestroy) {
  if (wantsInit) return wantsDestroy ? initAndWatch : init;
  return wantsDestroy ? identifyAndWatch : undefined;
}

/**
 * No callback is left. As in Node, tracking ends in a microtask of its own, so that no continuation is
 * under way whose end would be missed.
 */
function leavePromises() {
  inInvisibleMicrotask(() => {
    if (!native.endFollowing()) return;
    stop?.();
    stop = null;
  });
}

module.exports = { tracksPromises, triggerOf, followPromises, leavePromises, isReportedHere, identify, watch, kPromiseCallbacks };

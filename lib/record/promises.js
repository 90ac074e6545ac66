'use strict';

/**
 * What V8's promise hooks call where nobody but the recorder follows promises: as the functions in
 * `lib/hooks/promises.js`, with what `lib/record/hook.js` stores in the place of a call of hooks.
 */

const { enter, currentAsyncId, leave, returnTo } = require('../engine/contexts');
const { identify, triggerOf, watch } = require('../hooks/promises');
const { kAsyncId, kTriggerId } = require('../node/symbols');
const { layout } = require('./ring');

const {
  next: NEXT,
  limit: LIMIT,
  initLimit: INIT_LIMIT,
  codes: CODES,
  stacks: STACKS,
  init: INIT,
  initPromise: INIT_PROMISE,
  before: BEFORE,
  after: AFTER,
  resolve: RESOLVE,
  destroyRun: DESTROY_RUN,
  promiseType: PROMISE_TYPE,
} = layout;

/**
 * @param {import('./ring').RecorderRing} ring
 * @param {import('./gate').Gate} gate
 * @param {import('./places').PlaceTaker} places
 */
function promiseCallbacks({ words, slots, stamp }, gate, { turn, of: placeOf }) {
  /**
   * @param {any} promise
   * @param {any} parent
   */
  function init(promise, parent) {
    const asyncId = promise[kAsyncId] ?? identify(promise, parent);
    const triggerAsyncId = promise[kTriggerId] ?? triggerOf(promise);
    watch(promise, asyncId);
    if (words[NEXT] >= words[INIT_LIMIT] && !gate.admits(asyncId, PROMISE_TYPE)) return;
    if (gate.leavesOut(asyncId)) {
      gate.refuse(asyncId, PROMISE_TYPE);
      return;
    }
    const currentId = currentAsyncId();
    const stack = placeOf(asyncId, PROMISE_TYPE, triggerAsyncId, currentId, init);
    const at = words[NEXT];
    slots[at + 1] = triggerAsyncId;
    if (currentId === triggerAsyncId && stack === 0) {
      slots[at] = asyncId * CODES + INIT_PROMISE;
      words[NEXT] = at + 2;
    } else {
      slots[at] = asyncId * CODES + INIT;
      slots[at + 2] = currentId;
      slots[at + 3] = PROMISE_TYPE * STACKS + stack;
      words[NEXT] = at + 4;
    }
  }

  /** @param {any} promise */
  function before(promise) {
    const asyncId = promise[kAsyncId] ?? identify(promise, undefined);
    enter(asyncId, triggerOf(promise), promise);
    turn();
    if (gate.leavesOut(asyncId)) return;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    const at = words[NEXT];
    slots[at] = asyncId * CODES + BEFORE;
    words[NEXT] = at + 1;
  }

  /** @param {any} promise */
  function after(promise) {
    const asyncId = promise[kAsyncId] ?? identify(promise, undefined);
    if (returnTo(asyncId)) leave();
    turn();
    if (gate.leavesOut(asyncId)) return;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    slots[words[NEXT] + 1] = asyncId * CODES + AFTER;
    stamp();
  }

  /** @param {any} promise */
  function settled(promise) {
    const asyncId = promise[kAsyncId] ?? identify(promise, undefined);
    if (gate.leavesOut(asyncId)) return;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    const at = words[NEXT];
    slots[at] = asyncId * CODES + RESOLVE;
    words[NEXT] = at + 1;
  }

  /**
   * @param {number} first of consecutive ids
   * @param {number} count
   * @returns {boolean} false where some may be of those that were refused, and each is to be looked at
   */
  function collected(first, count) {
    if (gate.hasRefused) return false;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom(count)) return true;
    const at = words[NEXT];
    slots[at] = first * CODES + DESTROY_RUN;
    slots[at + 1] = count;
    words[NEXT] = at + 2;
    return true;
  }

  return { init, before, after, settled, collected };
}

module.exports = { promiseCallbacks };

'use strict';

/**
 * The callbacks that record: they store numbers, and neither call the program's code nor allocate.
 *
 * An event that begins or ends a callback of the runtime takes the time, in a native call that publishes all that
 * is stored. Others have the time of the one before them. That it is not older than a tick is the
 * drain thread's care: it sets the limits to 0, so the next event, whichever it is, finds no room and takes the time.
 */

const { executionAsyncId } = require('../engine/contexts');
const { createHook } = require('../hooks/index');
const { kPromiseCallbacks } = require('../hooks/promises');
const {
  layout: { firstId: FIRST_OWN_ID },
} = require('../engine/thread');
const { Before } = require('./before');
const { promiseCallbacks } = require('./promises');
const { layout } = require('./ring');

const {
  next: NEXT,
  limit: LIMIT,
  initLimit: INIT_LIMIT,
  codes: CODES,
  stacks: STACKS,
  init: INIT,
  before: BEFORE,
  after: AFTER,
  destroy: DESTROY,
  resolve: RESOLVE,
} = layout;

/** Looks at nothing. */
const NONE = { turn() {}, routed() {}, of: () => 0 };

/**
 * @param {import('./ring').RecorderRing} ring
 * @param {import('./gate').Gate} gate
 * @param {{ promises: boolean, places: import('./places').PlaceTaker | null,
 *   facts: import('./facts').Facts }} options
 * @returns {import('node:async_hooks').AsyncHook}
 */
function recordingHook(ring, gate, { promises, places, facts }) {
  const { words, slots, stamp } = ring;
  const { turn, of: placeOf } = places ?? NONE;
  const older = new Before(ring);
  /** The runtime's first id that was announced: those below were given before. */
  let first = FIRST_OWN_ID;

  /**
   * @param {number} asyncId
   * @param {string} type
   * @param {number} triggerAsyncId
   * @param {object} resource
   */
  function init(asyncId, type, triggerAsyncId, resource) {
    const index = ring.indexOf(type);
    if (first === FIRST_OWN_ID && asyncId < FIRST_OWN_ID) first = asyncId;
    if (index < 0) return;
    if (words[NEXT] >= words[INIT_LIMIT] && !gate.admits(asyncId, index)) return;
    // Its id may have been given while others were refused.
    if (gate.leavesOut(asyncId)) {
      gate.refuse(asyncId, index);
      return;
    }
    const currentId = executionAsyncId();
    const stack = placeOf(asyncId, index, triggerAsyncId, currentId, init);
    const at = words[NEXT];
    slots[at] = asyncId * CODES + INIT;
    slots[at + 1] = triggerAsyncId;
    slots[at + 2] = currentId;
    slots[at + 3] = index * STACKS + stack;
    words[NEXT] = at + 4;
    facts.created(asyncId, type, index, resource, triggerAsyncId);
  }

  /** @param {number} asyncId */
  function before(asyncId) {
    turn();
    if (gate.leavesOut(asyncId)) return;
    if (asyncId < first) older.entered(asyncId);
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    const at = words[NEXT];
    if (asyncId > FIRST_OWN_ID) {
      // The continuation of a promise follows directly on what ran before it, whose end took the time.
      slots[at] = asyncId * CODES + BEFORE;
      words[NEXT] = at + 1;
    } else {
      slots[at + 1] = asyncId * CODES + BEFORE;
      stamp();
    }
  }

  /** @param {number} asyncId */
  function after(asyncId) {
    turn();
    if (gate.leavesOut(asyncId)) return;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    slots[words[NEXT] + 1] = asyncId * CODES + AFTER;
    stamp();
  }

  /** @param {number} asyncId */
  function destroy(asyncId) {
    facts.gone(asyncId);
    if (asyncId < first) older.gone(asyncId);
    if (gate.leavesOut(asyncId)) return;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    const at = words[NEXT];
    slots[at] = asyncId * CODES + DESTROY;
    words[NEXT] = at + 1;
  }

  /** @param {number} asyncId */
  function promiseResolve(asyncId) {
    if (gate.leavesOut(asyncId)) return;
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    const at = words[NEXT];
    slots[at] = asyncId * CODES + RESOLVE;
    words[NEXT] = at + 1;
  }

  const callbacks = { init, before, after, destroy };
  const hook = /** @type {any} */ (
    createHook(/** @type {any} */ (promises ? { ...callbacks, promiseResolve } : { ...callbacks, trackPromises: false }))
  );
  hook[kPromiseCallbacks] = promiseCallbacks(ring, gate, places ?? NONE);
  return hook;
}

module.exports = { recordingHook };

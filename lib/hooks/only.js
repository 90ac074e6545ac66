'use strict';

/**
 * The feed's callbacks where exactly one hook is enabled, which is nearly always. Made
 * for that hook, they need no list and no loop; an event costs a call less.
 */

const { layout, fields } = require('../engine/thread');
const { history, currentTriggerFor } = require('../engine/contexts');
const { settleAtTheEnd } = require('./emit');
const { isReportedHere } = require('./promises');
const { queue, isFilling } = require('./queue');
const { kCallbacks } = require('../node/hook-symbols');

const { emitDepth: EMIT_DEPTH, hooksStaged: HOOKS_STAGED } = layout;
const { init: kInit, before: kBefore, after: kAfter, destroy: kDestroy } = kCallbacks;

/**
 * @param {any} hook
 * @returns {import('node:async_hooks').HookCallbacks}
 */
function callbacksForOnly(hook) {
  return {
    init(asyncId, type, triggerAsyncId, resource) {
      queue.mayHold = true;
      const trigger = history.hasEntered ? currentTriggerFor(triggerAsyncId, type, resource) : triggerAsyncId;
      fields[EMIT_DEPTH] += 1;
      try {
        hook[kInit](asyncId, type, trigger, resource);
      } finally {
        fields[EMIT_DEPTH] -= 1;
      }
      if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
    },
    before(asyncId) {
      fields[EMIT_DEPTH] += 1;
      try {
        hook[kBefore](asyncId);
      } finally {
        fields[EMIT_DEPTH] -= 1;
      }
      if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
    },
    after(asyncId) {
      fields[EMIT_DEPTH] += 1;
      try {
        hook[kAfter](asyncId);
      } finally {
        fields[EMIT_DEPTH] -= 1;
      }
      if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
    },
    destroy(asyncId) {
      if (isReportedHere(asyncId) || isFilling(asyncId)) return;
      fields[EMIT_DEPTH] += 1;
      try {
        hook[kDestroy](asyncId);
      } finally {
        fields[EMIT_DEPTH] -= 1;
      }
      if (fields[HOOKS_STAGED] !== 0) settleAtTheEnd();
    },
  };
}

module.exports = { callbacksForOnly };

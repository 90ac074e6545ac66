'use strict';

/**
 * The low-level embedder API of Node 8: resources that are an id and nothing else.
 * Ids come from the engine's counter, contexts go on the engine's stack, events
 * reach the hooks of this package.
 */

const { native, handlers } = require('../engine/thread');
const contexts = require('../engine/contexts');
const emit = require('../hooks/emit');
const { nodeError, invalidAsyncId, invalidAsyncType } = require('../node/errors');
const { fatal } = require('../node/fatal');

/** @returns {number} an id that nothing in this thread has */
function newAsyncId() {
  return native.newAsyncId();
}

/**
 * @param {number} asyncId
 * @param {string} type
 * @param {number} [triggerAsyncId] the current execution id by default
 * @param {object} [resource]
 */
function emitInit(asyncId, type, triggerAsyncId = contexts.executionAsyncId(), resource = {}) {
  checkId('asyncId', asyncId);
  if (typeof type !== 'string' || type.length === 0) throw invalidAsyncType(type);
  checkId('triggerAsyncId', triggerAsyncId);
  try {
    emit.emitInit(asyncId, type, triggerAsyncId, resource);
  } catch (error) {
    fatal(error);
  }
}

/**
 * @param {number} asyncId
 * @param {number} [triggerAsyncId] the id itself by default, as in Node 8
 * @param {object} [resource] what `executionAsyncResource()` gives meanwhile
 */
function emitBefore(asyncId, triggerAsyncId = asyncId, resource = {}) {
  checkId('asyncId', asyncId);
  checkId('triggerAsyncId', triggerAsyncId);
  contexts.enter(asyncId, triggerAsyncId, resource);
  try {
    emit.emitBefore(asyncId);
  } catch (error) {
    fatal(error);
  }
}

/**
 * @param {number} asyncId
 * @throws ERR_ASYNC_HOOKS_RS_UNBALANCED where it does not match the last `emitBefore`
 *   that is still open; the stack is in order again when it is thrown
 */
function emitAfter(asyncId) {
  checkId('asyncId', asyncId);
  const skipped = contexts.unwindTo(asyncId);
  if (skipped < 0) {
    throw unbalanced(
      `emitAfter(${asyncId}) has no emitBefore(${asyncId}) that is still open. ` +
        'Call emitAfter once for each emitBefore, with the same id.',
    );
  }
  try {
    emit.emitAfter(asyncId);
  } catch (error) {
    fatal(error);
  } finally {
    contexts.leave();
  }
  if (skipped > 0) {
    throw unbalanced(
      `emitAfter(${asyncId}) came while ${skipped} context(s) entered after it were open; ` +
        'they have been left. Call emitAfter in the reverse order of emitBefore.',
    );
  }
}

/** @param {number} asyncId its `destroy` is emitted at the next turn of the event loop */
function emitDestroy(asyncId) {
  checkId('asyncId', asyncId);
  if (emit.destroyIsWanted()) native.queueDestroy(asyncId);
}

handlers.destroy = (first, count) => {
  for (let asyncId = first; asyncId < first + count; asyncId++) {
    try {
      emit.emitDestroy(asyncId);
    } catch (error) {
      fatal(error);
    }
  }
};

/**
 * @param {string} name
 * @param {unknown} id
 */
function checkId(name, id) {
  if (!Number.isSafeInteger(id) || /** @type {number} */ (id) < 0) throw invalidAsyncId(name, id);
}

/** @param {string} message */
function unbalanced(message) {
  return nodeError(Error, 'ERR_ASYNC_HOOKS_RS_UNBALANCED', message);
}

module.exports = { newAsyncId, emitInit, emitBefore, emitAfter, emitDestroy };

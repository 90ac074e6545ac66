'use strict';

/**
 * Node's own current context frame, without a native function: an `AsyncResource` keeps it
 * when it is made. This one is never finished, so it gets no id and no hook sees it.
 */

const builtin = require('../../node/builtin');
const { slot } = require('./slot');

/** @typedef {Map<object, any>} NodeFrame */

/** Under this symbol a resource keeps the frame; it is looked for by the value. */
const kFrame = probe().runInAsyncScope(() => {
  // In a scope of its own, after which the frame is again what it was before.
  slot.enterWith(slot);
  const resource = probe();
  return Object.getOwnPropertySymbols(resource).find((symbol) => resource[symbol]?.has?.(slot));
});

/** @returns {any} */
function probe() {
  return new builtin.AsyncResource('ASYNC_HOOKS_RS', { requireManualDestroy: true });
}

const STOP = {};

/** @type {NodeFrame | undefined} */
let caught;

class Unfinished extends builtin.AsyncResource {}

if (kFrame !== undefined) {
  Object.defineProperty(Unfinished.prototype, kFrame, {
    set(frame) {
      caught = frame;
      throw STOP;
    },
  });
}

/** @returns {NodeFrame | undefined} nothing where Node's resources keep it in another way */
function nodeFrame() {
  if (kFrame === undefined) return undefined;
  try {
    new Unfinished('ASYNC_HOOKS_RS', { requireManualDestroy: true });
  } catch (error) {
    if (error !== STOP) throw error;
  }
  const frame = caught;
  caught = undefined;
  return frame;
}

module.exports = { nodeFrame };

'use strict';

/**
 * Node's own current context frame, without a native function: an `AsyncResource` keeps it
 * when it is made. This one is never finished, so it gets no id and no hook sees it.
 */

const builtin = require('../../node/builtin');
const { slot } = require('./slot');

/** @typedef {Map<object, any>} NodeFrame */

const STOP = {};

/** @type {NodeFrame | undefined} */
let caught;

class Unfinished extends builtin.AsyncResource {}

// The frame is the first that a resource keeps. Whatever is first ends the making.
Object.setPrototypeOf(
  Unfinished.prototype,
  new Proxy(builtin.AsyncResource.prototype, {
    set(prototype, key, value) {
      caught = value?.has?.(slot) ? value : undefined;
      throw STOP;
    },
  }),
);

/** @returns {NodeFrame | undefined} the one that the slot is in; nothing where Node's resources keep it in another way */
function nodeFrame() {
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

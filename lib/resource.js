'use strict';

/**
 * `AsyncResource`. It extends Node's, so its id comes from the runtime, every other
 * user of `node:async_hooks` in the process sees it, and Node's storages keep their
 * context across it.
 */

const builtin = require('./builtin');
const { executionAsyncId, inOwnContext } = require('./contexts');

/** @typedef {import('node:async_hooks').AsyncResourceOptions} Options */

class AsyncResource extends builtin.AsyncResource {
  /**
   * @param {string} type
   * @param {number | Options} [options]
   */
  constructor(type, options = undefined) {
    super(type, inOwnContext() ? withTrigger(options) : options);
  }

  /**
   * @param {any} fn
   * @param {string} [type]
   * @param {any} [thisArg]
   */
  static bind(fn, type, thisArg) {
    const resource = /** @type {any} */ (new AsyncResource(type || fn.name || 'bound-anonymous-fn'));
    return resource.bind(fn, thisArg);
  }
}

/**
 * The options with the trigger that the runtime cannot know: the current context of
 * this package. One that is given stands. What Node would refuse is left to Node.
 * @param {any} options
 * @returns {any}
 */
function withTrigger(options) {
  if (options === undefined) return executionAsyncId();
  if (typeof options === 'number' || options === null) return options;
  const { triggerAsyncId = executionAsyncId(), requireManualDestroy } = options;
  return { triggerAsyncId, requireManualDestroy };
}

module.exports = { AsyncResource };

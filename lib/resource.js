'use strict';

/**
 * `AsyncResource`. It extends Node's, so its id comes from the runtime, every other
 * user of `node:async_hooks` in the process sees it, and Node's storages keep their
 * context across it.
 */

const builtin = require('./builtin');
const { showMethods } = require('./face');
const { currentTriggerFor } = require('./contexts');
const { reserve, reserveToCompile, scopes } = require('./headroom');
const { kTriggerId } = require('./symbols');

/** @typedef {import('node:async_hooks').AsyncResourceOptions} Options */

class AsyncResource extends builtin.AsyncResource {
  /**
   * @param {string} type
   * @param {number | Options} [options]
   */
  constructor(type, options = undefined) {
    super(type, options);
    currentTriggerFor(/** @type {any} */ (this)[kTriggerId], type, this);
  }

  /**
   * @param {(...args: any[]) => any} fn
   * @param {any} [thisArg]
   * @param {any[]} args
   */
  runInAsyncScope(fn, thisArg, ...args) {
    if (!scopes.areCompiled) return runFirst(this, fn, thisArg, args);
    reserve();
    return super.runInAsyncScope(fn, thisArg, ...args);
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

const { runInAsyncScope } = builtin.AsyncResource.prototype;

/**
 * @param {AsyncResource} resource
 * @param {(...args: any[]) => any} fn
 * @param {any} thisArg
 * @param {any[]} args
 */
function runFirst(resource, fn, thisArg, args) {
  reserveToCompile();
  try {
    return runInAsyncScope.call(resource, fn, thisArg, ...args);
  } finally {
    scopes.areCompiled = true;
  }
}

showMethods(AsyncResource, builtin.AsyncResource);

module.exports = { AsyncResource };

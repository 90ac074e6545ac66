'use strict';

/**
 * `AsyncResource`. It extends Node's, so its id comes from the runtime, every other
 * user of `node:async_hooks` in the process sees it, and Node's storages keep their
 * context across it.
 */

const builtin = require('../node/builtin');
const { showMethods } = require('../node/prototype');
const { defaultTrigger, history, settlesTriggers } = require('../engine/contexts');
const { makeReserve, reserveToCompile, scopes } = require('./headroom');

const { apply, construct } = Reflect;

/** @typedef {import('node:async_hooks').AsyncResourceOptions} Options */

/**
 * Made for the first scope: to compile it is a part of what `require` of the package would cost. Whoever calls it meets no other function
 * in its place, or V8 would not inline the call.
 * @type {(() => void) | undefined}
 */
let reserve;

class AsyncResource extends builtin.AsyncResource {
  /**
   * @param {string} type
   * @param {number | Options} [options]
   */
  constructor(type, options = undefined) {
    if (type === '') return nameless(options, new.target); // eslint-disable-line no-constructor-return
    super(type, history.hasEntered ? withTrigger(type, options) : options);
  }

  /**
   * Named and spread, its arguments would take a quarter of the levels that fit the stack.
   * @param {(...args: any[]) => any} fn
   * @param {any} [thisArg]
   */
  runInAsyncScope(fn, thisArg) {
    if (arguments.length > 2 || !scopes.areCompiled || reserve === undefined) return runWith(this, arguments);
    reserve();
    return super.runInAsyncScope(fn, thisArg);
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
 * Options with the trigger that the runtime does not know. They are read in Node's order and as often as there.
 * @param {unknown} type
 * @param {any} options
 * @returns {any} the same where the constructor will refuse them, or the runtime knows
 */
function withTrigger(type, options) {
  if (typeof options === 'number' || options === null || typeof type !== 'string') return options;
  const trigger = defaultTrigger();
  if (trigger === undefined) return options;
  if (options === undefined) return trigger;
  return {
    triggerAsyncId: options.triggerAsyncId === undefined ? trigger : options.triggerAsyncId,
    requireManualDestroy: options.requireManualDestroy,
  };
}

/** @type {<T>(make: () => T) => T} */
let aroundNameless = (make) => make();

/**
 * Sets what surrounds the making of a resource without a type.
 * @param {<T>(make: () => T) => T} around
 */
function onNameless(around) {
  aroundNameless = around;
}

/**
 * Whether a resource may go without a type depends on the hooks that are enabled.
 * @param {unknown} options
 * @param {Function} newTarget
 * @returns {any}
 */
function nameless(options, newTarget) {
  return aroundNameless(() => construct(builtin.AsyncResource, ['', withTrigger('', options)], newTarget));
}

/**
 * @param {AsyncResource} resource
 * @param {IArguments} args
 */
function runWith(resource, args) {
  const { runInAsyncScope } = builtin.AsyncResource.prototype;
  reserve ??= makeReserve();
  if (scopes.areCompiled) {
    reserve();
    return apply(runInAsyncScope, resource, args);
  }
  reserveToCompile();
  try {
    return apply(runInAsyncScope, resource, args);
  } finally {
    scopes.areCompiled = true;
  }
}

settlesTriggers(AsyncResource);
showMethods(AsyncResource, builtin.AsyncResource);

module.exports = { AsyncResource, onNameless };

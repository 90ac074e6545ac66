'use strict';

/**
 * Where tracking of promises begins in the middle of a continuation, nobody here has entered it. Where a hook of
 * `node:async_hooks` was enabled before, the runtime has, and leaves it before its end reaches us: its hook is the older one.
 */

const { isPromise } = require('node:util').types;

const builtin = require('../node/builtin');

const { executionAsyncId, executionAsyncResource } = builtin;

const NOWHERE = 0;

/**
 * The promise whose continuation the runtime had entered; `true` where that cannot be seen, for a scope is open in it. Then its
 * id tells, unless promises were tracked before: the id may be from then.
 * @type {object | boolean}
 */
let entered = false;
let hasBegun = false;

/** Tracking begins. */
function beginInContinuation() {
  const resource = executionAsyncId() === NOWHERE ? undefined : executionAsyncResource();
  entered = isPromise(resource) ? resource : resource !== undefined && !hasBegun;
  hasBegun = true;
}

/**
 * Whether the runtime had entered the continuation that ends, and was not entered here. Asked once: later ones are entered here.
 * @param {object} promise
 * @param {boolean} isKnown whether the runtime had given it an id
 */
function runtimeEntered(promise, isKnown) {
  const answer = entered === true ? isKnown : entered === promise;
  entered = false;
  return answer;
}

module.exports = { beginInContinuation, runtimeEntered };

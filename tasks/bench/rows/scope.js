'use strict';

/** An `AsyncResource` made and run in once, while no hook is enabled. */

const { totalAtMost } = require('../bars');
const { timePerOperation } = require('../measures');

function work() {}

/** What remains of it without async hooks: an object and a call. */
class Plain {
  /** @param {() => void} callback */
  runInAsyncScope(callback) {
    return callback.call(this);
  }
}

/** @param {import('.').Context} context */
function prepare({ variant, asyncHooks }) {
  const Resource = /** @type {any} */ (variant === 'none' ? Plain : asyncHooks.AsyncResource);
  return async (/** @type {number} */ size) => {
    for (let i = 0; i < size; i++) new Resource('BENCH').runInAsyncScope(work);
  };
}

/** @type {import('.').Row[]} */
module.exports = [
  { name: 'AsyncResource, no hooks', hooks: [], measure: timePerOperation, bar: totalAtMost(1.1), size: 10_000, batches: 500, prepare },
];

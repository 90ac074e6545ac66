'use strict';

/** The getters of the current ids, in a loop, while no hook is enabled. */

const { totalAtMost } = require('../bars');
const { timePerOperation } = require('../measures');

function zero() {
  return 0;
}

/** @param {'executionAsyncId' | 'triggerAsyncId'} name */
function preparing(name) {
  return (/** @type {import('.').Context} */ { variant, asyncHooks }) => {
    const getter = variant === 'none' ? zero : asyncHooks[name];
    return async (/** @type {number} */ size) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += getter();
      return sum;
    };
  };
}

const workload = { hooks: [], measure: timePerOperation, bar: totalAtMost(1.25), size: 100_000, batches: 400 };

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'executionAsyncId, no hooks', prepare: preparing('executionAsyncId') },
  { ...workload, name: 'triggerAsyncId, no hooks', prepare: preparing('triggerAsyncId') },
];

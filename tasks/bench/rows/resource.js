'use strict';

/** An `AsyncResource`: made, run in once, destroyed. */

const { totalAtMost } = require('../bars');
const { FOUR } = require('../counters');
const { timePerOperation } = require('../measures');

function work() {}

/** @param {import('.').Context} context */
function prepare({ asyncHooks: { AsyncResource } }) {
  return async (/** @type {number} */ size) => {
    for (let i = 0; i < size; i++) {
      const resource = new AsyncResource('BENCH', { requireManualDestroy: true });
      resource.runInAsyncScope(work);
      resource.emitDestroy();
    }
  };
}

const workload = {
  measure: timePerOperation,
  bar: totalAtMost(1.15),
  size: 1_000,
  batches: 2_000,
  events: { init: 1, before: 1, after: 1 },
  prepare,
};

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'AsyncResource, four', hooks: FOUR },
  { ...workload, name: 'AsyncResource, init', hooks: ['init'] },
];

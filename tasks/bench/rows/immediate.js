'use strict';

/** `setImmediate`. */

const { totalAtMost } = require('../bars');
const { FOUR } = require('../counters');
const { batchOfCallbacks } = require('../loop');
const { timePerOperation } = require('../measures');

const workload = {
  measure: timePerOperation,
  bar: totalAtMost(1.05),
  size: 1_000,
  batches: 2_000,
  events: { init: 1, before: 1, after: 1 },
  prepare: () => batchOfCallbacks((done) => setImmediate(done)),
};

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'setImmediate, four', hooks: FOUR },
  { ...workload, name: 'setImmediate, init', hooks: ['init'] },
];

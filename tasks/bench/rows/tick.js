'use strict';

/** `process.nextTick`. */

const { totalAtMost } = require('../bars');
const { FOUR } = require('../counters');
const { batchOfCallbacks } = require('../loop');
const { timePerOperation } = require('../measures');

const workload = {
  measure: timePerOperation,
  bar: totalAtMost(1.15),
  size: 1_000,
  batches: 2_500,
  events: { init: 1, before: 1, after: 1 },
  prepare: () => batchOfCallbacks((done) => process.nextTick(done)),
};

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'nextTick, four', hooks: FOUR },
  { ...workload, name: 'nextTick, init', hooks: ['init'] },
];

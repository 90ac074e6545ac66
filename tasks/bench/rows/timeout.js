'use strict';

/** `setTimeout` of 1 ms. */

const { totalAtMost } = require('../bars');
const { FOUR } = require('../counters');
const { batchOfCallbacks } = require('../loop');
const { timePerOperation } = require('../measures');

const workload = {
  measure: timePerOperation,
  bar: totalAtMost(1.05),
  size: 2_000,
  batches: 500,
  events: { init: 1, before: 1, after: 1 },
  prepare: () => batchOfCallbacks((done) => setTimeout(done, 1)),
};

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'setTimeout, four', hooks: FOUR },
  { ...workload, name: 'setTimeout, init', hooks: ['init'] },
];

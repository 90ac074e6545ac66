'use strict';

/** `fs.stat` with a callback. */

const fs = require('node:fs');

const { totalAtMost } = require('../bars');
const { FOUR } = require('../counters');
const { batchOfCallbacks } = require('../loop');
const { timePerOperation } = require('../measures');

const workload = {
  measure: timePerOperation,
  bar: totalAtMost(1.05),
  size: 100,
  batches: 800,
  events: { init: 1, before: 1, after: 1 },
  prepare: () => batchOfCallbacks((done) => fs.stat(__filename, done)),
};

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'fs.stat, four', hooks: FOUR },
  { ...workload, name: 'fs.stat, init', hooks: ['init'] },
];

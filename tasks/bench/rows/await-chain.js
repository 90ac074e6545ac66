'use strict';

/** An async function that awaits two others; one operation is one awaited call of it. */

const { totalAtMost } = require('../bars');
const { FIVE } = require('../counters');
const { timePerOperation } = require('../measures');

async function leaf() {}

async function chain() {
  await leaf();
  await leaf();
}

/** @param {number} size */
async function batch(size) {
  for (let i = 0; i < size; i++) await chain();
}

const workload = {
  measure: timePerOperation,
  size: 1_000,
  batches: 400,
  // Three functions and three awaits, each a promise.
  events: { init: 6, before: 3, after: 3, promiseResolve: 6 },
  prepare: () => batch,
};

/** @type {import('.').Row[]} */
module.exports = [
  { ...workload, name: 'await chain, five', hooks: FIVE, bar: totalAtMost(0.33, 1.05) },
  { ...workload, name: 'await chain, init destroy', hooks: ['init', 'destroy'], bar: totalAtMost(0.33, 1.05) },
  { ...workload, name: 'await chain, all but destroy', hooks: ['init', 'before', 'after', 'promiseResolve'], bar: totalAtMost(0.75, 1.05) },
  { ...workload, name: 'await chain, init', hooks: ['init'], bar: totalAtMost(0.95, 1.05) },
];

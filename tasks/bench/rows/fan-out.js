'use strict';

/** `Promise.all` of 1,000 async calls; one operation is one of these calls. */

const { totalAtMost } = require('../bars');
const { FIVE } = require('../counters');
const { timePerOperation } = require('../measures');

async function leaf() {}

/** @param {number} size */
async function batch(size) {
  await Promise.all(Array.from({ length: size }, leaf));
}

/** @type {import('.').Row[]} */
module.exports = [
  {
    name: 'Promise.all of 1,000, five',
    hooks: FIVE,
    measure: timePerOperation,
    bar: totalAtMost(0.4, 1.05),
    size: 1_000,
    batches: 500,
    // The function's promise and the one that Promise.all derives from it.
    events: { init: 2, before: 1, after: 1, promiseResolve: 2 },
    // Promise.all itself and the await on it.
    eventsPerBatch: { init: 2, before: 1, after: 1, promiseResolve: 2 },
    prepare: () => batch,
  },
];

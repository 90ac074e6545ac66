'use strict';

/**
 * Fifty million promises through all five callbacks in one process: what the heap and
 * the process weigh on the way.
 *
 *   node --expose-gc tasks/bench/soak.js [millions]
 */

const asyncHooks = require('../..');
const { Counter, FIVE } = require('./counters');

const MILLION = 1e6;
const STEPS = 10;

const { hook, counts } = new Counter(asyncHooks, FIVE);
hook.enable();

async function leaf() {}

async function chain() {
  await leaf();
  await leaf();
}

function report() {
  /** @type {() => void} */ (globalThis.gc)();
  const { heapUsed, external, rss } = process.memoryUsage();
  const megabytes = (/** @type {number} */ bytes) => (bytes / MILLION).toFixed(1).padStart(8);
  const alive = String(counts.init - counts.destroy).padStart(8);
  console.log(
    `${String(Math.round(counts.init / MILLION)).padStart(8)} ${alive} ${megabytes(heapUsed)} ` +
      `${megabytes(external)} ${megabytes(rss)}`,
  );
}

/** @param {number} total */
async function soak(total) {
  console.log('millions    alive  heap MB  ext. MB   rss MB');
  for (let step = 1; step <= STEPS; step++) {
    while (counts.init < (total * step) / STEPS) {
      for (let i = 0; i < 1000; i++) await chain();
      await new Promise((resolve) => setImmediate(resolve));
    }
    report();
  }
}

soak(Number(process.argv[2] ?? 50) * MILLION);

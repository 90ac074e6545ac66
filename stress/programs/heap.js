'use strict';

/** `heap.js KIND`: fills the heap, with all kinds of callbacks enabled, until the process dies of it; or (`churn`) nearly. */

const ah = require('./module');

const ROUNDS = 60;
const PER_ROUND = 10_000;

const counts = { init: 0, before: 0, after: 0, destroy: 0, promiseResolve: 0 };
ah.createHook({
  init() { counts.init += 1; },
  before() { counts.before += 1; },
  after() { counts.after += 1; },
  destroy() { counts.destroy += 1; },
  promiseResolve() { counts.promiseResolve += 1; },
}).enable();

const storage = new ah.AsyncLocalStorage();
/** @type {any[]} */
const kept = [];

/** @type {Record<string, () => void>} what is done for ever */
const KINDS = {
  resource() { kept.push(new ah.AsyncResource('KEPT')); },
  promise() { kept.push(new Promise((resolve) => resolve(null))); },
  storage() {
    storage.enterWith(new Array(100).fill(kept.length));
    kept.push(ah.AsyncLocalStorage.snapshot());
  },
  embedder() {
    const { newAsyncId, emitBefore } = require('../../legacy');
    emitBefore(newAsyncId(), 1, {});
  },
  async continuation() {
    kept.push(Promise.resolve().then(() => {}));
    await null;
  },
};

/** The heap is nearly full all the time, but everything goes in the end. */
async function churn() {
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(Array.from({ length: PER_ROUND }, (_, index) =>
      Promise.resolve(index).then((value) => new ah.AsyncResource('CHURN', { triggerAsyncId: value }))));
    await new Promise(setImmediate);
  }
  globalThis.gc?.();
  await new Promise(setImmediate);
  console.log(JSON.stringify({ made: ROUNDS * PER_ROUND * 2, ...counts }));
}

const kind = process.argv[2];
if (kind === 'churn') churn();
else for (;;) KINDS[kind]();

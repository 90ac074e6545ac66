'use strict';

/** `heap.js KIND`: fills the heap, with all kinds of callbacks enabled, until the process dies of it; or (`churn`) nearly. */

const { counts } = require('./counts');
const ah = require('./module');

const ROUNDS = 60;
const PER_ROUND = 10_000;

const storage = new ah.AsyncLocalStorage();
/** @type {any[]} */
const kept = [];

/** @type {Record<string, () => void>} what is done for ever */
const KINDS = {
  resource() {
    kept.push(new ah.AsyncResource('KEPT'));
  },
  promise() {
    kept.push(new Promise((resolve) => resolve(null)));
  },
  storage() {
    storage.enterWith(new Array(100).fill(kept.length));
    kept.push(ah.AsyncLocalStorage.snapshot());
  },
  embedder() {
    const { newAsyncId, emitBefore } = require('../../../legacy');
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
    await Promise.all(
      Array.from({ length: PER_ROUND }, (_, index) =>
        Promise.resolve(index).then((value) => new ah.AsyncResource('CHURN', { triggerAsyncId: value })),
      ),
    );
    await new Promise(setImmediate);
  }
  globalThis.gc?.();
  await new Promise(setImmediate);
  console.log(JSON.stringify({ made: ROUNDS * PER_ROUND * 2, ...counts }));
}

const kind = process.argv[2];
if (kind === 'churn') churn();
else for (;;) KINDS[kind]();

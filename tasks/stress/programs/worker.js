'use strict';

/** A Worker full of hooks that ends by the means it is given. */

const fs = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');

const { counts } = require('./counts');
const ah = require('./module');

/** @typedef {'return' | 'exit' | 'throw' | 'memory' | 'terminate'} Means */

/** @type {{ means: Means, kind: 'hooks' | 'storage' | 'recorder', file: string }} */
const { means, kind, file } = workerData;

if (kind === 'recorder' && process.env.MODULE_UNDER_TEST !== 'builtin') require('../../../record').record({ file });

const storage = new ah.AsyncLocalStorage();
const enter = kind === 'storage' ? storage.run.bind(storage, { kind }) : (/** @type {() => unknown} */ action) => action();

/** One turn of what programs do. */
async function turn() {
  const resource = new ah.AsyncResource('STRESS');
  resource.runInAsyncScope(() => process.nextTick(() => {}));
  resource.emitDestroy();
  await Promise.all([null, new Promise(setImmediate), fs.promises.stat(__filename)]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (kind === 'storage' && storage.getStore() === undefined) throw new Error('the store is lost');
}

function fillMemory() {
  const kept = [];
  for (;;) {
    kept.push(new ah.AsyncResource('KEPT'), new Promise(() => {}), new Array(20_000).fill(kept.length));
  }
}

const ends = {
  return() {},
  exit() {
    process.exit(7);
  },
  throw() {
    setImmediate(() => {
      throw new Error('uncaught in the worker');
    });
  },
  memory() {
    fillMemory();
  },
  async terminate() {
    for (;;) await turn();
  },
};

enter(async () => {
  /** @type {import('node:worker_threads').MessagePort} */ (parentPort).postMessage('started');
  for (let i = 0; i < 3; i++) await turn();
  if (Object.values(counts).includes(0)) throw new Error(`events that never came: ${JSON.stringify(counts)}`);
  await ends[means]();
});

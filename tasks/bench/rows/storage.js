'use strict';

/** `AsyncLocalStorage` by itself: entering, leaving and reading, synchronously. */

const { storageBar } = require('../bars');
const { timePerOperation } = require('../measures');

const OTHERS = 10;

const store = {};

function work() {}

/** What remains of a storage without context: the calls. */
class Plain {
  /**
   * @param {unknown} value
   * @param {(...args: any[]) => any} callback
   * @param {any[]} args
   */
  run(value, callback, ...args) {
    return callback(...args);
  }

  getStore() {
    return store;
  }
}

/** @param {import('.').Context} context */
function storageClass({ variant, asyncHooks }) {
  return /** @type {typeof import('node:async_hooks').AsyncLocalStorage<object>} */ (
    variant === 'none' ? Plain : asyncHooks.AsyncLocalStorage
  );
}

/** @param {import('.').Context} context */
function prepareRun(context) {
  const storage = new (storageClass(context))();
  return async (/** @type {number} */ size) => {
    for (let i = 0; i < size; i++) storage.run(store, work);
  };
}

/** @param {import('.').Context} context */
function prepareRunAmongOthers(context) {
  const Storage = storageClass(context);
  const storage = new Storage();
  const others = Array.from({ length: OTHERS }, () => new Storage());
  return async (/** @type {number} */ size) =>
    inside(others, 0, () => {
      for (let i = 0; i < size; i++) storage.run(store, work);
    });
}

/** @param {import('.').Context} context */
function prepareNested(context) {
  const Storage = storageClass(context);
  const storages = Array.from({ length: OTHERS }, () => new Storage());
  return async (/** @type {number} */ size) => {
    for (let i = 0; i < size; i++) inside(storages, 0, work);
  };
}

/**
 * @param {import('node:async_hooks').AsyncLocalStorage<object>[]} storages
 * @param {number} index
 * @param {() => void} callback
 * @returns {void}
 */
function inside(storages, index, callback) {
  if (index === storages.length) callback();
  else storages[index].run(store, inside, storages, index + 1, callback);
}

/** @param {import('.').Context} context */
function prepareGet(context) {
  const storage = new (storageClass(context))();
  return async (/** @type {number} */ size) =>
    storage.run(store, () => {
      let found = 0;
      for (let i = 0; i < size; i++) if (storage.getStore() === store) found += 1;
      if (found !== size) throw new Error(`the store was there ${found} times of ${size}`);
    });
}

const row = { hooks: [], measure: timePerOperation };

/** @type {import('.').Row[]} */
module.exports = [
  { ...row, name: 'storage, run', bar: storageBar('<=', 0.3, 1.1, 1.1), size: 10_000, batches: 500, prepare: prepareRun },
  {
    ...row,
    name: 'storage, run among ten others',
    bar: storageBar('<=', 0.1, 0.5, 1.1),
    size: 10_000,
    batches: 200,
    prepare: prepareRunAmongOthers,
  },
  { ...row, name: 'storage, ten nested runs', bar: storageBar('<=', 0.15, 0.6, 1.0), size: 1_000, batches: 200, prepare: prepareNested },
  { ...row, name: 'storage, getStore', bar: storageBar('<=', 0.7, 1.2, 1.2), size: 100_000, batches: 400, prepare: prepareGet },
];

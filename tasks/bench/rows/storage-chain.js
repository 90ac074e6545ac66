'use strict';

/** The await chain inside `run`: what it costs that stores travel with every promise. */

const { storageBar } = require('../bars');
const { timePerOperation } = require('../measures');

async function leaf() {}

async function chain() {
  await leaf();
  await leaf();
}

/** @param {number} count how many storages have a store */
function prepareWith(count) {
  return (/** @type {import('.').Context} */ { variant, asyncHooks: { AsyncLocalStorage } }) => {
    const storages = Array.from({ length: variant === 'none' ? 0 : count }, () => new AsyncLocalStorage());
    /**
     * @param {() => Promise<void>} callback
     * @param {number} index
     * @returns {Promise<void>}
     */
    const inside = (callback, index) =>
      index === storages.length ? callback() : storages[index].run(storages[index], inside, callback, index + 1);
    return (/** @type {number} */ size) =>
      inside(async () => {
        for (let i = 0; i < size; i++) await chain();
        for (const storage of storages) if (storage.getStore() !== storage) throw new Error('a store was lost');
      }, 0);
  };
}

const row = { hooks: [], measure: timePerOperation, size: 1_000, batches: 600 };

/** @type {import('.').Row[]} */
module.exports = [
  { ...row, name: 'await chain, one storage', bar: storageBar('<=', 1.02, 1.02, 1.02), prepare: prepareWith(1) },
  { ...row, name: 'await chain, ten storages', bar: storageBar('<=', 1.02, 1.02, 0.4), prepare: prepareWith(10) },
];

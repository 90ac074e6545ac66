'use strict';

/** The bars: what a row has to reach on the Node that runs it. */

const { createHook } = require('node:async_hooks');

/**
 * @typedef {object} Bar
 * @property {'total' | 'ours'} of what is compared: the ratio of totals, or the value of ours itself
 * @property {'<=' | '>='} sign
 * @property {number} own where the runtime can leave promises to us (Node 26, and 24 from 24.12)
 * @property {number} feed where it cannot (Node 20, 22, and 24 before 24.12)
 */

/**
 * Whether this Node knows `trackPromises`. One that does refuses a value that is no boolean.
 */
function runtimeCanIgnorePromises() {
  try {
    createHook(/** @type {object} */ ({ trackPromises: 'maybe' }));
    return false;
  } catch {
    return true;
  }
}

/**
 * For values where less is better: the ratio ours/builtin.
 * @param {number} own
 * @param {number} [feed]
 * @returns {Bar}
 */
function totalAtMost(own, feed = own) {
  return { of: 'total', sign: '<=', own, feed };
}

/**
 * For values where more is better: the ratio ours/builtin.
 * @param {number} own
 * @param {number} feed
 * @returns {Bar}
 */
function totalAtLeast(own, feed) {
  return { of: 'total', sign: '>=', own, feed };
}

/**
 * A limit in the row's own unit, where the builtin has nothing to compare with.
 * @param {number} limit
 * @returns {Bar}
 */
function oursAtMost(limit) {
  return { of: 'ours', sign: '<=', own: limit, feed: limit };
}

/**
 * The same for values where more is better.
 * @param {number} limit
 * @returns {Bar}
 */
function oursAtLeast(limit) {
  return { of: 'ours', sign: '>=', own: limit, feed: limit };
}

/**
 * For storages: by the way in which stores travel on the Node that runs the row.
 * @param {'<=' | '>='} sign
 * @param {number} native with native frames
 * @param {number} slot in the slot, on a Node with context frames
 * @param {number} hooks on a Node without them
 * @returns {Bar}
 */
function storageBar(sign, native, slot, hooks) {
  const limit = storesTravel() === 'native' ? native : slot;
  return { of: 'total', sign, own: limit, feed: hooks };
}

function storesTravel() {
  return process.env.ASYNC_HOOKS_RS_STORAGE === 'slot' ? 'slot' : 'native';
}

module.exports = { runtimeCanIgnorePromises, totalAtMost, totalAtLeast, oursAtMost, oursAtLeast, storageBar };

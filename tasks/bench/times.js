'use strict';

/** What many do with hooks: from when this is loaded, one of Node's stores the time of each event in a Map. */

const { createHook } = require('node:async_hooks');

/** @type {Map<number, number>} */
const times = new Map();
const store = (/** @type {number} */ asyncId) => times.set(asyncId, performance.now());

createHook({ init: store, before: store, after: store, promiseResolve: store, destroy: (asyncId) => times.delete(asyncId) }).enable();

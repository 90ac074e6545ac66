'use strict';
// Shows: how a store gets lost, and the two ways to keep it. A library that queues callbacks and calls
//        them all together calls them in the context of whoever filled the queue last.
// Look at: ann's plain callback gets bob's store; bound, or behind a promise, it gets her own.
//
// Output:
//   plain callback of ann: bob
//   bound callback of ann: ann
//   awaited by ann: ann
//   plain callback of bob: bob
const { promisify } = require('node:util');
const { AsyncLocalStorage, AsyncResource } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();
const queue = [];
const lines = [];

/** The library: calls back once four callers have come. */
function batched(callback) {
  if (queue.push(callback) === 4) setImmediate(() => queue.forEach((call) => call(null)));
}

const note = (what) => lines.push(`${what}: ${storage.getStore()}`);

storage.run('ann', () => {
  batched(() => note('plain callback of ann'));
  batched(AsyncResource.bind(() => note('bound callback of ann')));
  promisify(batched)().then(() => note('awaited by ann'));
});
storage.run('bob', () => {
  batched(() => note('plain callback of bob'));
});

process.on('exit', () => {
  const order = ['plain callback of ann', 'bound', 'awaited', 'plain callback of bob'];
  const rank = (line) => order.findIndex((start) => line.startsWith(start));
  print(lines.sort((a, b) => rank(a) - rank(b)).join('\n'));
});

'use strict';

/** Requests at once, each with a store of its own, and which of them a storage takes the callbacks of a native addon for. */

const { AsyncLocalStorage } = require('node:async_hooks');

const REQUESTS = 4;

const storage = new AsyncLocalStorage();

/**
 * Prints it for each request: `{ id, seen }`, by the name of the callback.
 * @param {(note: (name: string) => void, index: number) => Promise<unknown>} request calls note in each callback
 */
async function observe(request) {
  const seen = Array.from({ length: REQUESTS }, () => /** @type {Record<string, unknown>} */ ({}));
  await Promise.all(
    seen.map((each, index) =>
      storage.run(`r${index}`, () => {
        return request((name) => {
          each[name] = storage.getStore() ?? 'no store';
        }, index);
      }),
    ),
  );
  for (const [index, each] of seen.entries()) console.log(JSON.stringify({ id: `r${index}`, seen: each }));
}

/**
 * @param {(done: (...args: any[]) => void) => void} start
 * @returns {Promise<any[]>} what it calls back with
 */
function called(start) {
  return new Promise((resolve) => start((...args) => resolve(args)));
}

module.exports = { REQUESTS, called, observe };

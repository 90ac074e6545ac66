'use strict';

/**
 * Preloaded after `async-hooks-rs/register`: writes into the file named by CLIENTS_WITNESS,
 * as a JSON array, what the program took from this package, so that no client can
 * pass because it had Node's own module all the time.
 */

const fs = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const taken = new Set();
const face = /** @type {any} */ (require('node:async_hooks'));
const file = process.env.CLIENTS_WITNESS;

if (isMainThread && file !== undefined && face === require('async-hooks-rs')) {
  for (const name of ['createHook', 'AsyncLocalStorage', 'AsyncResource']) watch(name);
  // Child processes have what they take for themselves.
  delete process.env.CLIENTS_WITNESS;
  process.on('exit', () => fs.writeFileSync(file, JSON.stringify([...taken])));
}

/** @param {string} name */
function watch(name) {
  const value = face[name];
  Object.defineProperty(face, name, {
    configurable: true,
    enumerable: true,
    get() {
      taken.add(name);
      return value;
    },
  });
}

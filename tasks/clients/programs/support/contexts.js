'use strict';

/** A request's context, kept in both ways at once: by `AsyncLocalStorage`, and by hooks through cls-hooked. */

const { AsyncLocalStorage } = require('node:async_hooks');
const { createNamespace } = require('cls-hooked');

const storage = new AsyncLocalStorage();
const session = createNamespace('request');

/**
 * @template T
 * @param {string} id
 * @param {() => Promise<T>} fn
 * @returns {Promise<T>}
 */
function runAs(id, fn) {
  return storage.run({ id }, () =>
    session.runPromise(() => {
      session.set('id', id);
      return fn();
    }),
  );
}

/** @returns {string} the id, or what each of the two says where they do not agree */
function current() {
  const byStorage = storage.getStore()?.id;
  const byHooks = session.get('id');
  return byStorage === byHooks ? byStorage : `storage ${byStorage}, hooks ${byHooks}`;
}

module.exports = { current, runAs };

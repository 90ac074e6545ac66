'use strict';

/** Stores that are alive long after what they were made for: with the operations that hold them, by place. */

const { contextOf, nameOf } = require('./labels');
const { originalOf } = require('./sources');
const { isStep, wordsOf } = require('./types');
const { collectGarbage } = require('./garbage');

/** Stores and operations that are followed. */
const MOST = 20_000;

/**
 * @typedef {object} Leak
 * @property {string} storage
 * @property {number} count of stores
 * @property {string} holder what holds them
 * @property {string} file where that was made
 * @property {number} line
 * @property {number} column
 * @property {string} context where one of them was entered
 */

/** @type {Set<{ token: import('./tokens').Token, store: WeakRef<object> }>} */
const stores = new Set();
/** @type {Set<{ operation: import('./path').Operation, resource: WeakRef<object> }>} */
const operations = new Set();
const gone = new FinalizationRegistry((/** @type {() => void} */ forget) => forget());

/**
 * @template T
 * @param {Set<T>} followed
 * @param {T} entry
 * @param {object} target
 */
function add(followed, entry, target) {
  if (followed.size >= MOST) return;
  followed.add(entry);
  gone.register(target, () => followed.delete(entry));
}

/**
 * @param {typeof import('./storages').listeners} listeners
 * @returns {(operation: import('./path').Operation, resource: object) => void} takes each operation that is no promise
 */
function followLeaks(listeners) {
  listeners.entered = (token, store) => {
    if (typeof store === 'object' && store !== null) add(stores, { token, store: new WeakRef(store) }, store);
  };
  return (operation, resource) => {
    if (operation.frame === undefined || isStep(operation.type)) return;
    add(operations, { operation, resource: new WeakRef(resource) }, resource);
  };
}

/** @returns {Leak[]} */
function leaks() {
  if (stores.size === 0) return [];
  collectGarbage();
  const alive = [...stores].filter(({ token, store }) => token.isOver && store.deref() !== undefined);
  const holders = [...operations].filter(({ resource }) => isOpen(resource.deref()));
  /** @type {Map<string, Leak>} */
  const found = new Map();
  for (const { token } of alive) {
    const holder = holders.find(({ operation }) => operation.frame?.tokenOf(token.storage)?.root === token.root)?.operation;
    // A promise that is not settled may hold it, or an object of the program: no hook tells.
    if (holder === undefined) continue;
    const place = holder.place === null ? { file: '', line: 0, column: 0 } : originalOf(holder.place);
    const key = `${token.storage.number} ${holder.type} ${place.file}:${place.line}`;
    const leak = found.get(key);
    if (leak === undefined) {
      found.set(key, { storage: nameOf(token.storage), count: 1, holder: wordsOf(holder.type), ...place, context: contextOf(token) });
    } else {
      leak.count += 1;
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

/** @param {any} resource */
function isOpen(resource) {
  return resource !== undefined && resource._destroyed !== true;
}

module.exports = { followLeaks, leaks };

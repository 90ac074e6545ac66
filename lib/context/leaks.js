'use strict';

/** Stores that are alive long after what they were made for: with the operations and promises that hold them, by place. */

const { contextOf, nameOf } = require('./labels');
const { callerOf } = require('./places');
const { originalOf } = require('./sources');
const { isStep, wordsOf } = require('./types');
const { collectGarbage } = require('./garbage');

/** Stores and operations that are followed. */
const MOST = 20_000;
const SOON_MS = 1000;

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
 * @returns {(operation: import('./path').Operation, resource: object) => void} takes each operation
 */
function followLeaks(listeners) {
  listeners.entered = (token, store) => {
    if (typeof store === 'object' && store !== null) add(stores, { token, store: new WeakRef(store) }, store);
  };
  return function take(operation, resource) {
    if (operation.frame === undefined || (isStep(operation.type) && operation.type !== 'PROMISE')) return;
    if (operations.size < MOST) operation.place ??= callerOf(take);
    add(operations, { operation, resource: new WeakRef(resource) }, resource);
  };
}

/** @returns {Leak[]} */
function leaks() {
  if (stores.size === 0) return [];
  collectGarbage();
  const alive = [...stores].filter(({ token, store }) => token.isOver && store.deref() !== undefined);
  const open = [...operations].filter(({ operation, resource }) => !operation.isResolved && isOpen(resource.deref()));
  const holders = open.sort((a, b) => rank(a.operation) - rank(b.operation));
  /** @type {Map<string, Leak>} */
  const found = new Map();
  for (const { token } of alive) {
    const holder = holders.find(({ operation }) => operation.frame?.tokenOf(token.storage)?.root === token.root)?.operation;
    // An object of the program may hold it: no hook tells.
    if (holder === undefined) continue;
    const place = holder.place === null ? { file: '', line: 0, column: 0 } : originalOf(holder.place);
    const key = `${token.storage.number} ${holder.type} ${place.file}:${place.line}`;
    const leak = found.get(key);
    if (leak === undefined) {
      found.set(key, { storage: nameOf(token.storage), count: 1, holder: holderText(holder.type), ...place, context: contextOf(token) });
    } else {
      leak.count += 1;
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

/**
 * What an operation of the program holds, a promise that waits for it holds, too; what has no place is Node's own.
 * @param {import('./path').Operation} operation
 */
function rank({ type, place }) {
  if (place === null) return 2;
  return type === 'PROMISE' ? 1 : 0;
}

/** @param {string} type */
function holderText(type) {
  return type === 'PROMISE' ? 'a promise that does not settle' : wordsOf(type);
}

/** @param {any} resource */
function isOpen(resource) {
  if (resource === undefined || resource._destroyed === true) return false;
  // A timer that is due soon lets go by itself, as those that Node sets for its own.
  return !(resource._idleTimeout <= SOON_MS && resource._repeat === null);
}

module.exports = { followLeaks, leaks };

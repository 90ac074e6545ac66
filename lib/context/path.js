'use strict';

/** The operations that led to what runs: each knows in which other one it was made, and where, and in which frame. */

const { builtin } = require('./node');
const { currentFrame } = require('./current');
const { currentStrays, hasMismatches } = require('./closures');
const { callerOf } = require('./places');

/** Operations above one that it remembers, at most twice as many. */
const MOST_ABOVE = 48;
/** Operations that are found by their ids. */
const MOST_BY_ID = 1 << 15;
/** Types whose places nobody asks for, and of which there are the most. */
const WITHOUT_PLACE = new Set(['PROMISE', 'TickObject', 'Microtask']);

class Operation {
  /** How often it has called back. */
  fired = 0;
  /** Closures that ran out of their context while it was made. @type {import('./closures').Stray[] | null} */
  noted = null;
  /** Of a promise: the frame in which it was resolved, and the operation that did. @type {import('./tokens').Frame | undefined} */
  resolvedIn = undefined;
  /** @type {Operation | null} */
  resolver = null;

  /**
   * @param {string} type
   * @param {Operation | null} above the one that ran when this one was made
   * @param {Operation | null} trigger of a promise: the one that it waits for
   * @param {import('./tokens').Frame | undefined} frame
   * @param {import('./places').Place | null} place
   */
  constructor(type, above, trigger, frame, place) {
    this.type = type;
    this.above = above;
    this.trigger = trigger;
    this.frame = frame;
    this.place = place;
    /** The HTTP request that it is made for. @type {import('./requests').Request | null} */
    this.request = above === null ? null : above.request;
    /** @type {number} */
    this.depth = above === null ? 0 : above.depth + 1;
    if (this.depth > 2 * MOST_ABOVE) this.#cut();
  }

  /** Forgets those that are far above, so that no chain grows for as long as a program runs. */
  #cut() {
    /** @type {Operation} */
    let each = this;
    for (let left = MOST_ABOVE; left > 0 && each.above !== null; left--) each = each.above;
    each.above = null;
    this.depth = MOST_ABOVE;
  }
}

/** @type {WeakMap<object, Operation>} */
const operations = new WeakMap();
/** @type {Map<number, Operation>} */
const byId = new Map();
let notes = 0;

/** The operation that runs now. */
function currentOperation() {
  const resource = builtin.executionAsyncResource();
  let operation = operations.get(resource);
  if (operation === undefined) {
    const type = builtin.executionAsyncId() === 1 ? 'main' : 'unknown';
    operation = new Operation(type, null, null, undefined, null);
    operations.set(resource, operation);
  }
  return operation;
}

/** @param {any} resource */
function timerType(resource) {
  return typeof resource?._repeat === 'number' ? 'Interval' : 'Timeout';
}

/**
 * @param {number} asyncId
 * @param {string} type
 * @param {number} triggerId
 * @param {any} resource
 */
function init(asyncId, type, triggerId, resource) {
  const isPromise = type === 'PROMISE';
  const operation = new Operation(
    type === 'Timeout' ? timerType(resource) : type,
    currentOperation(),
    isPromise ? (byId.get(triggerId) ?? null) : null,
    currentFrame(),
    WITHOUT_PLACE.has(type) ? null : callerOf(init),
  );
  if (hasMismatches()) {
    operation.noted = currentStrays(init);
    if (operation.noted !== null) notes += 1;
  }
  operations.set(resource, operation);
  if (!isPromise) {
    made?.(operation, resource);
    return;
  }
  byId.set(asyncId, operation);
  if (byId.size > MOST_BY_ID) byId.delete(/** @type {number} */ (byId.keys().next().value));
}

function before() {
  currentOperation().fired += 1;
}

/** @param {number} asyncId */
function promiseResolve(asyncId) {
  const operation = byId.get(asyncId);
  if (operation === undefined) return;
  operation.resolvedIn = currentFrame();
  operation.resolver = currentOperation();
}

/** @param {Function} callback */
function harmless(callback) {
  return (/** @type {any[]} */ ...args) => {
    try {
      Reflect.apply(callback, undefined, args);
    } catch {
      // The program has used up its stack, most likely, and shall find out by itself.
    }
  };
}

/** @typedef {(operation: Operation, resource: object) => void} Made */

/** @type {Made | undefined} */
let made;

/** @param {Made} [whenMade] is told each operation that is no promise */
function followOperations(whenMade) {
  made = whenMade;
  const { createHook } = require('../instance').face;
  createHook(/** @type {any} */ ({ init: harmless(init), before: harmless(before), promiseResolve: harmless(promiseResolve) })).enable();
}

/** Whether any operation was made by a closure out of its context. */
function hasNotes() {
  return notes > 0;
}

/** @param {object} resource */
function operationOf(resource) {
  return operations.get(resource) ?? null;
}

/**
 * @param {Operation | null} operation
 * @returns {Generator<Operation>} it, and those above it
 */
function* upwards(operation) {
  for (let each = operation; each !== null; each = each.above) yield each;
}

module.exports = { Operation, currentOperation, followOperations, hasNotes, operationOf, upwards };

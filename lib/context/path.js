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

/** Callees whose frames are remembered. */
const MOST_CALLEES = 8;

/** @typedef {import('./tokens').Frame[]} Frames */

class Operation {
  /** How often it has called back. */
  fired = 0;
  /** Closures that ran out of their context while it was made. @type {import('./closures').Stray[] | null} */
  noted = null;
  /** Of a promise: whether it was resolved. */
  isResolved = false;
  /** Of a promise: the frames in which callees had entered something when they resolved it. @type {Frames | null} */
  brought = null;
  /** Of what waits for a promise: those frames, which do not come with it. @type {Frames | null} */
  missed = null;
  /** What is over when the promise is resolved. @type {import('./tokens').Token | null} */
  ends = null;

  /**
   * @param {string} type
   * @param {Operation | null} above the one that ran when this one was made
   * @param {Operation | null} awaited by a promise: another one, until it is there. Chains of those that are would never end
   * @param {import('./tokens').Frame | undefined} frame
   * @param {import('./places').Place | null} place
   */
  constructor(type, above, awaited, frame, place) {
    this.type = type;
    this.above = above;
    this.awaited = awaited;
    this.frame = frame;
    frame?.use();
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
    each.awaited = null;
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

/**
 * @param {string} type as Node has it
 * @param {any} resource
 */
function typeOf(type, resource) {
  if (type === 'Timeout' && typeof resource?._repeat === 'number') return 'Interval';
  return type === 'Test' && resource?.constructor?.name === 'TestHook' ? 'TestHook' : type;
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
    typeOf(type, resource),
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
  made?.(operation, resource);
  if (!isPromise) return;
  byId.set(asyncId, operation);
  if (byId.size > MOST_BY_ID) byId.delete(/** @type {number} */ (byId.keys().next().value));
}

function before() {
  const operation = currentOperation();
  operation.fired += 1;
  if (operation.awaited === null) return;
  operation.missed = operation.awaited.brought;
  operation.awaited = null;
}

/** @param {number} asyncId */
function promiseResolve(asyncId) {
  const operation = byId.get(asyncId);
  if (operation === undefined) return;
  operation.isResolved = true;
  if (operation.ends !== null) operation.ends.isEnded = true;
  operation.brought = broughtBy(currentOperation(), currentFrame());
}

/**
 * @param {Operation} resolver
 * @param {import('./tokens').Frame | undefined} frame
 * @returns {Frames | null}
 */
function broughtBy(resolver, frame) {
  const frames = frame?.hasEntered() === true ? [frame] : [];
  let left = MOST_CALLEES;
  for (const { type, missed } of upwards(resolver)) {
    if (left === 0 || type !== 'PROMISE') break;
    left -= 1;
    for (const each of missed ?? []) if (frames.length < MOST_CALLEES && !frames.includes(each)) frames.push(each);
  }
  return frames.length === 0 ? null : frames;
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

/** @param {Made} [whenMade] is told each operation */
function followOperations(whenMade) {
  made = whenMade;
  const { createHook } = require('../instance').face;
  createHook(/** @type {any} */ ({ init: harmless(init), before: harmless(before), promiseResolve: harmless(promiseResolve) })).enable();
}

/** Whether any operation was made by a closure out of its context. */
function hasNotes() {
  return notes > 0;
}

/**
 * @param {object} promise
 * @param {import('./tokens').Token} token of what is over when the promise is resolved
 */
function endWith(promise, token) {
  const operation = operations.get(promise);
  if (operation === undefined) return;
  if (operation.isResolved) token.isEnded = true;
  else operation.ends = token;
}

/**
 * @param {Operation | null} operation
 * @returns {Generator<Operation>} it, and those above it
 */
function* upwards(operation) {
  for (let each = operation; each !== null; each = each.above) yield each;
}

module.exports = { Operation, currentOperation, followOperations, endWith, hasNotes, upwards };

'use strict';

/**
 * The state of this thread: the engine in Rust and the memory that it shares with
 * JavaScript. What each index means is said where it is defined, in `crates/engine/src/layout.rs`.
 */

const { loadAddon } = require('./addon');

const native = loadAddon();
const layout = Object.freeze(native.layout());
const wants = Object.freeze(native.wants());
const todo = Object.freeze(native.todo());

// Shared, so that no transfer can detach it from under Rust.
const memory = new SharedArrayBuffer(layout.slots * Float64Array.BYTES_PER_ELEMENT);
const ids = new Float64Array(memory);
const fields = new Int32Array(memory);

/** What the environment asks for, as it was when the package was loaded. */
const promiseSource = process.env.ASYNC_HOOKS_RS_PROMISES;
const storageCarrier = process.env.ASYNC_HOOKS_RS_STORAGE;
const nativeContext = process.env.ASYNC_HOOKS_RS_NATIVE_CONTEXT;

/**
 * What the event loop and the garbage collector lead to; set by those whom it concerns.
 */
const handlers = {
  /** The event loop turned after `native.askTurn`. */
  turn() {},
  /** @type {(first: number, count: number) => void} The `destroy` of these was asked for. */
  destroy() {},
  /** @type {(first: number, count: number) => void} These promises are gone. */
  collected() {},
  /** So many promises were watched without a turn of the event loop that those which are gone were looked for. */
  looked() {},
  /** @type {(position: number) => void} The storage at this position is gone. */
  storageCollected() {},
};

const closeBatch = native.openThread(
  ids,
  () => handlers.turn(),
  (first, count) => handlers.destroy(first, count),
  (first, count) => handlers.collected(first, count),
  () => handlers.looked(),
  (position) => handlers.storageCollected(position),
);

module.exports = { native, layout, wants, todo, ids, fields, handlers, closeBatch, promiseSource, storageCarrier, nativeContext };

'use strict';

/**
 * The state of this thread: the engine in Rust and the memory that it shares with
 * JavaScript. What each index means is said where it is defined, in `src/layout.rs`.
 */

const { loadAddon } = require('./addon');

const native = loadAddon();
const layout = Object.freeze(native.layout());
const wants = Object.freeze(native.wantsBits());

// Shared, so that no transfer can detach it from under Rust.
const memory = new SharedArrayBuffer(layout.slots * Float64Array.BYTES_PER_ELEMENT);
const ids = new Float64Array(memory);
const fields = new Uint32Array(memory);

/** @type {() => void} */
let turn = () => {};

native.openThread(ids, () => turn());

/**
 * Sets what runs at the turn of the event loop that `native.queueDestroy` asks for.
 * @param {() => void} callback
 */
function onTurn(callback) {
  turn = callback;
}

module.exports = { native, layout, wants, ids, fields, onTurn };

'use strict';

/**
 * Where in a frame each storage has its store. Rust gives the positions and learns when a
 * storage is collected; then its position goes to another one, and a new generation
 * begins, which tells frames that may still hold the former one's store from younger ones.
 */

const { native, layout, fields, handlers } = require('../thread');

const { storageGeneration: GENERATION } = layout;

/**
 * By position: the generation since which it belongs to the storage that has it now, if any.
 * @type {number[]}
 */
const ownedSince = [];

/** Later than any generation. A small integer, which V8 compares faster than Infinity. */
const NEVER = 2 ** 30 - 1;

/** @type {((position: number) => void)[]} */
const listeners = [];

handlers.storageCollected = (position) => {
  ownedSince[position] = fields[GENERATION];
  for (const listener of listeners) listener(position);
};

/**
 * @param {object} storage
 * @returns {number}
 */
function place(storage) {
  return native.placeStorage(storage);
}

function generation() {
  return fields[GENERATION];
}

/**
 * @param {(position: number) => void} listener is told the position of each storage that is gone
 */
function onCollected(listener) {
  listeners.push(listener);
}

module.exports = { NEVER, place, generation, ownedSince, onCollected };

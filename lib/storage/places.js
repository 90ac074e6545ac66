'use strict';

/**
 * Where in a frame each storage has its store. Rust gives the positions and learns when a
 * storage is collected; then its position goes to another one, and a new generation
 * begins, which tells frames that may still hold the former one's store from younger ones.
 */

const { native, layout, fields, handlers } = require('../engine/thread');

const { storageGeneration: GENERATION } = layout;

/**
 * By position: the generation since which it belongs to the storage that has it now, if any.
 * @type {number[]}
 */
const ownedSince = [];

/** A storage's place in every frame. It does not keep the storage alive. */
class Place {
  /**
   * @param {number} position
   * @param {number} since the generation in which it was given
   */
  constructor(position, since) {
    this.position = position;
    this.since = since;
  }
}

/** The place of a storage that was never entered: it has no store in any frame. */
const NOWHERE = new Place(0, Infinity);

/**
 * By position, the place of the storage that has it.
 * @type {Place[]}
 */
const places = [];

/** @type {((place: Place) => void)[]} */
const listeners = [];

handlers.storageCollected = (position) => {
  ownedSince[position] = fields[GENERATION];
  for (const listener of listeners) listener(places[position]);
  places[position] = NOWHERE;
};

/** @param {object} storage */
function placeOf(storage) {
  // Its position first: a storage that is collected meanwhile begins a generation.
  const position = native.placeStorage(storage);
  places[position] = new Place(position, fields[GENERATION]);
  return places[position];
}

/**
 * @param {(place: Place) => void} listener is told the place of each storage that is gone
 */
function onCollected(listener) {
  listeners.push(listener);
}

module.exports = { NOWHERE, placeOf, ownedSince, onCollected };

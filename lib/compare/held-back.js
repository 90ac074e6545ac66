'use strict';
/**
 * Promises whose `destroy` this package may owe: it watches promises in batches of consecutive ones, and a batch is
 * reported when all of it is gone. So one that is still alive, with the builtin as well, may hold back its neighbours.
 */

const { loadAddon } = require('../engine/addon');

/** @typedef {import('./transcript').Transcript} Transcript */

/**
 * @param {Transcript} builtin
 * @param {Transcript} ours
 * @returns {string[]} those destroyed only with the builtin that are near enough to one that is alive there
 */
function heldBack(builtin, ours) {
  const destroyed = new Set(builtin.destroyed);
  const reported = new Set(ours.destroyed);
  const owed = builtin.promises.filter((name) => destroyed.has(name) && !reported.has(name));
  if (owed.length === 0) return owed;
  const reach = loadAddon().layout().batchSize;
  const places = new Map(builtin.promises.map((name, place) => [name, place]));
  return owed.filter((name) => {
    const place = Number(places.get(name));
    return builtin.promises.slice(Math.max(0, place - reach + 1), place + reach).some((other) => !destroyed.has(other));
  });
}

module.exports = { heldBack };

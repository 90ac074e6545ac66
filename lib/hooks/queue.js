'use strict';

/**
 * Node's queue of destroys. Node empties it at a turn of the event loop, and where that does not come once 16,384 wait:
 * in a program that does nothing but await, those of promises fill it. With promises tracked here they do not go
 * through it, so that whatever else waits there would wait for ever. It is filled up instead.
 */

const { probe } = require('../node/symbols');
const { handlers } = require('../engine/thread');

const { apply } = Reflect;
const { emitDestroy } = Object.getPrototypeOf(probe);

/** So many Node keeps waiting. */
const LIMIT = 16_384;
/** Looks for collected promises between two times where no resource was made: one that is older may wait, too. */
const LOOKS = 8;

const probeId = probe.asyncId();

/** Whether a resource was made since the queue was filled up, whose destroy may wait in it. */
const queue = { mayHold: true };
let looks = 0;

handlers.looked = () => {
  looks += 1;
  if (!queue.mayHold && looks < LOOKS) return;
  queue.mayHold = false;
  looks = 0;
  for (let i = 0; i < LIMIT; i++) apply(emitDestroy, probe, []);
};

/**
 * Whether a destroy is one of those that fill the queue.
 * @param {number} asyncId
 */
function isFilling(asyncId) {
  return asyncId === probeId;
}

module.exports = { queue, isFilling };

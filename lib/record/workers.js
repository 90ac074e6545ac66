'use strict';

/** Which Worker a resource is, and which one a port has its messages from: Node tells of each Worker when it is made. */

const { descriptionOf, getOwnPropertySymbols } = require('../engine/own');
const { subscribed } = require('./channels');

/**
 * @param {(asyncId: number, words: string) => void} tell
 * @returns {() => void} what ends it
 */
function followWorkers(tell) {
  return subscribed('worker_threads', ({ worker }) => {
    const name = `worker ${worker.threadId}`;
    const handle = valueOf(worker, 'kHandle');
    tell(handle.getAsyncId(), name);
    // A port shows no id itself, but has one as any handle has.
    tell(handle.getAsyncId.call(valueOf(worker, 'kPublicPort')), `message from ${name}`);
  });
}

/**
 * @param {any} object of Node
 * @param {string} description of a symbol that names one of its properties
 */
function valueOf(object, description) {
  const symbols = getOwnPropertySymbols(object);
  for (let at = 0; at < symbols.length; at++) {
    if (descriptionOf(symbols[at]) === description) return object[symbols[at]];
  }
  return undefined;
}

module.exports = { followWorkers };

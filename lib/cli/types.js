'use strict';

/** The types of resources that Node makes. A program may name its own ones as it likes. */

const builtin = require('../node/builtin');

/** Those that Node's own JavaScript makes, which it lists nowhere. */
const OF_JAVASCRIPT = ['Timeout', 'Immediate', 'TickObject', 'Microtask', 'PROMISE', 'STREAM_END_OF_STREAM', 'bound-anonymous-fn'];

/** @returns {Set<string>} */
function knownTypes() {
  const providers = /** @type {Record<string, number>} */ (/** @type {any} */ (builtin).asyncWrapProviders);
  return new Set([...Object.keys(providers), ...OF_JAVASCRIPT]);
}

module.exports = { knownTypes };

'use strict';

/**
 * The symbols under which Node keeps ids on resources.
 * They are found on probes by comparing values, so their names may change.
 */

const builtin = require('./builtin');

/**
 * @param {object} object
 * @param {unknown} value
 * @returns {symbol} a symbol of the package's own where Node keeps no such value
 */
function symbolOf(object, value) {
  const symbols = Object.getOwnPropertySymbols(object);
  const found = symbols.find((symbol) => /** @type {any} */ (object)[symbol] === value);
  return found ?? Symbol('async-hooks-rs');
}

const probe = new builtin.AsyncResource('PROBE', { requireManualDestroy: true });

/** Where Node keeps the async id of a resource or promise. */
const kAsyncId = symbolOf(probe, probe.asyncId());
/** Where Node keeps its trigger id. */
const kTriggerId = symbolOf(probe, probe.triggerAsyncId());

module.exports = { probe, kAsyncId, kTriggerId, symbolOf };

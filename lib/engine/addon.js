'use strict';

/** Loads the addon, or says what is missing and what to do about it. */

const { AddonError, checkRuntime } = require('../node/runtime');

/** @typedef {import('./binary').Failure} Failure */
/** @typedef {{ load: () => unknown, isBundled: boolean, VARIABLE: string }} Binary */

/**
 * @param {Binary} [binary]
 * @returns {typeof import('./native.d.ts')}
 * @throws {AddonError} ERR_ASYNC_HOOKS_RS_BINARY where the binary cannot be loaded
 */
function loadAddon(binary = require('./binary')) {
  checkRuntime();
  try {
    return /** @type {typeof import('./native.d.ts')} */ (binary.load());
  } catch (error) {
    const { whatToDo } = require('./advice');
    const failures = /** @type {Failure[]} */ (/** @type {any} */ (error).errors);
    // A binary that is there and does not load tells more than one that is not.
    const telling = failures.find(({ isMissing }) => !isMissing);
    throw new AddonError('ERR_ASYNC_HOOKS_RS_BINARY', whatToDo(failures, telling, binary), telling?.error);
  }
}

module.exports = { AddonError, loadAddon };

'use strict';

/**
 * The one instance of this package in a thread.
 *
 * A second copy of the package, or the same one loaded again (two folders of
 * node_modules, a test runner's module registry, a vm context), gets the instance
 * that is there: one set of hooks, one id counter, one runtime feed. The instance
 * is found on Node's own module, the only object that all of them share.
 */

const { loadUnseen } = require('./node/loader');

// First, before a file that an older Node cannot read.
loadUnseen('node/runtime', () => require('./node/runtime')).checkRuntime();

const { KEY, originals } = loadUnseen('node/originals', () => require('./node/originals'));
const builtin = /** @type {any} */ (originals());

if (builtin[KEY] === undefined) {
  Object.defineProperty(builtin, KEY, { value: loadUnseen('create', () => require('./create')) });
}

/** @type {typeof import('./create')} */
module.exports = builtin[KEY];

'use strict';

/**
 * Node's own `async_hooks`, for the rest of the package. Every other file gets it
 * from here, because under `async-hooks-rs/register` a plain `require` gives this
 * package; then the builtin is the one that stands behind it.
 */

const asyncHooks = require('node:async_hooks');

const { builtinOf } = require('./register/identity');

module.exports = /** @type {typeof asyncHooks} */ (builtinOf(asyncHooks) ?? asyncHooks);

'use strict';

/**
 * Node's own `async_hooks`, for the rest of the package. Every other file gets it
 * from here, because the module that `require` gives can change: `async-hooks-rs/register`
 * puts this package into it, and others patch it.
 */

module.exports = require('./originals').originals();

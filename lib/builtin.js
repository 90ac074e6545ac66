'use strict';

/**
 * Node's own `async_hooks`, for the rest of the package. Every other file gets it
 * from here, so that `async-hooks-rs/register`, which gives everybody else this
 * package instead, has one place to let through.
 */
module.exports = require('node:async_hooks');
